import Clocks
import Foundation
import Items
import Storage

@testable import Tables

/// A store in a temporary folder with one table that a test is about; opened, closed and opened again by the test.
final class OpenTable {
    /// 2025-01-02T03:00:00.291Z: a moment whose binary fraction is a little less than its decimal one.
    static let start = Timestamp(milliseconds: 1_735_786_800_291)

    let time = ManualTime(start: start)
    let path: String
    var settings: TableStore.Settings
    private let name: String
    private let commitCheck: CommitCheck?
    private var opened: (database: Database, writer: GroupCommitWriter, store: TableStore)?

    var store: TableStore { opened!.store }
    var writer: GroupCommitWriter { opened!.writer }
    var database: Database { opened!.database }
    var table: Table { try! store.table(name) }
    var stream: ChangeStream { table.stream! }
    /// The only lineage of a stream with one shard.
    var lineage: ShardLineage { stream.lineages[0] }

    /// - Parameters:
    ///   - shards: of each stream; one gives all records one order.
    ///   - commitCheck: what refuses clients' writes.
    init(
        _ definition: TableDefinition = .orders, shards: Int = 1, commitCheck: CommitCheck? = nil
    ) async throws {
        name = definition.name
        self.commitCheck = commitCheck
        settings = .forTests(shards: shards)
        path = Self.newPath()
        try await open(definition)
    }

    /// A copy of another's folder as it is at this moment: what is left when the power goes.
    init(copyOf other: OpenTable) async throws {
        name = other.name
        commitCheck = other.commitCheck
        settings = other.settings
        path = Self.newPath()
        try FileManager.default.copyItem(atPath: other.path, toPath: path)
        time.advance(by: other.time.now() - Self.start)
        try await open(nil)
    }

    deinit {
        // First: a store that closes may write its files once more.
        opened = nil
        try? FileManager.default.removeItem(atPath: path)
    }

    /// In memory where there is such a folder: each write here waits for a sync, and what a sync does is not tested here.
    static func newPath() -> String {
        let memory = "/dev/shm/"
        let folder = FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
        return "\(folder)sluice-tables-\(UUID().uuidString)"
    }

    private func open(_ definition: TableDefinition?) async throws {
        let database = try Database(folder: DataFolder(path: path))
        let writer = GroupCommitWriter(database: database)
        let store = try await TableStore(
            database: database, writer: writer, time: time, settings: settings, commitCheck: commitCheck)
        opened = (database, writer, store)
        if let definition { _ = try await store.openTable(definition) }
    }

    /// Another table in the same store. It must be let go before ``reopen(as:)``.
    func openBeside(_ definition: TableDefinition) async throws -> Table { try await store.openTable(definition) }

    /// Closes everything and opens it again, with another definition if one is given.
    func reopen(as definition: TableDefinition? = nil) async throws {
        await opened?.writer.close()
        opened = nil
        try await open(definition)
    }

    /// How many keys a keyspace holds.
    func count(_ keyspace: Keyspace) throws -> Int { try database.count(keyspace) }

    /// All stream records, decoded as a function decodes them.
    func changes(after sequence: UInt64 = 0) throws -> [StreamRecord] {
        try stream.records(after: sequence, limit: .max).map {
            try JSONDecoder().decode(StreamRecord.self, from: Data($0.json))
        }
    }

    /// Opens the store anew and lets its maintenance run until it waits for the time to go on and builds nothing: all that is
    /// due is done.
    func runMaintenance() async throws {
        try await reopen()
        let running = Task { [store] in try await store.run() }
        while try time.sleeperCount == 0 || isBuilding { await Task.yield() }
        running.cancel()
        try await running.value
    }

    /// Whether any index or order of expiry is not complete yet.
    private var isBuilding: Bool {
        get throws { try store.tableNames.contains { try store.table($0).schema.stored.isBuilding } }
    }
}

extension TableStore.Settings {
    static func forTests(shards: Int = 1) -> Self {
        Self(region: "eu-west-1", accountID: "123456789012", shardsPerStream: shards)
    }
}

extension TableDefinition {
    /// One hash key, all images in the stream.
    static let orders = table()

    static func table(
        name: String = "Orders", hashKey: KeySchema.Attribute = .init(name: "pk", type: .string),
        rangeKey: KeySchema.Attribute? = nil, indexes: [Index] = [], stream: StreamViewType? = .newAndOldImages,
        timeToLive: String? = nil
    ) -> TableDefinition {
        TableDefinition(
            name: name, keySchema: KeySchema(hashKey: hashKey, rangeKey: rangeKey), indexes: indexes,
            streamViewType: stream, timeToLiveAttribute: timeToLive)
    }
}

extension TableDefinition.Index {
    static let byStatus = Self(
        name: "byStatus",
        keySchema: KeySchema(
            hashKey: .init(name: "status", type: .string), rangeKey: .init(name: "amount", type: .number)))
    static let byCustomer = Self(
        name: "byCustomer", keySchema: KeySchema(hashKey: .init(name: "customer", type: .string)))
}

// MARK: What tests read off

extension Database {
    /// How many keys a keyspace holds.
    func count(_ keyspace: Keyspace) throws -> Int {
        var count = 0
        try scan(keyspace, from: [], to: [0xff]) { _, _ in
            count += 1
            return true
        }
        return count
    }
}

extension GroupCommitWriter {
    /// Looks at what is committed, on the writer's thread and in each of its groups, until `isOver`. So of jobs that a task
    /// has committed one after the other, no two come between one look and the next.
    func look(until isOver: @escaping @Sendable () throws -> Bool) {
        commit(
            admission: .always, work: { _ in try isOver() },
            completion: { outcome in if case .success(false) = outcome { self.look(until: isOver) } })
    }
}

extension Table {
    /// The item with this key, or nil.
    func item(key: Item) throws -> Item? { try get(key: key)?.item }

    /// The items of one page of a query for a hash key.
    func query(index: String? = nil, hashKey: AttributeValue, limit: Int) throws -> [Item] {
        try query(ItemQuery(index: index, keyCondition: KeyCondition(hashKey: hashKey), limit: limit)).contents
    }

    /// All items, or all that an index shows, page by page.
    func all(index: String? = nil) throws -> [Item] {
        var items: [Item] = []
        var scan = ItemScan(index: index)
        repeat {
            let page = try self.scan(scan)
            items += try page.contents
            scan.exclusiveStartKey = page.lastEvaluatedKey
        } while scan.exclusiveStartKey != nil
        return items
    }
}

extension TableStore {
    func transact(_ writes: [ItemWrite], token: ClientToken?) async throws -> TransactionOutcome {
        try await withCheckedThrowingContinuation { continuation in
            transact(writes, token: token) { continuation.resume(with: $0) }
        }
    }

    func write(_ writes: [ItemWrite]) async throws -> [WriteResult] {
        try await withCheckedThrowingContinuation { continuation in
            write(writes) { continuation.resume(with: $0) }
        }
    }
}

extension ReadPage {
    var contents: [Item] { get throws { try items.map { try $0.item } } }
}

extension WriteResult {
    var oldItem: Item? { old.map { try! $0.item } }
    var newItem: Item? { new.map { try! $0.item } }
}

extension ChangeStream {
    /// Records of all lineages, in the order of their sequence numbers.
    func records(after sequence: UInt64, limit: Int) throws -> [StoredStreamRecord] {
        let all = try lineages.flatMap { try $0.records(after: sequence, limit: limit) }
        return Array(all.sorted { $0.sequence < $1.sequence }.prefix(limit))
    }

    var newestSequence: UInt64 { lineages.map(\.newestSequence).max()! }
}
