import Clocks
import Foundation
import Items
import Storage
import Synchronization

/// What UpdateTable may change; nil and empty leave things as they are.
public struct TableUpdate: Sendable {
    public enum StreamChange: Sendable, Hashable {
        case enable(TableDefinition.StreamViewType)
        case disable
    }

    public var billingMode: TableDefinition.BillingMode?
    public var throughput: TableDefinition.Throughput?
    public var createdIndexes: [TableDefinition.Index] = []
    public var deletedIndexes: [String] = []
    public var updatedIndexThroughputs: [String: TableDefinition.Throughput] = [:]
    public var stream: StreamChange?
    public var warmThroughput: TableDefinition.Throughput?
    public var isDeletionProtected: Bool?
    public var tableClass: TableDefinition.TableClass?
    public var hasServerSideEncryption: Bool?

    public init() {}
}

extension TableStore {
    /// Makes a table. It takes writes at once.
    ///
    /// - Throws: ``TableError`` with code `resourceInUse` when there is one with this name.
    public func createTable(_ definition: TableDefinition) async throws -> TableDescription {
        let now = time.now()
        let id = Self.newID()
        _ = try await writer.commit(
            { [self] transaction in
                guard try catalog.entry(.table, definition.name, as: StoredTable.self, in: transaction) == nil else {
                    throw TableError(.resourceInUse, "Table already exists: \(definition.name)")
                }
                var stored = StoredTable(
                    definition: definition, id: id, createdAt: now,
                    indexes: definition.indexes.enumerated().map { place, index in
                        .init(number: UInt16(place), name: index.name, isBuilding: false)
                    }, nextIndexNumber: UInt16(definition.indexes.count), streamLabel: nil, isTimeToLiveBuilding: false,
                    onDemandSince: definition.billingMode == .payPerRequest ? now : nil)
                try stored.setTimeToLive(definition.timeToLiveAttribute, isBuilding: false)
                stored.definition.pointInTimeRecovery?.enabledAt = now
                let stream = try definition.streamViewType.map {
                    try openStream($0, of: &stored, now: now, in: transaction)
                }
                let entry = try catalog.put(.table, definition.name, stored, in: transaction)
                return TableSchema(stored, number: entry.number, stream: stream)
            }, committed: { self.publishNew($0) })
        return try table(definition.name).description()
    }

    static func newID() -> String { UUID().uuidString.lowercased() }

    private func publishNew(_ schema: TableSchema) {
        add(schema)
        if let stream = schema.stream { state.withLock { $0.streams[stream.arn] = stream } }
    }

    /// Removes a table with its items and indexes. Its stream is closed and stays readable for 24 hours.
    ///
    /// - Returns: its last description, as deleting.
    /// - Throws: ``TableError``: `resourceNotFound`, or `validation` when it is protected.
    public func deleteTable(_ name: String) async throws -> TableDescription {
        let table = try table(name)
        var description = try table.description()
        description.status = .deleting
        let deleted = try await writer.commit(
            { [self] transaction -> (schema: TableSchema, closed: StoredStream?) in
                let schema = try table.schema
                guard !schema.definition.isDeletionProtected else {
                    throw TableError.validation(
                        "Resource cannot be deleted as it is currently protected against deletion. "
                            + "Disable deletion protection first.")
                }
                try catalog.remove(.table, name, in: transaction)
                return (schema, try schema.stream.map { try close($0, now: time.now(), in: transaction) })
            },
            committed: { schema, closed in
                if let closed { schema.stream?.publish(closed) }
                table.publish(nil)
                self.state.withLock { $0.tables[name] = nil }
            }
        ).schema
        // The number is never given again, so what a crash leaves behind here is out of reach and only takes room. It is not
        // looked for at a start: where the catalog itself has lost something, what it had is better kept than room.
        let range = deleted.keys.range
        try database.deleteRange(.items, from: range.from, to: range.to)
        try database.deleteRange(.indexes, from: range.from, to: range.to)
        return description
    }

