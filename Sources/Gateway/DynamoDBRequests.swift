import Items

// The requests that the gateway understands, with DynamoDB's names. `members` lists what may be given: anything else is
// refused, so that no parameter is silently ignored.

struct PutItemRequest: Decodable {
    static let members: Set<String> = [
        "TableName", "Item", "ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues",
        "ReturnValues",
    ]
    let TableName: String
    let Item: Items.Item
    let ConditionExpression: String?
    let ExpressionAttributeNames: [String: String]?
    let ExpressionAttributeValues: [String: AttributeValue]?
    let ReturnValues: String?
}

struct GetItemRequest: Decodable {
    static let members: Set<String> = ["TableName", "Key", "ConsistentRead"]
    let TableName: String
    let Key: Items.Item
}

struct UpdateItemRequest: Decodable {
    static let members: Set<String> = [
        "TableName", "Key", "UpdateExpression", "ConditionExpression", "ExpressionAttributeNames",
        "ExpressionAttributeValues", "ReturnValues",
    ]
    let TableName: String
    let Key: Items.Item
    let UpdateExpression: String?
    let ConditionExpression: String?
    let ExpressionAttributeNames: [String: String]?
    let ExpressionAttributeValues: [String: AttributeValue]?
    let ReturnValues: String?
}

struct DeleteItemRequest: Decodable {
    static let members: Set<String> = [
        "TableName", "Key", "ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues",
        "ReturnValues",
    ]
    let TableName: String
    let Key: Items.Item
    let ConditionExpression: String?
    let ExpressionAttributeNames: [String: String]?
    let ExpressionAttributeValues: [String: AttributeValue]?
    let ReturnValues: String?
}

struct QueryRequest: Decodable {
    static let members: Set<String> = [
        "TableName", "IndexName", "KeyConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues",
        "ConsistentRead",
    ]
    let TableName: String
    let IndexName: String?
    let ConsistentRead: Bool?
    let KeyConditionExpression: String?
    let ExpressionAttributeNames: [String: String]?
    let ExpressionAttributeValues: [String: AttributeValue]?
}
