import Tables

extension DynamoDBService {
    /// The operations on items, each of which knows for itself what needs a task.
    static let itemOperations = Dictionary(
        uniqueKeysWithValues: ItemOperation.allCases.map { operation in
            (
                operation.rawValue,
                Handler.direct { service, request, completion in
                    ItemOperations(store: service.tables.tables).answer(
                        operation, body: request.body, reply: completion)
                }
            )
        })
}
