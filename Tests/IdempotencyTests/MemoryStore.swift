import AWSClient
import Clocks
import Synchronization

@testable import Idempotency

/// Records in memory, by the rule that the table's condition says in DynamoDB's words; it can be told to fail.
final class MemoryStore: IdempotencyStore {
    struct Failure: Error, Hashable {}

    struct State {
        var records: [String: IdempotencyRecord] = [:]
        /// Writes that were made, with the record that they were made with.
        var writes: [ItemWrite] = []
        var failsToComplete = false
        var failsToRemove = false
    }

    let state = Mutex(State())

    var records: [IdempotencyRecord] { state.withLock { Array($0.records.values) } }

    func put(_ record: IdempotencyRecord, now: Timestamp) async throws -> PutOutcome {
        try await put(record, with: [], now: now)
    }

    func put(_ record: IdempotencyRecord, with writes: [ItemWrite], now: Timestamp) async throws -> PutOutcome {
        state.withLock { state in
            if let existing = state.records[record.id], !existing.isVoid(at: now) { return .refused(existing) }
            state.records[record.id] = record
            state.writes += writes
            return .stored
        }
    }

    func complete(_ record: IdempotencyRecord, started: IdempotencyRecord) async throws {
        try state.withLock { state in
            if state.failsToComplete { throw Failure() }
            if state.records[record.id] == started { state.records[record.id] = record }
        }
    }

    func remove(started: IdempotencyRecord) async throws {
        try state.withLock { state in
            if state.failsToRemove { throw Failure() }
            if state.records[started.id] == started { state.records[started.id] = nil }
        }
    }
}
