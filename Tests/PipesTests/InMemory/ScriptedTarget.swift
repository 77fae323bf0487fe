import Clocks
import Foundation
import Pipes
import Synchronization

/// A target that answers as a test says, and remembers what it was sent.
final class ScriptedTarget: PipeTarget {
    /// - Parameters: the number of the call, from 1, and the sequences in its batch.
    typealias Answer = @Sendable (_ call: Int, _ batch: [UInt64]) async -> BatchOutcome

    private let time: any TimeSource
    private let answer: Answer
    private let received = Mutex<[[UInt64]]>([])

    init(time: any TimeSource, _ answer: @escaping Answer) {
        self.time = time
        self.answer = answer
    }

    /// The sequences of each call, in the order of the calls.
    var batches: [[UInt64]] { received.withLock { $0 } }

    func invoke(_ sent: TargetBatch) async -> Invocation {
        guard let batch = Self.sequences(sent.payload) else {
            return Invocation(outcome: .failed(reason: "the payload is no JSON array of records"), handedOverAt: nil)
        }
        let call = received.withLock { received in
            received.append(batch)
            return received.count
        }
        let handedOverAt = time.now()
        let outcome = await answer(call, batch)
        if case .notReached = outcome { return Invocation(outcome: outcome, handedOverAt: nil) }
        return Invocation(outcome: outcome, handedOverAt: handedOverAt, requestID: "call \(call)")
    }

    private static func sequences(_ payload: [UInt8]) -> [UInt64]? {
        let records = try? JSONSerialization.jsonObject(with: Data(payload)) as? [[String: Any]]
        return records?.map { ($0["eventID"] as? String).flatMap { UInt64($0) } ?? 0 }
    }
}
