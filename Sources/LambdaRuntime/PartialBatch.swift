/// The answer that names the failed records of a batch; empty when all were handled.
public struct PartialBatchResponse: Codable, Sendable, Hashable {
    public struct ItemFailure: Codable, Sendable, Hashable {
        public var itemIdentifier: String

        public init(itemIdentifier: String) { self.itemIdentifier = itemIdentifier }
    }

    public var batchItemFailures: [ItemFailure]

    public init(batchItemFailures: [ItemFailure] = []) { self.batchItemFailures = batchItemFailures }
}

/// Handles the records of a batch one after the other and names those that failed.
///
/// Keeps order: after the first failure of an item its later records are not handled and count as failed too, so that a
/// retry never puts an old state over a newer one.
///
/// - Parameters:
///   - identifier: what names a record in the answer: its eventID for a pipe.
///   - item: equal for records of the same item.
///   - failed: called for each record that failed itself, for the log.
public func handleBatch<Record, Item: Hashable>(
    _ records: [Record], identifier: (Record) -> String, item: (Record) -> Item,
    failed: (Record, any Error) -> Void, _ body: (Record) async throws -> Void
) async -> PartialBatchResponse {
    var response = PartialBatchResponse()
    var failedItems: Set<Item> = []
    for record in records {
        let itemOfRecord = item(record)
        if !failedItems.contains(itemOfRecord) {
            do {
                try await body(record)
                continue
            } catch {
                failed(record, error)
                failedItems.insert(itemOfRecord)
            }
        }
        response.batchItemFailures.append(.init(itemIdentifier: identifier(record)))
    }
    return response
}
