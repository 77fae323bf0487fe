import AWSClient
import Clocks
import Items

/// What came of an attempt to put a record.
enum PutOutcome: Sendable {
    case stored
    /// The record that is there and not void.
    case refused(IdempotencyRecord)
}

/// Where records are kept.
protocol IdempotencyStore: Sendable {
    /// Stores a record unless one that is not void is there.
    func put(_ record: IdempotencyRecord, now: Timestamp) async throws -> PutOutcome
    /// The same, together with other writes: all or nothing.
    func put(_ record: IdempotencyRecord, with writes: [ItemWrite], now: Timestamp) async throws -> PutOutcome
    /// Stores the result of the call that `started`, unless another call has taken its place meanwhile.
    func complete(_ record: IdempotencyRecord, started: IdempotencyRecord) async throws
    /// Removes the record of the call that `started`, unless another call has taken its place meanwhile.
    func remove(started: IdempotencyRecord) async throws
}

/// A DynamoDB table with the hash key `id` (S).
struct IdempotencyTable: IdempotencyStore {
    private typealias Attribute = IdempotencyRecord.Attribute

    let client: AWSClient
    let tableName: String

    private func put(_ record: IdempotencyRecord, at now: Timestamp) -> ItemWrite.Put {
        ItemWrite.Put(
            tableName: tableName, item: record.item,
            condition: .init(
                "attribute_not_exists(#id) OR #expiration < :now OR "
                    + "(#status = :inProgress AND attribute_exists(#inProgressExpiration) "
                    + "AND #inProgressExpiration < :nowInMilliseconds)",
                names: [
                    "#id": Attribute.id, "#expiration": Attribute.expiration, "#status": Attribute.status,
                    "#inProgressExpiration": Attribute.inProgressExpiration,
                ],
                values: [
                    ":now": .number(Number(now.seconds)), ":nowInMilliseconds": .number(Number(now.milliseconds)),
                    ":inProgress": .string(IdempotencyRecord.Status.inProgress.rawValue),
                ], returnsItemOnFailure: true))
    }

    func put(_ record: IdempotencyRecord, now: Timestamp) async throws -> PutOutcome {
        do {
            try await client.putItem(put(record, at: now))
            return .stored
        } catch let error as AWSError where error.code == .conditionalCheckFailed {
            return .refused(try existing(error.item, id: record.id))
        }
    }

    func put(_ record: IdempotencyRecord, with writes: [ItemWrite], now: Timestamp) async throws -> PutOutcome {
        do {
            try await client.transactWriteItems([.put(put(record, at: now))] + writes)
            return .stored
        } catch var error as AWSError where error.code == .transactionCanceled {
            guard let own = error.cancellationReasons.first,
                own.code == AWSError.CancellationReason.conditionalCheckFailed
            else {
                // The caller's reasons stand at the places of its own writes.
                error.cancellationReasons = Array(error.cancellationReasons.dropFirst())
                throw error
            }
            return .refused(try existing(own.item, id: record.id))
        }
    }

    func complete(_ record: IdempotencyRecord, started: IdempotencyRecord) async throws {
        do {
            try await client.putItem(.init(tableName: tableName, item: record.item, condition: isOf(started)))
        } catch let error as AWSError where error.code == .conditionalCheckFailed {}
    }

    func remove(started: IdempotencyRecord) async throws {
        do {
            try await client.deleteItem(
                .init(tableName: tableName, key: [Attribute.id: .string(started.id)], condition: isOf(started)))
        } catch let error as AWSError where error.code == .conditionalCheckFailed {}
    }

    /// Holds for the record of one call: two that run one after the other end at different times.
    private func isOf(_ started: IdempotencyRecord) -> ItemWrite.Condition {
        let end = started.inProgressExpiration ?? started.expiration
        return .init(
            "#status = :inProgress AND #inProgressExpiration = :end",
            names: ["#status": Attribute.status, "#inProgressExpiration": Attribute.inProgressExpiration],
            values: [
                ":inProgress": .string(IdempotencyRecord.Status.inProgress.rawValue),
                ":end": .number(Number(end.milliseconds)),
            ])
    }

    private func existing(_ item: Item?, id: String) throws(IdempotencyError) -> IdempotencyRecord {
        guard let record = item.flatMap({ IdempotencyRecord($0) }) else {
            throw IdempotencyError(
                code: .unreadableRecord,
                message:
                    "The item \(id) of the table \(tableName) is no idempotency record; give them a table of their own."
            )
        }
        return record
    }
}
