import Tables

/// DynamoDB's operations on tables. Requests come as the body's bytes, answers go as the body's bytes; errors are what
/// ``ServiceError`` knows.
struct TableOperations: Sendable {
    let tables: TableStore

    func createTable(_ body: [UInt8]) async throws -> [UInt8] {
        let definition = try CreateTableRequest.definition(request(body, TableShapes.createTable))
        var description = try await tables.createTable(definition)
        // The table is ready; AWS's never is at this point, and clients wait for ACTIVE with DescribeTable.
        description.status = .creating
        for index in description.indexes.indices { description.indexes[index].status = .creating }
        return Self.answer("TableDescription", description)
    }

    func describeTable(_ body: [UInt8]) throws -> [UInt8] {
        let table = try table(request(body, TableShapes.tableName))
        return Self.answer("Table", try table.description())
    }

    func updateTable(_ body: [UInt8]) async throws -> [UInt8] {
        let request = try request(body, TableShapes.updateTable)
        try UpdateTableRequest.check(request)
        let current = try table(request).description()
        let update = try UpdateTableRequest.update(request, current)
        var description = try await tables.updateTable(current.definition.name, update)
        // Deletion protection is AWS's one change that takes no time.
        if update.isDeletionProtected == nil, description.status == .active { description.status = .updating }
        return Self.answer("TableDescription", description)
    }

    func deleteTable(_ body: [UInt8]) async throws -> [UInt8] {
        let table = try table(request(body, TableShapes.tableName))
        let description = try await tables.deleteTable(table.name)
        var json = JSONWriter()
        json.object { json in
            json.name("TableDescription")
            description.writeDeleted(to: &json)
        }
        return json.bytes
    }

    func listTables(_ body: [UInt8]) throws -> [UInt8] {
        let request = try request(body, TableShapes.listTables)
        let limit = request["Limit"]?.integer ?? 100
        var names = tables.tableNames[...]
        if let start = request["ExclusiveStartTableName"]?.text {
            names = names[(names.firstIndex { start < $0 } ?? names.endIndex)...]
        }
        let page = names.prefix(limit)
        var json = JSONWriter()
        json.object { json in
            json.member("TableNames", page) { $0.string($1) }
            if page.count < names.count, let last = page.last { json.member("LastEvaluatedTableName", last) }
        }
        return json.bytes
    }

    /// The quotas of an AWS account that has not asked for others. Nothing is limited here.
    func describeLimits() -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("AccountMaxReadCapacityUnits", 80_000)
            json.member("AccountMaxWriteCapacityUnits", 80_000)
            json.member("TableMaxReadCapacityUnits", 40_000)
            json.member("TableMaxWriteCapacityUnits", 40_000)
        }
        return json.bytes
    }

    /// - Parameter host: what the client has called this server.
    func describeEndpoints(host: String) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("Endpoints", [host]) { json, host in
                json.object { json in
                    json.member("Address", host)
                    json.member("CachePeriodInMinutes", 1_440)
                }
            }
        }
        return json.bytes
    }

    // MARK: Common to the operations

    /// A request read and checked.
    func request(_ body: [UInt8], _ members: [Shape.Member]) throws -> RequestValue {
        let request = TableReference.resolved(try RequestReader.read(body, members))
        try ConstraintCheck.check(request, members)
        return request
    }

    /// The table that a request names. The operations on tables say more of one that is missing than those on items.
    func table(_ request: RequestValue) throws(ServiceError) -> Table {
        let name = request["TableName"]?.text ?? ""
        do throws(TableError) {
            return try tables.table(name)
        } catch {
            throw ServiceError(.resourceNotFound, "Requested resource not found: Table: \(name) not found")
        }
    }

    private static func answer(_ name: String, _ description: TableDescription) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.name(name)
            description.write(to: &json)
        }
        return json.bytes
    }
}
