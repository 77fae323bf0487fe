extension DynamoDBService {
    /// The operations on items: each knows itself what it does on the connection's thread and what elsewhere.
    static let itemOperations: [String: Handler] = Dictionary(
        uniqueKeysWithValues: ItemOperation.allCases.map { operation in
            (operation.rawValue, .direct { $0.items.answer(operation, body: $1.body, account: $1.account, reply: $2) })
        })
}
