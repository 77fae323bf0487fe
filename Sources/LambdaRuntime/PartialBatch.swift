internal import Items

/// The answer that names the failed records of a batch; empty when all were handled.
public struct PartialBatchResponse: Codable, Sendable, Hashable {
    public struct ItemFailure: Codable, Sendable, Hashable {
        public var itemIdentifier: String

        public init(itemIdentifier: String) { self.itemIdentifier = itemIdentifier }
    }

    public var batchItemFailures: [ItemFailure]

    public init(batchItemFailures: [ItemFailure] = []) { self.batchItemFailures = batchItemFailures }

    /// The answer itself.
    package var json: [UInt8] {
        var answer = JSONMembers()
        answer.add(
            "batchItemFailures",
            batchItemFailures.map { failure in
                var members = JSONMembers()
                members.add("itemIdentifier", failure.itemIdentifier)
                return members
            })
        return answer.closed
    }
}

/// Which records of a batch are handled, and which are named in the answer.
///
/// Keeps order: after the first failure of an item its later records are not handled and count as failed too, so that a
/// retry never puts an old state over a newer one.
struct BatchProgress<Item: Hashable> {
    private(set) var response = PartialBatchResponse()
    private var failedItems: Set<Item> = []

    /// Whether a record is to be handled; false when an earlier one of its item has failed, and then it is named.
    mutating func isDue(_ item: Item, identifier: @autoclosure () -> String) -> Bool {
        guard failedItems.contains(item) else { return true }
        response.batchItemFailures.append(.init(itemIdentifier: identifier()))
        return false
    }

    mutating func failed(_ item: Item, identifier: String) {
        failedItems.insert(item)
        response.batchItemFailures.append(.init(itemIdentifier: identifier))
    }
}

/// Handles the records of a batch one after the other and names those that failed: see ``StreamBatchHandler`` for records
/// of a stream, which also counts those that cannot be read.
///
/// - Parameters:
///   - records: in the order in which they came.
///   - identifier: what names a record in the answer.
///   - item: equal for records of the same item: after a failure of one its later ones fail too.
///   - failed: called for each record that failed itself, for the log.
///   - body: handles one record; what it throws fails that record.
public func handleBatch<Record, Item: Hashable>(
    _ records: [Record], identifier: (Record) -> String, item: (Record) -> Item,
    failed: (Record, any Error) -> Void, _ body: (Record) async throws -> Void
) async -> PartialBatchResponse {
    var progress = BatchProgress<Item>()
    for record in records {
        let itemOfRecord = item(record)
        guard progress.isDue(itemOfRecord, identifier: identifier(record)) else { continue }
        do {
            try await body(record)
        } catch {
            failed(record, error)
            progress.failed(itemOfRecord, identifier: identifier(record))
        }
    }
    return progress.response
}
