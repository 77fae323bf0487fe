public import Clocks
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
    /// Items in one of the writer's jobs: small, so that clients' writes wait little.
    private static let itemsPerJob = 200
    /// How long ago an expiry may lie. AWS ignores times more than five years back.
    private static let expiryAgeSecondsMax: Int64 = 5 * 365 * 86_400

    /// Does what is due until the task is cancelled.
    ///
    /// - Parameter beforeTrim: told of each lineage before it forgets the records that are older than a time.
    /// - Throws: `StorageError` when the store fails, and what `beforeTrim` throws.
    public func run(beforeTrim: @escaping @Sendable (ShardLineage, Timestamp) throws -> Void = { _, _ in }) async throws
    {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in self.buildWishes.stream { try await self.buildIndexes() }
            }
            group.addTask {
                let begin = self.time.now()
                var last: Timestamp?
                while true {
                    try await self.removeExpiredItems()
                    try await self.rollOverShards()
                    let now = self.time.now()
                    if last.map({ now - $0 >= Self.trimInterval }) ?? true {
                        // Not at once: behind a start, pipes read first what is old but still there.
                        if now - begin >= Self.trimInterval { try await self.trimStreams(beforeTrim) }
                        try await self.forgetTokens(now: now)
                        last = now
                    }
                    do { try await self.time.sleep(for: Self.maintenanceInterval) } catch { return }
                }
            }
            // The first to end was cancelled or has failed; either way the other has nothing to do any more.
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private var tables: [Table] { state.withLock { Array($0.tables.values) } }

    // MARK: Indexes

    /// Completes the indexes and orders of expiry that do not yet hold the items that are older than they.
    ///
    /// Writes keep up an index from its first moment, so only what it misses is added, in small jobs between the clients'.
    public func buildIndexes() async throws {
        for table in tables {
            while let index = try? table.schema.keys.incomplete.first {
                try await build(index, of: table)
                do {
                    try await change(table.name) { schema, _ in
                        var stored = schema.stored
                        if stored.timeToLiveNumber == index.number { stored.isTimeToLiveBuilding = false }
                        for place in stored.indexes.indices where stored.indexes[place].number == index.number {
                            stored.indexes[place].isBuilding = false
                        }
                        return TableChange(stored: stored, stream: schema.stream)
                    }
                } catch let error as TableError where error.code == .resourceNotFound {
                    break
                }
            }
        }
    }

    private func build(_ index: IndexKeys, of table: Table) async throws {
        guard let range = try? table.schema.keys.range else { return }
        var next = range.from
        while true {
            var keys: [[UInt8]] = []
            try database.scan(.items, from: next, to: range.to) { key, _ in
                keys.append(key.bytes())
                return keys.count < Self.itemsPerJob
            }
            guard let last = keys.last else { return }
            let primaryKeys = keys
            let goesOn = try await writer.commit(admission: .always) { transaction in
                // The table or the index may have been deleted meanwhile.
                guard let keys = try? table.schema.keys.incomplete, keys.contains(where: { $0.number == index.number })
                else { return false }
                for primaryKey in primaryKeys {
                    guard let json = try transaction.get(.items, primaryKey) else { continue }
                    if let entry = index.entry(of: try Item(json: json), primaryKey: primaryKey) {
                        transaction.put(.indexes, entry, primaryKey)
                    }
                }
                return true
            }
            guard goesOn else { return }
            next = last + [0]
        }
    }

    // MARK: Time to live

    /// Removes the items whose time is over, as the service itself: their records say so.
    ///
    /// - Returns: how many were removed.
    @discardableResult
    public func removeExpiredItems() async throws -> Int {
        var count = 0
        for table in tables {
            guard let schema = try? table.schema, let expiries = schema.keys.expiries, !expiries.isBuilding else {
                continue
            }
            count += try await removeExpiredItems(of: table, schema, expiries)
        }
        return count
    }

    private func removeExpiredItems(of table: Table, _ schema: TableSchema, _ expiries: IndexKeys) async throws -> Int {
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
        var removed = 0
        while true {
            var due: [Item] = []
            var last: [UInt8]?
            try database.scan(.indexes, from: from, to: to) { key, primaryKey in
                last = key.bytes()
                guard let json = try database.get(.items, primaryKey.bytes()) else { return true }
                due.append(try schema.definition.keySchema.key(of: Item(json: json)))
                return due.count < Self.itemsPerJob
            }
            guard let last else { return removed }
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
                    } catch is TableError {
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
    public func trimStreams(_ beforeTrim: (ShardLineage, Timestamp) throws -> Void = { _, _ in }) async throws {
        let oldest = time.now() - ChangeStream.retention
        for stream in streams {
            for lineage in stream.lineages {
                try beforeTrim(lineage, oldest)
                try await lineage.trim(before: oldest, writer: writer)
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
