import Clocks
import Pipes
import Synchronization

/// An enrichment that answers as a test says, and remembers what it was sent.
final class ScriptedEnrichment: PipeEnrichment {
    /// - Parameters: the number of the call, from 1, and the payload.
    typealias Answer = @Sendable (_ call: Int, _ payload: String) async -> EnrichmentCall.Outcome

    private let time: any TimeSource
    private let answer: Answer
    private let received = Mutex<[String]>([])

    init(time: any TimeSource, _ answer: @escaping Answer) {
        self.time = time
        self.answer = answer
    }

    var payloads: [String] { received.withLock { $0 } }

    func enrich(_ payload: [UInt8]) async -> EnrichmentCall {
        let text = String(decoding: payload, as: UTF8.self)
        let call = received.withLock { received in
            received.append(text)
            return received.count
        }
        let handedOverAt = time.now()
        let outcome = await answer(call, text)
        if case .notReached = outcome { return EnrichmentCall(outcome: outcome, handedOverAt: nil) }
        return EnrichmentCall(outcome: outcome, handedOverAt: handedOverAt, requestID: "enrichment \(call)")
    }
}

/// A target that remembers the bytes it was sent and handles all of them.
final class RecordingTarget: PipeTarget {
    private let received = Mutex<[String]>([])

    var payloads: [String] { received.withLock { $0 } }

    func invoke(_ batch: TargetBatch) async -> Invocation {
        received.withLock { $0.append(String(decoding: batch.payload, as: UTF8.self)) }
        return Invocation(outcome: .succeeded, handedOverAt: nil)
    }
}

/// A queue for a pipe's messages that refuses those a test names, and may break.
final class MemoryMessages: MessageQueue {
    private let refuses: @Sendable (_ call: Int, _ body: String) -> Bool
    private let state = Mutex((bodies: [String](), calls: 0, isBroken: false))

    init(refuses: @escaping @Sendable (_ call: Int, _ body: String) -> Bool = { _, _ in false }) {
        self.refuses = refuses
    }

    var bodies: [String] { state.withLock { $0.bodies } }
    var callCount: Int { state.withLock { $0.calls } }

    func setBroken(_ isBroken: Bool) { state.withLock { $0.isBroken = isBroken } }

    func send(_ body: String) async throws {
        try state.withLock { state in
            state.calls += 1
            if state.isBroken { throw StorageFailure(name: "messages") }
            if refuses(state.calls, body) { throw QueueRefusal("the message is refused") }
            state.bodies.append(body)
        }
    }
}
