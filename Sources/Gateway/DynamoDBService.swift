import Foundation
import Items
import Tables

/// DynamoDB's item operations over its JSON protocol: PutItem, GetItem, UpdateItem, DeleteItem and Query by hash key.
struct DynamoDBService: Sendable {
    static let targetPrefix = "DynamoDB_20120810."

    /// Most items in one Query answer here. AWS pages at 1 MB; paging is not built yet, so a larger result is refused.
    static let queryItemsMax = 1_000

    let tables: [String: Table]

    /// Answers one request.
    ///
    /// - Throws: ``ServiceError``.
    func answer(_ operation: String, body: Data) async throws -> Data {
        do {
            switch operation {
            case "PutItem": return try await putItem(decode(body, PutItemRequest.self, PutItemRequest.members))
            case "GetItem": return try getItem(decode(body, GetItemRequest.self, GetItemRequest.members))
            case "UpdateItem":
                return try await updateItem(decode(body, UpdateItemRequest.self, UpdateItemRequest.members))
            case "DeleteItem":
                return try await deleteItem(decode(body, DeleteItemRequest.self, DeleteItemRequest.members))
            case "Query": return try query(decode(body, QueryRequest.self, QueryRequest.members))
            default:
                throw ServiceError.unknownOperation(
                    "\(operation) does not run locally; there are PutItem, GetItem, UpdateItem, DeleteItem and Query.")
            }
        } catch {
            throw ServiceError(error)
        }
    }

    private func putItem(_ request: PutItemRequest) async throws -> Data {
        let table = try table(request.TableName)
        try check(request.ReturnValues, among: ["NONE", "ALL_OLD"])
        let (condition, _) = try expressions(
            condition: request.ConditionExpression, names: request.ExpressionAttributeNames,
            values: request.ExpressionAttributeValues)
        let result = try await table.put(request.Item, condition: condition)
        return attributes(request.ReturnValues == "ALL_OLD" ? result.old : nil)
    }

    private func getItem(_ request: GetItemRequest) throws -> Data {
        let item = try table(request.TableName).get(key: request.Key)
        return item.map { object("Item", $0.json) } ?? Data("{}".utf8)
    }

    private func updateItem(_ request: UpdateItemRequest) async throws -> Data {
        let table = try table(request.TableName)
        try check(request.ReturnValues, among: ["NONE", "ALL_OLD", "ALL_NEW"])
        let (condition, update) = try expressions(
            condition: request.ConditionExpression, update: request.UpdateExpression,
            names: request.ExpressionAttributeNames, values: request.ExpressionAttributeValues)
        guard let update else {
            throw ServiceError.validation(
                "UpdateItem needs an UpdateExpression here; AttributeUpdates is not built yet.")
        }
        let result = try await table.update(key: request.Key, update, condition: condition)
        switch request.ReturnValues {
        case "ALL_OLD": return attributes(result.old)
        case "ALL_NEW": return attributes(result.new)
        default: return attributes(nil)
        }
    }

    private func deleteItem(_ request: DeleteItemRequest) async throws -> Data {
        let table = try table(request.TableName)
        try check(request.ReturnValues, among: ["NONE", "ALL_OLD"])
        let (condition, _) = try expressions(
            condition: request.ConditionExpression, names: request.ExpressionAttributeNames,
            values: request.ExpressionAttributeValues)
        let result = try await table.delete(key: request.Key, condition: condition)
        return attributes(request.ReturnValues == "ALL_OLD" ? result.old : nil)
    }

    private func query(_ request: QueryRequest) throws -> Data {
        let table = try table(request.TableName)
        if request.IndexName != nil, request.ConsistentRead == true {
            throw ServiceError.validation("Consistent reads are not supported on global secondary indexes")
        }
        let (name, value) = try hashKeyEquality(request)
        let schema = request.IndexName.flatMap { index in table.definition.indexes.first { $0.name == index }?.keySchema
        }
        guard name == (schema ?? table.definition.keySchema).hashKey.name else {
            throw ServiceError.validation("Query condition missed key schema element: \(name)")
        }
        let items = try table.query(index: request.IndexName, hashKey: value, limit: Self.queryItemsMax + 1)
        guard items.count <= Self.queryItemsMax else {
            throw ServiceError.validation(
                "The query has more than \(Self.queryItemsMax) items; paging is not built yet.")
        }
        var json = Array(#"{"Items":["#.utf8)
        for (index, item) in items.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            item.appendJSON(to: &json)
        }
        json.append(contentsOf: #"],"Count":\#(items.count),"ScannedCount":\#(items.count)}"#.utf8)
        return Data(json)
    }

    /// Reads `name = :value`, the one key condition that is built.
    private func hashKeyEquality(_ request: QueryRequest) throws -> (name: String, value: AttributeValue) {
        let parts = (request.KeyConditionExpression ?? "").split(separator: "=").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        guard parts.count == 2, let value = request.ExpressionAttributeValues?[parts[1]] else {
            throw ServiceError.validation(
                "A KeyConditionExpression here is `hashKeyName = :value`; range conditions are not built yet.")
        }
        let name = parts[0].hasPrefix("#") ? request.ExpressionAttributeNames?[parts[0]] : parts[0]
        guard let name else {
            throw ServiceError.validation("An expression attribute name used in expression is not defined: \(parts[0])")
        }
        return (name, value)
    }

    private func table(_ name: String) throws -> Table {
        // A client may name a table by its ARN.
        let plain = name.split(separator: "/").last.map(String.init) ?? name
        guard let table = tables[plain] else {
            throw ServiceError(type: .resourceNotFound, message: "Requested resource not found")
        }
        return table
    }

    /// Condition and update of one request share their names and values: DynamoDB refuses what neither uses.
    private func expressions(
        condition: String?, update: String? = nil, names: [String: String]?, values: [String: AttributeValue]?
    ) throws -> (ConditionExpression?, UpdateExpression?) {
        if condition == nil, update == nil {
            guard names == nil, values == nil else {
                throw ServiceError.validation(
                    "ExpressionAttributeNames and ExpressionAttributeValues can only be specified when using expressions"
                )
            }
            return (nil, nil)
        }
        var placeholders = try ExpressionPlaceholders(names: names ?? [:], values: values ?? [:])
        let parsedUpdate = try update.map { try UpdateExpression($0, placeholders: &placeholders) }
        let parsedCondition = try condition.map { try ConditionExpression($0, placeholders: &placeholders) }
        try placeholders.checkAllUsed()
        return (parsedCondition, parsedUpdate)
    }

    private func check(_ returnValues: String?, among allowed: [String]) throws {
        guard let returnValues, !allowed.contains(returnValues) else { return }
        throw ServiceError.validation(
            "ReturnValues \(returnValues) does not run here; use one of \(allowed.joined(separator: ", ")).")
    }

    private func decode<Request: Decodable>(
        _ body: Data, _ type: Request.Type, _ members: Set<String>
    ) throws -> Request {
        let given = try? JSONSerialization.jsonObject(with: body) as? [String: Any]
        guard let given else {
            throw ServiceError(type: .serialization, message: "The request is not a JSON object.")
        }
        if let unknown = given.keys.filter({ !members.contains($0) }).min() {
            throw ServiceError.validation("The parameter \(unknown) does not run here yet; leave it out.")
        }
        return try JSONDecoder().decode(type, from: body)
    }

    private func attributes(_ item: Item?) -> Data { item.map { object("Attributes", $0.json) } ?? Data("{}".utf8) }

    private func object(_ name: String, _ json: [UInt8]) -> Data { Data("{\"\(name)\":".utf8 + json + "}".utf8) }
}
