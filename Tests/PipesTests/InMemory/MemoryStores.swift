import Clocks
import Pipes
import Synchronization

/// An error that a test asked for.
struct StorageFailure: Error, Equatable {
    let name: String
}

/// A dead-letter queue in memory, which may refuse messages or break.
final class MemoryQueue: DeadLetterQueue {
    private struct State {
        var bodies: [String] = []
        var records: [DeadRecords] = []
        var isBroken = false
        var refusal: String?
        var refusalCount = 0
    }

    private let state = Mutex(State())

    var bodies: [String] { state.withLock { $0.bodies } }
    var records: [DeadRecords] { state.withLock { $0.records } }

    /// Messages that were refused.
    var refusalCount: Int { state.withLock { $0.refusalCount } }

    func setBroken(_ isBroken: Bool) { state.withLock { $0.isBroken = isBroken } }

    /// Lets the queue refuse every message for this reason; nil lets it take them again.
    func refuse(_ reason: String?) { state.withLock { $0.refusal = reason } }

    func send(_ body: String, records: DeadRecords) async throws {
        try state.withLock { state in
            if state.isBroken { throw StorageFailure(name: "queue") }
            if let refusal = state.refusal {
                state.refusalCount += 1
                throw QueueRefusal(refusal)
            }
            state.bodies.append(body)
            state.records.append(records)
        }
    }
}

/// Checkpoints in memory, with every one that was saved.
final class MemoryCheckpoints: CheckpointStore {
    private let state = Mutex((current: [String: Checkpoint](), saves: [Checkpoint](), isBroken: false))

    var saves: [Checkpoint] { state.withLock { $0.saves } }

    func setBroken(_ isBroken: Bool) { state.withLock { $0.isBroken = isBroken } }

    func load(pipe: String, shardID: String) throws -> Checkpoint? {
        state.withLock { $0.current["\(pipe)/\(shardID)"] }
    }

    func save(_ checkpoint: Checkpoint, pipe: String, shardID: String) async throws {
        try state.withLock { state in
            if state.isBroken { throw StorageFailure(name: "checkpoints") }
            state.current["\(pipe)/\(shardID)"] = checkpoint
            state.saves.append(checkpoint)
        }
    }
}

/// Remembers which arrivals it heard of, and when.
final class MemoryObserver: DeliveryObserver {
    struct Entry: Hashable, Sendable {
        let pipe: String
        let arrival: Timestamp
        let at: Timestamp
    }

    private let state = Mutex<[Entry]>([])

    var entries: [Entry] { state.withLock { $0 } }

    func handedOver(pipe: String, arrival: Timestamp, at: Timestamp) {
        state.withLock { $0.append(Entry(pipe: pipe, arrival: arrival, at: at)) }
    }
}
