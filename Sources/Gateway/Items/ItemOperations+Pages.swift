import Items
import Tables

extension ItemOperations {
    func query(_ body: [UInt8], _ account: RequestAccount?, mayTakeLong: Bool) throws -> [UInt8] {
        let request = try QueryRequest(body)
        let parameters = request.parameters
        let table = try store.table(parameters.tableName ?? "")
        account?.touch(table)
        var source = try PageSource(table, parameters)
        let condition = try request.keyCondition.keyCondition(for: source.keySchema, startingBehind: source.start)
        if let start = source.start {
            try start.checkTableKey()
            try table.checkStart(
                of: ItemQuery(
                    index: parameters.indexName, keyCondition: condition,
                    exclusiveStartKey: parameters.exclusiveStartKey))
        }
        try request.projection?.checkKeyPaths(in: source.definition)
        // The filter sees no key attributes: they have conditions of their own.
        try request.filter?.checkReadsNoKey(source.keySchema.names)
        try source.show(parameters.selection, filter: request.filter, projection: request.projection)
        try request.filter?.checkKeyPaths(in: source.definition)
        let page = try table.query(
            ItemQuery(
                index: parameters.indexName, keyCondition: condition, filter: request.filter,
                projection: source.projection, exclusiveStartKey: parameters.exclusiveStartKey,
                isForward: request.isForward, limit: parameters.limit, fetchesWholeItems: source.fetchesWholeItems),
            mayTakeLong: mayTakeLong)
        let capacity = source.capacity(of: page, isConsistent: parameters.isConsistent)
        account?.consumed(.read, capacity, of: table)
        account?.returned(page.items.count, of: table)
        return Self.answer(page, source, parameters, capacity)
    }

    func scan(_ body: [UInt8], _ account: RequestAccount?, mayTakeLong: Bool) throws -> [UInt8] {
        let request = try ScanRequest(body)
        let parameters = request.parameters
        let table = try store.table(parameters.tableName ?? "")
        account?.touch(table)
        var source = try PageSource(table, parameters)
        let segment = request.segment.map { ItemScan.Segment(number: $0.number, count: $0.count) }
        try source.start?.checkIndexKey()
        try source.show(parameters.selection, filter: request.filter, projection: request.projection)
        if let start = source.start {
            try start.checkTableKey()
            try table.checkStart(
                of: ItemScan(
                    index: parameters.indexName, segment: segment, exclusiveStartKey: parameters.exclusiveStartKey))
        }
        try request.projection?.checkKeyPaths(in: source.definition)
        try request.filter?.checkKeyPaths(in: source.definition)
        let page = try table.scan(
            ItemScan(
                index: parameters.indexName, segment: segment,
                filter: request.filter, projection: source.projection,
                exclusiveStartKey: parameters.exclusiveStartKey, limit: parameters.limit,
                fetchesWholeItems: source.fetchesWholeItems), mayTakeLong: mayTakeLong)
        let capacity = source.capacity(of: page, isConsistent: parameters.isConsistent)
        account?.consumed(.read, capacity, of: table)
        account?.returned(page.items.count, of: table)
        return Self.answer(page, source, parameters, capacity)
    }

    private static func answer(
        _ page: ReadPage, _ source: PageSource, _ parameters: ReadParameters, _ capacity: Capacity
    ) -> [UInt8] {
        let detail = parameters.options.capacityDetail
        var json = JSONWriter()
        json.object { json in
            if parameters.selection != .count {
                json.member("Items", page.items) { json, item in json.raw(item.json) }
            }
            json.member("Count", page.items.count)
            json.member("ScannedCount", page.scannedCount)
            if let key = page.lastEvaluatedKey { json.member("LastEvaluatedKey", raw: key.json) }
            if detail != .none {
                json.name("ConsumedCapacity")
                json.capacity(
                    capacity, of: source.tableName, detail, indexes: source.index.map { [$0] } ?? [])
            }
        }
        return json.bytes
    }
}
