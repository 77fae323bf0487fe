import Items
import Tables

/// PartiQL: statements answered by the other operations' means.
extension ItemOperations {
    func executeStatement(_ body: [UInt8], _ account: RequestAccount?, _ reply: @escaping Reply) {
        do {
            let request = try ExecuteStatementRequest(body)
            switch request.statement {
            case .select(let selection):
                read(reply) { try select(selection, request, account, mayTakeLong: $0) }
            case .insert(let name, let item):
                let table = try store.table(name)
                let condition = try ConditionExpression(
                    "attribute_not_exists(#key)", names: ["#key": table.definition.keySchema.hashKey.name])
                write(.put(item), to: table, if: condition, request, account, reply) { _ in nil }
            case .update(let name, let update, let filter, let returning):
                let table = try store.table(name)
                let key = try key(filter, of: table)
                write(.update(key: key, update), to: table, if: filter.condition, request, account, reply) { result in
                    switch returning {
                    case .nothing: nil
                    case .allOld: try result.old?.item
                    case .allNew: try result.new?.item
                    case .modifiedOld: update.touched(in: try result.old?.item)
                    case .modifiedNew: update.touched(in: try result.new?.item)
                    }
                }
            case .delete(let name, let filter, let returning):
                let table = try store.table(name)
                let key = try key(filter, of: table)
                // A DELETE of what is not there succeeds, unless it asks for more than the key.
                let asksForMore = !filter.condition.attributeNames.isSubset(of: Set(key.attributes.map(\.name)))
                write(.delete(key: key), to: table, if: asksForMore ? filter.condition : nil, request, account, reply) {
                    result in
                    returning == .allOld ? try result.old?.item : nil
                }
            }
        } catch {
            reply(.failure(error))
        }
    }

    private func key(_ filter: PartiQLStatement.Filter, of table: Table) throws -> Item {
        guard let key = filter.key(of: try table.definition.keySchema) else {
            throw TableError(
                .validation, "Where clause does not contain a mandatory equality on all key attributes")
        }
        return key
    }

    private func write(
        _ change: ItemWrite.Change, to table: Table, if condition: ConditionExpression?,
        _ request: ExecuteStatementRequest, _ account: RequestAccount?, _ reply: @escaping Reply,
        returning: @escaping @Sendable (WriteResult) throws -> Item?
    ) {
        let isInsertion = if case .put = change { true } else { false }
        let (options, returnsItem) = (request.options, request.returnsItemOnFailure)
        account?.touch(table)
        table.write(change, condition: condition) { outcome in
            if let account, let result = try? outcome.get() { account.wrote(result, to: table) }
            reply(
                Result {
                    let result: WriteResult
                    do {
                        result = try outcome.get()
                    } catch var error as TableError where error.code == .conditionalCheckFailed {
                        if isInsertion {
                            throw TableError(.duplicateItem, "Duplicate primary key exists in table")
                        }
                        if !returnsItem { error.item = nil }
                        throw error
                    }
                    var capacity = Capacity()
                    if options.capacityDetail != .none { try capacity.addWrite(result, to: table) }
                    let items = try returning(result).map { [StoredItem($0)] } ?? []
                    return try Self.answer(items, next: nil, capacity, of: table, options)
                })
        }
    }

    // MARK: SELECT

    /// Reads by the hash key where the statement gives it one value, and otherwise scans.
    private func select(
        _ selection: PartiQLStatement.Selection, _ request: ExecuteStatementRequest, _ account: RequestAccount?,
        mayTakeLong: Bool
    ) throws -> [UInt8] {
        let table = try store.table(selection.table)
        account?.touch(table)
        let filter = selection.filter?.condition
        var source = try PageSource(
            table, index: selection.index, exclusiveStartKey: request.exclusiveStartKey,
            isConsistent: request.isConsistent)
        try source.show(nil, filter: filter, projection: selection.projection)
        let schema = source.keySchema
        let equalities = selection.filter?.equalities ?? [:]
        let hashKey = equalities[schema.hashKey.name]
        if let order = selection.order, order.attribute != schema.rangeKey?.name || hashKey == nil {
            throw TableError(
                .validation,
                "Must have WHERE clause in the statement with a hash key equality, and the range key, when using "
                    + "ORDER BY clause.")
        }
        let page: ReadPage
        if let hashKey {
            let range = schema.rangeKey.flatMap { equalities[$0.name] }.map { KeyCondition.RangeCondition.equal($0) }
            page = try table.query(
                ItemQuery(
                    index: selection.index, keyCondition: KeyCondition(hashKey: hashKey, range: range),
                    filter: filter, projection: source.projection, exclusiveStartKey: request.exclusiveStartKey,
                    isForward: selection.order?.isAscending ?? true, limit: request.limit,
                    fetchesWholeItems: source.fetchesWholeItems), mayTakeLong: mayTakeLong)
        } else {
            page = try table.scan(
                ItemScan(
                    index: selection.index, filter: filter, projection: source.projection,
                    exclusiveStartKey: request.exclusiveStartKey, limit: request.limit,
                    fetchesWholeItems: source.fetchesWholeItems), mayTakeLong: mayTakeLong)
        }
        let capacity = source.capacity(of: page, isConsistent: request.isConsistent)
        account?.consumed(.read, capacity, of: table)
        account?.returned(page.items.count, of: table)
        return try Self.answer(page.items, next: page.lastEvaluatedKey, capacity, of: table, request.options)
    }

    private static func answer(
        _ items: [StoredItem], next: Item?, _ capacity: Capacity, of table: Table, _ options: AnswerOptions
    ) throws -> [UInt8] {
        let definition = try table.definition
        var json = JSONWriter()
        json.object { json in
            json.member("Items", items) { json, item in json.raw(item.json) }
            if let next {
                json.member("LastEvaluatedKey", raw: next.json)
                json.member("NextToken", StatementToken(key: next).text)
            }
            if options.capacityDetail != .none {
                json.name("ConsumedCapacity")
                json.capacity(capacity, of: table.name, options.capacityDetail, indexes: definition.indexes)
            }
        }
        return json.bytes
    }
}