    /// Changes a table's settings, indexes or stream. A new index is built in the background by ``run()``.
    ///
    /// - Throws: ``TableError``.
    public func updateTable(_ name: String, _ update: TableUpdate) async throws -> TableDescription {
        let now = time.now()
        let old = try await change(name) { [self] schema, transaction in
            var stored = schema.stored
            var stream = schema.stream
            try Self.apply(update, to: &stored, now: now)
            switch update.stream {
            case .enable(let viewType)?:
                guard stream == nil else {
                    throw TableError.validation("Table already has an enabled stream: TableName: \(name)")
                }
                stream = try openStream(viewType, of: &stored, now: now, in: transaction)
            case .disable?:
                guard let open = stream else {
                    throw TableError.validation("Table has no stream to disable: TableName: \(name)")
                }
                let closed = try close(open, now: now, in: transaction)
                stored.definition.streamViewType = nil
                return TableChange(stored: stored, stream: nil, closed: (open, closed))
            case nil: break
            }
            return TableChange(stored: stored, stream: stream)
        }
        for name in update.deletedIndexes {
            let range = try old.index(name).keys.range
            try database.deleteRange(.indexes, from: range.from, to: range.to)
        }
        if !update.createdIndexes.isEmpty { buildWishes.continuation.yield() }
        return try table(name).description()
    }

    private static func apply(_ update: TableUpdate, to stored: inout StoredTable, now: Timestamp) throws {
        if let mode = update.billingMode {
            if mode == .payPerRequest, stored.definition.billingMode != mode { stored.onDemandSince = now }
            stored.definition.billingMode = mode
            if mode == .payPerRequest { stored.definition.throughput = nil }
        }
        if let throughput = update.throughput { stored.definition.throughput = throughput }
        if let warm = update.warmThroughput { stored.definition.warmThroughput = warm }
        if let isProtected = update.isDeletionProtected { stored.definition.isDeletionProtected = isProtected }
        if let tableClass = update.tableClass {
            stored.definition.tableClass = tableClass
            stored.tableClassChangedAt = now
        }
        if let isEncrypted = update.hasServerSideEncryption {
            stored.definition.hasServerSideEncryption = isEncrypted
        }
        for (name, throughput) in update.updatedIndexThroughputs {
            let place = try place(of: name, in: stored)
            stored.definition.indexes[place].throughput = throughput
        }
        for name in update.deletedIndexes {
            let place = try place(of: name, in: stored)
            stored.definition.indexes.remove(at: place)
            stored.indexes.remove(at: place)
        }
        for index in update.createdIndexes {
            guard !stored.definition.indexes.contains(where: { $0.name == index.name }) else {
                throw TableError.validation("Attempting to create an index which already exists")
            }
            let number = try stored.newIndexNumber()
            stored.definition.indexes.append(index)
            stored.indexes.append(.init(number: number, name: index.name, isBuilding: true))
        }
    }

    private static func place(of index: String, in stored: StoredTable) throws -> Int {
        guard let place = stored.definition.indexes.firstIndex(where: { $0.name == index && $0.isGlobal }) else {
            throw TableError(.resourceNotFound, "Requested resource not found: Index: \(index) not found")
        }
        return place
    }

    /// Turns time to live on for an attribute, or off. Expiry begins once ``run()`` has listed the items that exist.
    ///
    /// - Throws: ``TableError``.
    public func setTimeToLive(_ name: String, attribute: String?) async throws {
        let now = time.now()
        let old = try await change(name) { schema, _ in
            var stored = schema.stored
            try stored.setTimeToLive(attribute, isBuilding: true)
            stored.timeToLiveChangedAt = now
            return TableChange(stored: stored, stream: schema.stream)
        }
        if let range = old.keys.expiries?.range {
            try database.deleteRange(.indexes, from: range.from, to: range.to)
        }
        if attribute != nil { buildWishes.continuation.yield() }
    }

    /// Nil turns continuous backups off.
    public func setPointInTimeRecovery(
        _ name: String, _ setting: TableDefinition.PointInTimeRecovery?
    ) async throws {
        try await change(name) { schema, _ in
            var stored = schema.stored
            stored.definition.pointInTimeRecovery = setting
            return TableChange(stored: stored, stream: schema.stream)
        }
    }

    public func setTags(_ name: String, adding: [String: String], removing: [String]) async throws {
        try await change(name) { schema, _ in
            var stored = schema.stored
            stored.definition.tags.merge(adding) { _, new in new }
            for key in removing { stored.definition.tags[key] = nil }
            guard stored.definition.tags.count <= 50 else {
                throw TableError.validation("One or more parameter values were invalid: Too many tags: 50 at most")
            }
            return TableChange(stored: stored, stream: schema.stream)
        }
    }

    // MARK: Tables of a template

