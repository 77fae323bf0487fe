/// The log groups that something else than clients writes: the engine's functions and pipes.
public protocol OwnedLogs: Sendable {
    var groups: [OwnedLogGroup] { get }
}

public struct OwnedLogGroup: Sendable {
    public var name: String
    /// Milliseconds since 1970.
    public var createdAt: Int64
    /// Bytes of its events.
    public var sizeBytes: Int
    public var streams: [LogStream]

    public init(name: String, createdAt: Int64, sizeBytes: Int = 0, streams: [LogStream]) {
        self.name = name
        self.createdAt = createdAt
        self.sizeBytes = sizeBytes
        self.streams = streams
    }
}

/// A stream as it is found.
public struct LogStream: Sendable {
    public var name: String
    /// Milliseconds since 1970.
    public var createdAt: Int64
    public var events: any LogEvents
    /// Whether clients write it.
    var isStored = false

    public init(name: String, createdAt: Int64, events: any LogEvents) {
        self.name = name
        self.createdAt = createdAt
        self.events = events
    }
}
