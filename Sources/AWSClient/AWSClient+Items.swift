public import Items

// DynamoDB: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference

extension AWSClient {
    /// - Parameters:
    ///   - tableName: the table's name or ARN.
    ///   - key: all key attributes, and no other.
    ///   - isConsistent: whether all writes that were answered before are seen.
    ///   - projection: the attributes that are wanted; nil for all.
    ///   - names: what `#name` stands for in the projection.
    /// - Returns: the item, or nil when there is none.
    public func getItem(
        tableName: String, key: Item, isConsistent: Bool = false, projection: String? = nil,
        names: [String: String] = [:]
    ) async throws -> Item? {
        var body = JSONMembers()
        body.add("TableName", tableName)
        body.add("Key", key)
        body.add("ConsistentRead", isConsistent ? true : nil)
        body.add("ProjectionExpression", projection)
        body.add("ExpressionAttributeNames", names)
        return try Self.item("Item", of: try await call(.dynamoDB, "GetItem", body))
    }

    /// Writes an item in the place of the one that is there.
    ///
    /// - Parameters:
    ///   - put: the item, and the condition on the one that is there.
    ///   - returnValues: `none` or `allOld`.
    /// - Returns: the old item, where asked for and there was one.
    /// - Throws: ``AWSError`` with `conditionalCheckFailed` when the condition does not hold.
    @discardableResult
    public func putItem(_ put: ItemWrite.Put, returnValues: ReturnValues = .none) async throws -> Item? {
        try await write("PutItem", put.body, returnValues)
    }

    /// Changes an item, or makes it.
    ///
    /// - Returns: what `returnValues` asks for.
    /// - Throws: ``AWSError`` with `conditionalCheckFailed` when the condition does not hold.
    @discardableResult
    public func updateItem(_ update: ItemWrite.Update, returnValues: ReturnValues = .none) async throws -> Item? {
        try await write("UpdateItem", update.body, returnValues)
    }

    /// - Parameters:
    ///   - delete: the item's key, and the condition on the item.
    ///   - returnValues: `none` or `allOld`.
    /// - Returns: the old item, where asked for and there was one.
    /// - Throws: ``AWSError`` with `conditionalCheckFailed` when the condition does not hold.
    @discardableResult
    public func deleteItem(_ delete: ItemWrite.Delete, returnValues: ReturnValues = .none) async throws -> Item? {
        try await write("DeleteItem", delete.body, returnValues)
    }

    /// Writes all, or nothing.
    ///
    /// - Parameters:
    ///   - writes: 1 to 100, each of another item.
    ///   - clientRequestToken: names the transaction: a repetition within ten minutes does nothing. Without one the call
    ///     makes one up, which covers its own retries.
    /// - Throws: ``AWSError`` with `transactionCanceled` and a reason for each write when nothing was written.
    public func transactWriteItems(_ writes: [ItemWrite], clientRequestToken: String? = nil) async throws {
        var body = JSONMembers()
        let items = writes.map { write in
            var item = JSONMembers()
            item.add(write.memberName, write.body)
            return item
        }
        body.add("TransactItems", items)
        body.add("ClientRequestToken", clientRequestToken ?? token())
        _ = try await call(.dynamoDB, "TransactWriteItems", body)
    }

    /// One page. Ask again with `exclusiveStartKey` set to its `lastEvaluatedKey` until there is none.
    public func query(_ query: Query) async throws -> QueryPage {
        let answer = try await call(.dynamoDB, "Query", query.body)
        var page = QueryPage()
        try Self.read(answer) { name, reader, json in
            switch name {
            case "Items": try reader.elements(json) { reader, json in page.items.append(try reader.item(json)) }
            case "LastEvaluatedKey": page.lastEvaluatedKey = try reader.item(json)
            default: return false
            }
            return true
        }
        return page
    }

    private func write(_ operation: String, _ body: JSONMembers, _ returnValues: ReturnValues) async throws -> Item? {
        var body = body
        if returnValues != .none { body.add("ReturnValues", returnValues.rawValue) }
        return try Self.item("Attributes", of: try await call(.dynamoDB, operation, body))
    }

    private static func item(_ member: String, of answer: [UInt8]) throws(AWSError) -> Item? {
        var item: Item?
        try read(answer) { name, reader, json in
            guard name == member else { return false }
            item = try reader.item(json)
            return true
        }
        return item
    }
}
