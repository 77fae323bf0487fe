import Tables

extension DynamoDBService {
    /// The operations on items.
    static let itemOperations: [String: Handler] = [:]
}
