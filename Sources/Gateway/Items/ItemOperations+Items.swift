import Items
import Tables

extension ItemOperations {
    func put(_ body: [UInt8], _ reply: @escaping Reply) {
        do {
            let request = try PutItemRequest(body)
            let table = try store.table(request.tableName)
            try request.condition?.checkKeyPaths(in: table.definition)
            let (options, returnsOld, key) = (request.options, request.returnsOld, request.item)
            table.write(.put(request.item), condition: request.condition) {
                [returnsItem = request.returnsItemOnFailure] outcome in
                reply(
                    Self.answer(outcome, table, key: key, options, returnsItem: returnsItem) {
                        returnsOld ? $0.old?.json : nil
                    })
            }
        } catch {
            reply(.failure(error))
        }
    }

    func delete(_ body: [UInt8], _ reply: @escaping Reply) {
        do {
            let request = try DeleteItemRequest(body)
            let table = try store.table(request.tableName)
            try request.condition?.checkKeyPaths(in: table.definition)
            let (options, returnsOld, key) = (request.options, request.returnsOld, request.key)
            table.write(.delete(key: key), condition: request.condition) {
                [returnsItem = request.returnsItemOnFailure] outcome in
                reply(
                    Self.answer(outcome, table, key: key, options, returnsItem: returnsItem) {
                        returnsOld ? $0.old?.json : nil
                    })
            }
        } catch {
            reply(.failure(error))
        }
    }

    func update(_ body: [UInt8], _ reply: @escaping Reply) {
        do {
            let request = try UpdateItemRequest(body)
            let table = try store.table(request.tableName)
            try request.condition?.checkKeyPaths(in: table.definition)
            let (options, returnValues, key, update) = (
                request.options, request.returnValues, request.key, request.update
            )
            table.write(.update(key: key, update), condition: request.condition) {
                [returnsItem = request.returnsItemOnFailure] outcome in
                reply(
                    Self.answer(outcome, table, key: key, options, returnsItem: returnsItem) { result in
                        switch returnValues {
                        case .none: return nil
                        case .allOld: return result.old?.json
                        case .allNew: return result.new?.json
                        case .updatedOld: return try Self.touched(by: update, in: result.old)
                        case .updatedNew: return try Self.touched(by: update, in: result.new)
                        }
                    })
            }
        } catch {
            reply(.failure(error))
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

    func get(_ body: [UInt8]) throws -> [UInt8] {
        let request = try GetItemRequest(body)
        let table = try store.table(request.tableName)
        try request.projection?.checkKeyPaths(in: table.definition)
        let stored = try table.get(key: request.key)
        let shown = try Self.shown(stored, request.projection)
        let detail = request.options.capacityDetail
        if shown == nil, detail == .none { return Self.emptyAnswer }
        var capacity = Capacity()
        if detail != .none {
            capacity.addRead(try stored?.item.sizeBytes ?? 0, isConsistent: request.isConsistent)
        }
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
