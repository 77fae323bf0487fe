import Clocks

/// What a log group is set to.
public struct LogGroupSettings: Sendable, Hashable, Codable {
    /// One of ``LogLimits/retentionDays``; nil keeps events for ever.
    public var retentionInDays: Int?
    public var tags: [String: String]
    /// Kept and shown, and without effect.
    public var kmsKeyID: String?
    /// `STANDARD`, `INFREQUENT_ACCESS` or `DELIVERY`; makes no difference here.
    public var logGroupClass: String
    /// Whether DeleteLogGroup is refused.
    public var isDeletionProtected: Bool

    public init(
        retentionInDays: Int? = nil, tags: [String: String] = [:], kmsKeyID: String? = nil,
        logGroupClass: String = "STANDARD", isDeletionProtected: Bool = false
    ) {
        self.retentionInDays = retentionInDays
        self.tags = tags
        self.kmsKeyID = kmsKeyID
        self.logGroupClass = logGroupClass
        self.isDeletionProtected = isDeletionProtected
    }
}

/// What the data folder keeps of a log group.
struct StoredLogGroup: Sendable, Hashable, Codable {
    /// Milliseconds since 1970.
    var createdAt: Int64
    var settings: LogGroupSettings
    /// The template's entry that the settings began with; nil for a group that the template does not have.
    var template: LogGroupSettings?
    /// Set for a group that was deleted and is remembered: because the template has it, or because it is written to again.
    var isDeleted = false
    /// Older events of owned streams belong to a group of this name that was deleted. Milliseconds since 1970.
    var hiddenThrough: Int64?
}

/// A log group as it is found.
public struct LogGroup: Sendable {
    public var name: String
    /// Milliseconds since 1970.
    public var createdAt: Int64
    public var settings: LogGroupSettings
    /// By their names in byte order.
    public var streams: [LogStream]
    /// Stands for it in keys; nil for one of which nothing is stored.
    var number: UInt32?
    var hiddenThrough: Int64?
    /// Bytes of what something else writes.
    var ownedBytes = 0

    /// The first moment whose events are still there, in milliseconds since 1970.
    func earliest(now: Timestamp) -> Int64 {
        let kept = settings.retentionInDays.map { now.milliseconds - Int64($0) * 86_400_000 } ?? 0
        return max(kept, (hiddenThrough ?? -1) + 1, 0)
    }

    /// Bytes of all its events.
    public var storedBytes: Int {
        get throws {
            try streams.reduce(ownedBytes) { sum, stream in
                sum + (try (stream.events as? StoredEvents)?.sizeBytes ?? 0)
            }
        }
    }

    func stream(_ name: String) throws(LogsError) -> LogStream {
        guard let stream = streams.first(where: { $0.name == name }) else { throw .noSuchStream }
        return stream
    }
}
