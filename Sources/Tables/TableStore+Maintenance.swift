import Clocks
import Items
import Storage
import Synchronization

// What goes on beside the requests: indexes are built, expired items removed, shards rolled over, old records and tokens
// forgotten.

extension TableStore {
    /// How often what is due by time is looked for. Expired items go within a minute, so this is well below.
    static let maintenanceInterval = Duration.seconds(10)
    /// How often streams are trimmed. AWS: "may be removed at any time" after 24 hours.
    static let trimInterval = Duration.seconds(600)
    /// Most items in one of the writer's jobs: few, so that clients' writes wait little.
    private static let itemsPerJob = 200
    /// JSON at which a job ends before it has so many items: of the largest ones, 200 would be one commit of 80 MB, which is
    /// held several times over.
    static let bytesPerJob = 1 << 20
    /// How long ago an expiry may lie. AWS ignores times more than five years back.
    private static let expiryAgeSecondsMax: Int64 = 5 * 365 * 86_400

    /// Does what is due until the task is cancelled.
    ///
    /// - Parameters:
    ///   - willForget: told of each lineage that is about to forget records, and of the last of them.
    ///   - unreadable: told of a table with items that were passed over because their bytes cannot be read, and how many they
    ///     are; for expiry only when that is another number than before.
    /// - Throws: `StorageError` when the store fails, and what `willForget` throws.
    public func run(
        willForget: @escaping @Sendable (ShardLineage, UInt64) throws -> Void = { _, _ in },
        unreadable: @escaping @Sendable (_ table: String, _ count: Int) -> Void = { _, _ in }
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in self.buildWishes.stream { try await self.buildIndexes(unreadable) }
            }
            group.addTask {
                var begin = self.time.now()
                var last: Timestamp?
                var known: [String: Int] = [:]
                while true {
                    var found: [String: Int] = [:]
                    try await self.removeExpiredItems { found[$0] = $1 }
                    for (table, count) in found where known[table] != count { unreadable(table, count) }
                    known = found
                    try await self.rollOverShards()
                    let now = self.time.now()
                    // The clock was set back: by it, nothing would be due for as long as it was ahead.
                    begin = min(begin, now)
                    if let done = last, done > now { last = nil }
                    if last.map({ now - $0 >= Self.trimInterval }) ?? true {
                        // Not at once: behind a start, pipes read first what is old but still there.
                        if now - begin >= Self.trimInterval { try await self.trimStreams(willForget) }
                        try await self.forgetTokens(now: now)
                        last = now
                    }
                    do { try await self.time.sleep(for: Self.maintenanceInterval) } catch { return }
                }
            }
            // The first to end was cancelled or has failed; either way the other has nothing to do any more.
            defer { group.cancelAll() }
            do { try await group.next() } catch is CancellationError {
                // Told to stop in the middle of its work: an end like that between two rounds.
            }
        }
    }

    private var tables: [Table] { state.withLock { Array($0.tables.values) } }

    // MARK: Indexes

    /// Completes the indexes and orders of expiry that do not yet hold the items that are older than they.
    ///
    /// Writes keep up an index from its first moment, so only what it misses is added, in small jobs between the clients'.
    ///
    /// - Parameter unreadable: told, behind each build, of a table with items that cannot be read, and how many they are. They
    ///   are in no index that is built: one damaged item must not keep all others out.
    /// - Throws: `StorageError`; `CancellationError` between two jobs, and the build begins again when it is called again.
    public func buildIndexes(_ unreadable: (_ table: String, _ count: Int) -> Void = { _, _ in }) async throws {
        for table in tables {
            while let index = try? table.schema.keys.incomplete.first {
                let count = try await build(index, of: table)
                if count > 0 { unreadable(table.name, count) }
                do {
                    try await complete(index, of: table.name)
                } catch let error as TableError where error.code == .resourceNotFound {
                    break
                }
            }
        }
    }

    /// Notes that an index, or an order of expiry, misses nothing any more.
    ///
    /// - Throws: ``TableError`` with code `resourceNotFound` when its table has been deleted.
    func complete(_ index: IndexKeys, of table: String) async throws {
        try await change(table) { schema, _ in
            // Another table may have the name by now, and an index of the same number, which is not built.
            guard schema.number == index.table else { throw TableError.noSuchTable }
            var stored = schema.stored
            if stored.timeToLiveNumber == index.number { stored.isTimeToLiveBuilding = false }
            for place in stored.indexes.indices where stored.indexes[place].number == index.number {
                stored.indexes[place].isBuilding = false
            }
            return TableChange(stored: stored, stream: schema.stream)
        }
    }

    /// - Returns: how many items it has passed over.
    private func build(_ index: IndexKeys, of table: Table) async throws -> Int {
        var unreadable = 0
        guard let range = try? table.schema.keys.range else { return 0 }
        var next = range.from
        while true {
            try Task.checkCancellation()
            var keys: [[UInt8]] = []
            var bytes = 0
            try database.scan(.items, from: next, to: range.to) { key, json in
                keys.append(key.bytes())
                bytes += json.byteCount
                return keys.count < Self.itemsPerJob && bytes < Self.bytesPerJob
            }
            guard let last = keys.last else { return unreadable }
            let primaryKeys = keys
            let passedOver = try await writer.commit(admission: .always) { transaction -> Int? in
                // The table or the index may have been deleted meanwhile.
                guard let keys = try? table.schema.keys.incomplete, keys.contains(where: { $0.number == index.number })
                else { return nil }
                var unreadable = 0
                for primaryKey in primaryKeys {
                    guard let json = try transaction.get(.items, primaryKey) else { continue }
                    guard let item = try? Item(json: json) else {
                        unreadable += 1
                        continue
                    }
                    if let entry = index.entry(of: item, primaryKey: primaryKey) {
                        transaction.put(.indexes, entry, primaryKey)
                    }
                }
                return unreadable
            }
            guard let passedOver else { return unreadable }
            unreadable += passedOver
            next = last + [0]
        }
    }

    // MARK: Time to live

    /// Removes the items whose time is over, as the service itself: their records say so.
    ///
    /// - Parameter unreadable: told of each table with due items that cannot be read, and how many they are. They stay, and
    ///   are looked at again the next time.
    /// - Returns: how many were removed.
    /// - Throws: `StorageError`; `CancellationError` between two jobs.
    @discardableResult
    public func removeExpiredItems(
        _ unreadable: (_ table: String, _ count: Int) -> Void = { _, _ in }
    ) async throws -> Int {
        var count = 0
        for table in tables {
            guard let schema = try? table.schema, let expiries = schema.keys.expiries, !expiries.isBuilding else {
                continue
            }
            let due = try await removeExpiredItems(of: table, schema, expiries)
            count += due.removed
            if due.unreadable > 0 { unreadable(table.name, due.unreadable) }
        }
        return count
    }

    private func removeExpiredItems(
        of table: Table, _ schema: TableSchema, _ expiries: IndexKeys
    ) async throws -> (removed: Int, unreadable: Int) {
        let keySchema = schema.definition.keySchema
        let attribute = expiries.keySchema.hashKey.name
        let now = time.now()
        let limits = (
            oldest: AttributeValue.number(Number(now.seconds - Self.expiryAgeSecondsMax)),
            newest: AttributeValue.number(Number(now.seconds))
        )
        // An item may have been given more time since it was listed.
        let condition = try ConditionExpression(
            "#expiry BETWEEN :oldest AND :newest", names: ["#expiry": attribute],
            values: [":oldest": limits.oldest, ":newest": limits.newest])
        var (from, to) = (expiries.prefix, expiries.prefix)
        try KeyCoding.append(limits.oldest, to: &from)
        try KeyCoding.append(limits.newest, to: &to)
        to = KeyRange.end(ofPrefix: to)
        var (removed, unreadable) = (0, 0)
        while true {
            try Task.checkCancellation()
            var due: [Item] = []
            var bytes = 0
            var last: [UInt8]?
            try database.scan(.indexes, from: from, to: to) { key, primaryKey in
                last = key.bytes()
                guard let json = try database.get(.items, primaryKey.bytes()) else { return true }
                bytes += json.count
                if let item = try? Item(json: json), let key = try? keySchema.key(of: item) {
                    due.append(key)
                } else {
                    unreadable += 1
                }
                return due.count < Self.itemsPerJob && bytes < Self.bytesPerJob
            }
            guard let last else { return (removed, unreadable) }
            from = last + [0]
            removed += try await remove(due, from: table, if: condition)
        }
    }

    private func remove(_ keys: [Item], from table: Table, if condition: ConditionExpression) async throws -> Int {
        let arrival = time.now()
        guard
            let writes = try? keys.map({
                try PreparedWrite(ItemWrite(table, .delete(key: $0), condition: condition), origin: .timeToLive)
            })
        else { return 0 }
        let removed = try await writer.commit(
            admission: .always,
            { transaction in
                try writes.compactMap { write -> AppendedRecord?? in
                    do {
                        return .some(try write.evaluate(in: transaction).perform(in: transaction, arrival: arrival))
                    } catch is TableError, is ItemError {
                        // Given more time, or gone; or what it has become since it was listed cannot be read.
                        return nil
                    }
                }
            }, committed: { records in for record in records { record?.announce() } }
        ).count
        table.expiredCount.add(removed, ordering: .relaxed)
        return removed
    }

    // MARK: Streams

    /// Closes the shards that are old enough and opens their children.
    public func rollOverShards() async throws {
        let now = time.now()
        for stream in streams where stream.isDueForRollOver(at: now) {
            try await changeStream(stream) { $0.isEnabled ? $0.rolledOver(at: now) : nil }
        }
    }

    /// Removes the records that are older than 24 hours, then the shards and streams that are left empty.
    ///
    /// - Throws: `StorageError`, what `willForget` throws, and `CancellationError`.
    public func trimStreams(_ willForget: (ShardLineage, UInt64) throws -> Void = { _, _ in }) async throws {
        let oldest = time.now() - ChangeStream.retention
        for stream in streams {
            for lineage in stream.lineages {
                try await lineage.trim(before: oldest, writer: writer) { try willForget(lineage, $0) }
            }
            try await changeStream(stream) { $0.stored.trimmed(before: oldest) }
            if let disabledAt = stream.stored.disabledAt, disabledAt < oldest { try await remove(stream) }
        }
    }

    private func changeStream(
        _ stream: ChangeStream, _ decide: @escaping @Sendable (ChangeStream) -> StoredStream?
    ) async throws {
        _ = try await writer.commit(
            admission: .always,
            { [catalog] transaction in
                guard let stored = decide(stream) else { return nil }
                try catalog.put(.stream, "\(stream.tableName)/\(stream.label)", stored, in: transaction)
                return stored
            }, committed: { (stored: StoredStream?) in if let stored { stream.publish(stored) } })
    }

    private func remove(_ stream: ChangeStream) async throws {
        _ = try await writer.commit(admission: .always) { [catalog] transaction in
            try catalog.remove(.stream, "\(stream.tableName)/\(stream.label)", in: transaction)
        }
        state.withLock { $0.streams[stream.arn] = nil }
        var prefix: [UInt8] = []
        prefix.appendBigEndian(stream.number)
        try database.deleteRange(.streams, from: prefix, to: KeyRange.end(ofPrefix: prefix))
    }
}

extension TableKeys {
    /// The indexes, and the order of expiry, that may still miss items.
    fileprivate var incomplete: [IndexKeys] { ordered.filter(\.isBuilding) }
}
