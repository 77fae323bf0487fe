public import Clocks
public import Storage
import Synchronization

/// The log groups of one data folder: those that clients have made, kept in the store, and those that something else writes.
/// All methods may be called from any thread.
public final class LogStore: Sendable {
    public struct Settings: Sendable, Hashable {
        public var region: String
        public var accountID: String

        public init(region: String = "us-east-1", accountID: String = "000000000000") {
            self.region = region
            self.accountID = accountID
        }
    }

    /// A group of the store and its streams. What is read of it between two commits is what the last one has left.
    struct Known: Sendable {
        let number: UInt32
        var group: StoredLogGroup
        var streams: [String: StoredStream] = [:]
    }

    struct StoredStream: Sendable, Codable {
        /// Milliseconds since 1970.
        var createdAt: Int64
        /// Stands for it in keys.
        var number: UInt32 = 0

        private enum CodingKeys: CodingKey { case createdAt }

        init(createdAt: Int64) { self.createdAt = createdAt }
    }

    public let settings: Settings
    let database: Database
    let writer: GroupCommitWriter
    let catalog: Catalog
    let time: any TimeSource
    let owned: any OwnedLogs
    /// Changed on the writer's thread alone, so that what a commit decides by is what the one before has left.
    let known = Mutex<[String: Known]>([:])

    /// Opens all groups of the store.
    ///
    /// - Parameter time: what clients and functions read their times from.
    /// - Throws: `StorageError` when the store cannot be read.
    public init(
        database: Database, writer: GroupCommitWriter, time: any TimeSource, settings: Settings = Settings(),
        owned: any OwnedLogs
    ) throws {
        self.database = database
        self.writer = writer
        self.time = time
        self.settings = settings
        self.owned = owned
        catalog = Catalog(database: database, writer: writer)
        var found: [String: Known] = [:]
        for (name, entry) in try catalog.entries(.logGroup, as: StoredLogGroup.self) {
            found[name] = Known(number: entry.number, group: entry.description)
        }
        for (name, entry) in try catalog.entries(.logStream, as: StoredStream.self) {
            let parts = name.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            var stream = entry.description
            stream.number = entry.number
            found[String(parts[0])]?.streams[String(parts[1])] = stream
        }
        known.withLock { [found] in $0 = found }
    }

    /// A stream's name in the catalog. Neither name may hold a colon.
    static func entryName(_ group: String, _ stream: String) -> String { "\(group):\(stream)" }

    // MARK: Finding

    /// The ARN that a group of this name has, or would have, without `:*`.
    public func arn(_ group: String) -> String {
        "arn:aws:logs:\(settings.region):\(settings.accountID):log-group:\(group)"
    }

    var now: Timestamp { time.now() }

    /// The first moment whose events a group still has, in milliseconds since 1970.
    public func earliest(in group: LogGroup) -> Int64 { group.earliest(now: now) }

    /// All groups, by their names in byte order.
    public var groups: [LogGroup] {
        let known = known.withLock { $0 }
        let owned = Dictionary(owned.groups.map { ($0.name, $0) }) { first, _ in first }
        return Set(known.keys).union(owned.keys)
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .compactMap { view($0, known[$0], owned[$0]) }
    }

    /// - Throws: ``LogsError`` with code `resourceNotFound`.
    public func group(_ name: String) throws(LogsError) -> LogGroup {
        let owned = owned.groups.first { $0.name == name }
        guard let group = view(name, known.withLock { $0[name] }, owned) else { throw .noSuchGroup }
        return group
    }

    private func view(_ name: String, _ known: Known?, _ owned: OwnedLogGroup?) -> LogGroup? {
        let stored = known.map { known in
            known.streams.map { name, stream in
                var found = LogStream(
                    name: name, createdAt: stream.createdAt,
                    events: StoredEvents(database: database, group: known.number, stream: stream.number))
                found.isStored = true
                return found
            }
        }
        let streams = ((owned?.streams ?? []) + (stored ?? []))
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        guard let known else {
            return owned.map {
                LogGroup(
                    name: name, createdAt: $0.createdAt, settings: .init(), streams: streams, ownedBytes: $0.sizeBytes)
            }
        }
        let group = known.group
        if group.isDeleted {
            // A deleted group comes back, as a new one, with the next event that is written to it.
            let hidden = group.hiddenThrough ?? 0
            let comesBack = streams.contains { (try? $0.events.times)?.last ?? 0 > hidden }
            guard owned != nil, comesBack else { return nil }
        }
        return LogGroup(
            name: name, createdAt: group.isDeleted ? group.hiddenThrough ?? group.createdAt : group.createdAt,
            settings: group.isDeleted ? .init() : group.settings, streams: streams, number: known.number,
            hiddenThrough: group.hiddenThrough, ownedBytes: owned?.sizeBytes ?? 0)
    }

    // MARK: Running

    /// How often expired events are removed. They are not shown before that either.
    private static let upkeepInterval = Duration.seconds(60)

    /// Removes expired events until it is cancelled. A store that refuses says so elsewhere.
    public func run() async {
        while (try? await time.sleep(for: Self.upkeepInterval)) != nil { try? await removeExpired() }
    }
}