    /// The table that a template asks for: made when it is new, and given the indexes, the stream and the time to live that
    /// it lacks. What it has beyond the template, somebody gave it through the API, and it stays.
    ///
    /// - Throws: ``TableError`` with code `definitionChanged` for what is not changed in place: other keys, an index or a
    ///   stream of the same name with other settings, time to live on another attribute. Nothing is changed then.
    public func openTable(_ wanted: TableDefinition) async throws -> Table {
        guard let table = try? table(wanted.name) else {
            _ = try await createTable(wanted)
            return try self.table(wanted.name)
        }
        let found = try table.definition
        func refusal(
            _ what: String, remedy: String = "choose another folder with --data or give the table another name"
        ) -> TableError {
            TableError(
                .definitionChanged,
                "The table \(wanted.name) has \(what) in the data folder than in the template; \(remedy).")
        }
        guard found.keySchema == wanted.keySchema else { throw refusal("other keys") }
        var update = TableUpdate()
        for index in wanted.indexes {
            guard let known = found.indexes.first(where: { $0.name == index.name }) else {
                guard index.isGlobal else { throw refusal("fewer local indexes (\(index.name) is not there)") }
                update.createdIndexes.append(index)
                continue
            }
            guard known.keySchema == index.keySchema, known.projection == index.projection else {
                throw refusal("another index \(index.name)")
            }
        }
        if let viewType = wanted.streamViewType, viewType != found.streamViewType {
            guard found.streamViewType == nil else { throw refusal("a stream of another view type") }
            update.stream = .enable(viewType)
        }
        // As CloudFormation and UpdateTimeToLive do: items whose other attribute holds a past time would go at once.
        if let attribute = wanted.timeToLiveAttribute, let known = found.timeToLiveAttribute, attribute != known {
            throw refusal(
                "time to live on another attribute (\(known))",
                remedy: "start once more with \(known), turn time to live off with UpdateTimeToLive, and then start "
                    + "with \(attribute)")
        }
        if !update.createdIndexes.isEmpty || update.stream != nil { _ = try await updateTable(wanted.name, update) }
        if let attribute = wanted.timeToLiveAttribute, found.timeToLiveAttribute == nil {
            try await setTimeToLive(wanted.name, attribute: attribute)
        }
        return table
    }

    // MARK: One change of a table

    struct TableChange: Sendable {
        var stored: StoredTable
        var stream: ChangeStream?
        var closed: (stream: ChangeStream, stored: StoredStream)?
    }

    /// Decides and stores a change on the writer's thread and publishes it once it is committed. Nothing else is decided in
    /// between, so a job finds the table in ``Table/schema`` as the jobs before it have left it.
    ///
    /// - Returns: the table as it was before.
    @discardableResult
    func change(
        _ name: String, _ decide: @escaping @Sendable (TableSchema, Transaction) throws -> TableChange
    ) async throws -> TableSchema {
        let table = try table(name)
        return try await writer.commit(
            admission: .always,
            { [catalog] transaction -> (old: TableSchema, change: TableChange) in
                let schema = try table.schema
                let change = try decide(schema, transaction)
                try catalog.put(.table, name, change.stored, in: transaction)
                return (schema, change)
            },
            committed: { old, change in
                table.publish(TableSchema(change.stored, number: old.number, stream: change.stream))
                if let closed = change.closed { closed.stream.publish(closed.stored) }
                if let stream = change.stream { self.state.withLock { $0.streams[stream.arn] = stream } }
            }
        ).old
    }

    private func openStream(
        _ viewType: TableDefinition.StreamViewType, of stored: inout StoredTable, now: Timestamp,
        in transaction: Transaction
    ) throws -> ChangeStream {
        let table = stored.definition.name
        // Two streams of one table within a millisecond would share a name.
        var moment = now
        while try catalog.entry(
            .stream, "\(table)/\(Self.label(moment))", as: StoredStream.self, in: transaction) != nil
        {
            moment = moment + .milliseconds(1)
        }
        let label = Self.label(moment)
        stored.definition.streamViewType = viewType
        stored.streamLabel = label
        let description = ChangeStream.new(
            table: table, label: label, viewType: viewType, keySchema: stored.definition.keySchema,
            lineageCount: settings.shardsPerStream, now: moment)
        return try open(try catalog.put(.stream, "\(table)/\(label)", description, in: transaction))
    }

    private func close(
        _ stream: ChangeStream, now: Timestamp, in transaction: Transaction
    ) throws -> StoredStream {
        let closed = stream.rolledOver(at: now, ends: true)
        try catalog.put(.stream, "\(stream.tableName)/\(stream.label)", closed, in: transaction)
        return closed
    }

    /// A stream's label is its time of creation.
    private static func label(_ moment: Timestamp) -> String {
        // The fraction as text: `Date` keeps a binary one, whose digits often end one millisecond short.
        let seconds = Date(timeIntervalSince1970: Double(moment.seconds)).formatted(Date.ISO8601FormatStyle())
            .dropLast()
        return "\(seconds).\(String(moment.milliseconds).suffix(3))"
    }
}
