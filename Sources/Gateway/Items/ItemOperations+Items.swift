import Items
import Tables

/// What requests that write one item have in common.
private protocol SingleWriteRequest {
    var tableName: String { get }
    var condition: ConditionExpression? { get }
    var returnsItemOnFailure: Bool { get }
    var options: AnswerOptions { get }
}

extension PutItemRequest: SingleWriteRequest {}
extension DeleteItemRequest: SingleWriteRequest {}
extension UpdateItemRequest: SingleWriteRequest {}

extension ItemOperations {
    func put(_ body: [UInt8], _ account: RequestAccount?, _ reply: @escaping Reply) {
        do {
            let request = try PutItemRequest(body)
            let returnsOld = request.returnsOld
            try write(.put(request.item), key: request.item, request, account, reply) {
                returnsOld ? $0.old?.json : nil
            }
        } catch {
            reply(.failure(error))
        }
    }

    func delete(_ body: [UInt8], _ account: RequestAccount?, _ reply: @escaping Reply) {
        do {
            let request = try DeleteItemRequest(body)
            let returnsOld = request.returnsOld
            try write(.delete(key: request.key), key: request.key, request, account, reply) {
                returnsOld ? $0.old?.json : nil
            }
        } catch {
            reply(.failure(error))
        }
    }

    func update(_ body: [UInt8], _ account: RequestAccount?, _ reply: @escaping Reply) {
        do {
            let request = try UpdateItemRequest(body)
            let (update, returnValues) = (request.update, request.returnValues)
            try write(.update(key: request.key, update), key: request.key, request, account, reply) { result in
                switch returnValues {
                case .none: nil
                case .allOld: result.old?.json
                case .allNew: result.new?.json
                case .updatedOld: try Self.touched(by: update, in: result.old)
                case .updatedNew: try Self.touched(by: update, in: result.new)
                }
            }
        } catch {
            reply(.failure(error))
        }
    }

    /// The one way of a write of one item.
    ///
    /// - Parameters:
    ///   - key: the item or its key, for the metrics of its collection.
    ///   - attributes: what of the item is answered.
    /// - Throws: what is wrong before the write begins.
    private func write(
        _ change: ItemWrite.Change, key: Item, _ request: some SingleWriteRequest, _ account: RequestAccount?,
        _ reply: @escaping Reply,
        attributes: @escaping @Sendable (WriteResult) throws -> [UInt8]?
    ) throws {
        let table = try store.table(request.tableName)
        account?.touch(table)
        try request.condition?.checkKeyPaths(in: table.definition)
        let (options, returnsItem) = (request.options, request.returnsItemOnFailure)
        table.write(change, condition: request.condition) { outcome in
            if let account, let result = try? outcome.get() { account.wrote(result, to: table) }
            reply(
                Self.answer(outcome, table, key: key, options, returnsItem: returnsItem, attributes: attributes))
        }
    }

    /// Nil when the update touches nothing that is there.
    private static func touched(by update: UpdateExpression, in stored: StoredItem?) throws -> [UInt8]? {
        let touched = update.touched(in: try stored?.item)
        return touched.isEmpty ? nil : touched.json
    }

    /// The answer to a write of one item.
    private static func answer(
        _ outcome: Result<WriteResult, any Error>, _ table: Table, key: Item, _ options: AnswerOptions,
        returnsItem: Bool, attributes: (WriteResult) throws -> [UInt8]?
    ) -> Result<[UInt8], any Error> {
        switch outcome {
        case .failure(let error): return .failure(Self.refusal(error, returnsItem: returnsItem))
        case .success(let result):
            return Result {
                let attributes = try attributes(result)
                if attributes == nil, options.capacityDetail == .none, !options.wantsCollectionMetrics {
                    return emptyAnswer
                }
                let definition = try table.definition
                var capacity = Capacity()
                if options.capacityDetail != .none { try capacity.addWrite(result, to: table) }
                var json = JSONWriter()
                json.object { json in
                    if let attributes { json.member("Attributes", raw: attributes) }
                    if options.capacityDetail != .none {
                        json.name("ConsumedCapacity")
                        json.capacity(
                            capacity, of: table.name, options.capacityDetail, indexes: definition.indexes)
                    }
                    if options.wantsCollectionMetrics, definition.hasItemCollections {
                        json.name("ItemCollectionMetrics")
                        json.collectionMetrics(key, definition.keySchema)
                    }
                }
                return json.bytes
            }
        }
    }

    /// The error of a condition holds the item only where it was asked for.
    private static func refusal(_ error: any Error, returnsItem: Bool) -> any Error {
        guard !returnsItem, var error = error as? TableError else { return error }
        error.item = nil
        return error
    }

    func get(_ body: [UInt8], _ account: RequestAccount?) throws -> [UInt8] {
        let request = try GetItemRequest(body)
        let table = try store.table(request.tableName)
        account?.touch(table)
        try request.projection?.checkKeyPaths(in: table.definition)
        let stored = try table.get(key: request.key)
        let shown = try Self.shown(stored, request.projection)
        let detail = request.options.capacityDetail
        var capacity = Capacity()
        if detail != .none || account != nil {
            try capacity.addRead(stored, isConsistent: request.isConsistent)
            account?.consumed(.read, capacity, of: table)
        }
        if shown == nil, detail == .none { return Self.emptyAnswer }
        var json = JSONWriter()
        json.object { json in
            if let shown { json.member("Item", raw: shown) }
            if detail != .none {
                json.name("ConsumedCapacity")
                json.capacity(capacity, of: table.name, detail, indexes: [])
            }
        }
        return json.bytes
    }

    /// The bytes of what a projection shows of an item: those that are stored when it shows all.
    static func shown(_ stored: StoredItem?, _ projection: ProjectionExpression?) throws -> [UInt8]? {
        guard let stored else { return nil }
        guard let projection else { return stored.json }
        return projection.apply(to: try stored.item).json
    }
}
