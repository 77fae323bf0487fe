import Clocks
import Pipes
import Synchronization

/// A shard in memory, with the wake-ups of a real one.
final class MemoryShard: StreamShard {
    let streamARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/Orders/stream/2026-01-01T00:00:00.000"
    let shardID: String
    let isFinite: Bool

    private struct State {
        var records: [SourceRecord] = []
        var nextID = 0
        var waiting: [Int: (after: UInt64, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var cancelled: Set<Int> = []
        var readError: (any Error)?
    }

    private let state = Mutex(State())

    init(
        shardID: String = "shardId-00000001700000000000-0a1b2c3d", _ records: [SourceRecord] = [],
        isFinite: Bool = false
    ) {
        self.shardID = shardID
        self.isFinite = isFinite
        append(records)
    }

    func append(_ records: [SourceRecord]) {
        let woken = state.withLock { state in
            state.records += records
            let newest = state.records.last?.sequence ?? 0
            let due = state.waiting.filter { $0.value.after < newest }
            for id in due.keys { state.waiting[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Lets every read fail from now on.
    func fail(_ error: any Error) { state.withLock { $0.readError = error } }

    /// Readers that wait for records.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    var newestSequence: UInt64 { state.withLock { $0.records.last?.sequence ?? 0 } }

    func records(after sequence: UInt64, limit: Int) async throws -> [SourceRecord] {
        try state.withLock { state in
            if let error = state.readError { throw error }
            return Array(state.records.drop { $0.sequence <= sequence }.prefix(limit))
        }
    }

    func waitForRecords(after sequence: UInt64) async throws {
        if isFinite { return }
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                enum Answer { case ready, cancelled, wait }
                let answer = state.withLock { state in
                    if state.cancelled.contains(id) { return Answer.cancelled }
                    if state.readError != nil { return .ready }
                    if state.records.last.map({ $0.sequence > sequence }) ?? false { return .ready }
                    state.waiting[id] = (sequence, continuation)
                    return .wait
                }
                switch answer {
                case .ready: continuation.resume()
                case .cancelled: continuation.resume(throwing: CancellationError())
                case .wait: break
                }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.cancelled.insert(id)
                return state.waiting.removeValue(forKey: id)
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    func shardID(of sequence: UInt64) -> String { shardID }

    func backlog(after sequence: UInt64) -> Int { state.withLock { $0.records.count { $0.sequence > sequence } } }

    func firstArrival(after sequence: UInt64) -> Timestamp? {
        state.withLock { $0.records.first { $0.sequence > sequence }?.arrival }
    }

    func sequence(before time: Timestamp) -> UInt64 {
        state.withLock { $0.records.last { $0.arrival < time }?.sequence ?? 0 }
    }

    func sequenceNumber(_ sequence: UInt64) -> String { Samples.sequenceNumber(sequence) }
}
