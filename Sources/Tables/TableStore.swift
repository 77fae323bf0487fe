public import Clocks
import Foundation
public import Items
public import Storage
import Synchronization

/// Asked on the writer's thread before a client's change of an item is written, with the table's name. What it throws is
/// the outcome of the whole request, of which nothing is stored then.
public typealias CommitCheck = @Sendable (_ table: String) throws -> Void

/// The tables and streams of one data folder.
///
/// All tables share one writer: what it decides, it decides against everything committed or decided before. All methods may
/// be called from any thread.
public final class TableStore: Sendable {
    public struct Settings: Sendable, Hashable {
        public var region: String
        public var accountID: String
        /// Lineages of shards that a new stream gets; 1 to ``ChangeStream/lineageCountMax``.
        public var shardsPerStream: Int

        public init(region: String = "us-east-1", accountID: String = "000000000000", shardsPerStream: Int = 4) {
            precondition((1...ChangeStream.lineageCountMax).contains(shardsPerStream), "1 to 128 shards a stream")
            self.region = region
            self.accountID = accountID
            self.shardsPerStream = shardsPerStream
        }
    }

    struct State {
        var tables: [String: Table] = [:]
        /// By ARN.
        var streams: [String: ChangeStream] = [:]
    }

    public let settings: Settings
    let database: Database
    let writer: GroupCommitWriter
    let time: any TimeSource
    let catalog: Catalog
    private let commitCheck: CommitCheck?
    let state = Mutex(State())
    /// Told when an index is to be built, so that ``run()`` need not look for one.
    let buildWishes: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)

    /// Opens all tables and streams of the store, from an older layout too.
    ///
    /// - Parameter commitCheck: may refuse clients' writes; nil lets all pass.
    /// - Throws: `StorageError` when the store cannot be read.
    public init(
        database: Database, writer: GroupCommitWriter, time: any TimeSource, settings: Settings = Settings(),
        commitCheck: CommitCheck? = nil
    ) async throws {
        self.settings = settings
        self.database = database
        self.writer = writer
        self.time = time
        self.commitCheck = commitCheck
        catalog = Catalog(database: database, writer: writer)
        buildWishes = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        for (_, entry) in try catalog.entries(.stream, as: StoredStream.self) {
            let stream = try open(entry)
            state.withLock { $0.streams[stream.arn] = stream }
        }
        for (_, entry) in try catalog.entries(.table, as: StoredTable.self) {
            let stored = entry.description
            let stream = stored.definition.streamViewType == nil ? nil : stream(of: stored)
            add(TableSchema(stored, number: entry.number, stream: stream))
            if stored.isBuilding { buildWishes.continuation.yield() }
        }
    }

    func add(_ schema: TableSchema) {
        let name = schema.definition.name
        let table = Table(
            schema, arn: arn(ofTable: name), latestStream: { [weak self] in self?.stream(of: $0) }, database: database,
            writer: writer, time: time, commitCheck: commitCheck)
        state.withLock { $0.tables[name] = table }
    }

    func open(_ entry: Catalog.Entry<StoredStream>) throws -> ChangeStream {
        let stored = entry.description
        return try ChangeStream(
            stored, number: entry.number, arn: arn(ofStream: stored.label, table: stored.tableName),
            region: settings.region, database: database)
    }

    func arn(ofTable name: String) -> String {
        "arn:aws:dynamodb:\(settings.region):\(settings.accountID):table/\(name)"
    }

    func arn(ofStream label: String, table: String) -> String { "\(arn(ofTable: table))/stream/\(label)" }

    /// The latest stream of a table, enabled or not; nil when it never had one or when that is gone.
    func stream(of table: StoredTable) -> ChangeStream? {
        guard let label = table.streamLabel else { return nil }
        let arn = arn(ofStream: label, table: table.definition.name)
        return state.withLock { $0.streams[arn] }
    }

    // MARK: Finding

    /// All tables' names, in byte order.
    public var tableNames: [String] {
        state.withLock { $0.tables.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
    }

    /// - Throws: ``TableError`` with code `resourceNotFound`.
    public func table(_ name: String) throws(TableError) -> Table {
        guard let table = state.withLock({ $0.tables[name] }) else { throw .noSuchTable }
        return table
    }

    /// All streams by ARN, also disabled ones of the last 24 hours.
    public var streams: [ChangeStream] { state.withLock { $0.streams.values.sorted { $0.arn < $1.arn } } }

    /// - Throws: ``TableError`` with code `resourceNotFound`.
    public func stream(arn: String) throws(TableError) -> ChangeStream {
        guard let stream = state.withLock({ $0.streams[arn] }) else {
            throw TableError(.resourceNotFound, "Requested resource not found: Stream: \(arn) not found")
        }
        return stream
    }

    // MARK: Streams

    /// When the newest record of any stream arrived; nil when there is none. Later than now when the clock has been set
    /// back since.
    public func newestArrival() throws -> Timestamp? {
        try streams.flatMap(\.lineages).compactMap { try $0.newestArrival() }.max()
    }

    /// The opaque text of a new shard iterator, good for 15 minutes.
    ///
    /// - Throws: ``TableError``: `resourceNotFound`, `trimmedDataAccess` or `validation`.
    public func shardIterator(
        streamARN: String, shardID: String, _ position: ChangeStream.IteratorPosition
    ) throws(TableError) -> String {
        try stream(arn: streamARN).iterator(shardID: shardID, position, now: time.now()).text
    }

    /// A page of a shard.
    ///
    /// - Parameter limit: most records, 1 to ``ChangeStream/recordsCountMax``.
    /// - Throws: ``TableError``: `expiredIterator`, `trimmedDataAccess`, `resourceNotFound` or `validation`.
    public func records(shardIterator: String, limit: Int) throws -> ChangeStream.Records {
        let iterator = try ShardIterator(shardIterator)
        return try stream(arn: iterator.streamARN).records(iterator, limit: limit, now: time.now())
    }

    // MARK: Several items

    /// Items of one moment, in the order of the keys.
    ///
    /// - Parameter mayTakeLong: false for a read that is given up when it proves to be long.
    /// - Throws: ``TableError`` for a key that does not fit; ``LongRead``.
    public func read(_ keys: [(table: Table, key: Item)], mayTakeLong: Bool = true) throws -> [StoredItem?] {
        let encoded = try keys.map { try $0.table.encodedKey($0.key) }
        let snapshot = database.snapshot()
        var bytesCount = 0
        return try encoded.map { key in
            if !mayTakeLong, bytesCount > LongRead.briefBytesMax { throw LongRead() }
            let json = try snapshot.get(.items, key)
            bytesCount += json?.count ?? 0
            return json.map(StoredItem.init(json:))
        }
    }

    /// Independent writes of different items in one commit, with results in their order. When one of them is refused,
    /// nothing is written.
    public func write(
        _ writes: [ItemWrite], completion: @escaping @Sendable (Result<[WriteResult], any Error>) -> Void
    ) {
        do {
            let prepared = try writes.map { try PreparedWrite($0) }
            let arrival = time.now()
            writer.commit(
                line: Self.line(of: writes),
                work: { transaction in
                    try prepared.map { write in
                        let evaluated = try write.evaluate(in: transaction)
                        return (evaluated.result, try evaluated.perform(in: transaction, arrival: arrival))
                    }
                },
                completion: { (outcome: Result<[(WriteResult, AppendedRecord?)], any Error>) in
                    completion(outcome.map(Self.announced))
                })
        } catch {
            completion(.failure(error))
        }
    }

    /// Writes of several tables wait with the first one's.
    static func line(of writes: [ItemWrite]) -> WriterLine { writes.first?.table.line ?? .engine }

    static func announced(_ written: [(WriteResult, AppendedRecord?)]) -> [WriteResult] {
        for (_, record) in written { record?.announce() }
        return written.map { $0.0 }
    }
}

extension StoredTable {
    /// Whether an index or the order of expiry is not complete yet.
    var isBuilding: Bool { isTimeToLiveBuilding || indexes.contains { $0.isBuilding } }
}
