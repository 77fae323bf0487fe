import Clocks
import NIOCore

/// One event on its way through an execution environment.
struct PendingInvocation: Sendable {
    let requestID: String
    /// Another one for each hand-over: `Lambda-Runtime-Invocation-Id`.
    let invocationID: String
    let traceHeader: String
    let payload: ByteBuffer
    /// In the machine's time, by which the process lives.
    let deadline: Timestamp
    /// Told of the hand-over when the process is to die before its answer: then none is taken. Nil lets it answer.
    let doom: AsyncStream<Void>.Continuation?
    /// Gets nil when the process has ended by itself before it had the event, which another environment may take then.
    let completion: CheckedContinuation<InvocationResult?, Never>
}

/// Where an execution environment stands. A value: each method takes one event and returns what to do about it; the
/// environment resumes continuations and kills processes after it has let go of the lock.
struct EnvironmentState {
    /// Answers the process's request for an event; nil: there will be none. Called once.
    typealias NextRequest = @Sendable (PendingInvocation?) -> Void

    private enum Phase {
        /// The process has been started and has not asked for work yet.
        case starting
        /// Ready for an event; `next` is the open request for it, absent between an answer and the next request.
        case free(next: NextRequest?)
        /// An event is there, and the process has not asked for it yet.
        case assigned(PendingInvocation)
        case running(PendingInvocation, handedOverAt: Timestamp)
        /// The event's or the process's time is up, and the process is being killed: what it still says is not heard.
        case expired(PendingInvocation, handedOverAt: Timestamp?)
        case ended
    }

    private var phase = Phase.starting

    var hasEnded: Bool {
        if case .ended = phase { return true }
        return false
    }

    /// The event that the process has, or will have once it asks, and whose answer is awaited.
    var unanswered: PendingInvocation? {
        switch phase {
        case .assigned(let invocation), .running(let invocation, _): invocation
        case .starting, .free, .expired, .ended: nil
        }
    }

    enum NextAnswer {
        case handOver(PendingInvocation)
        case wait(isFirst: Bool)
        /// The environment has ended, or the process asks twice at the same time.
        case refuse
    }

    mutating func nextRequested(_ request: @escaping NextRequest, now: Timestamp) -> NextAnswer {
        switch phase {
        case .starting:
            phase = .free(next: request)
            return .wait(isFirst: true)
        case .free(next: nil):
            phase = .free(next: request)
            return .wait(isFirst: false)
        case .assigned(let invocation):
            phase = .running(invocation, handedOverAt: now)
            return .handOver(invocation)
        case .free, .running, .expired, .ended:
            return .refuse
        }
    }

    enum InvokeAnswer {
        case handOver(to: NextRequest)
        case waitForRequest
        case ended
    }

    mutating func invoked(_ invocation: PendingInvocation, now: Timestamp) -> InvokeAnswer {
        switch phase {
        case .free(let next?):
            phase = .running(invocation, handedOverAt: now)
            return .handOver(to: next)
        case .free(next: nil):
            phase = .assigned(invocation)
            return .waitForRequest
        case .ended:
            return .ended
        case .starting, .assigned, .running, .expired:
            preconditionFailure("an environment gets an event only when it is free")
        }
    }

    enum Answered {
        case completes(PendingInvocation, handedOverAt: Timestamp)
        /// It is for another event than the one that runs.
        case otherRequest
        /// It is for another hand-over of the event.
        case otherInvocation
        /// No event is running, or one that is to have no answer.
        case noRequest
    }

    /// The process answered.
    ///
    /// - Parameter invocationID: nil from a process that does not send it back.
    mutating func answered(requestID: String, invocationID: String?) -> Answered {
        guard case .running(let invocation, let handedOverAt) = phase, invocation.doom == nil else { return .noRequest }
        guard invocation.requestID == requestID else { return .otherRequest }
        guard invocationID ?? invocation.invocationID == invocation.invocationID else { return .otherInvocation }
        phase = .free(next: nil)
        return .completes(invocation, handedOverAt: handedOverAt)
    }

    /// An invocation's time, or its process's, is up. True when it is still unanswered: then the process is to be killed.
    mutating func expire(requestID: String) -> Bool {
        switch phase {
        case .running(let invocation, let handedOverAt) where invocation.requestID == requestID:
            phase = .expired(invocation, handedOverAt: handedOverAt)
        case .assigned(let invocation) where invocation.requestID == requestID:
            phase = .expired(invocation, handedOverAt: nil)
        case .starting, .free, .assigned, .running, .expired, .ended:
            return false
        }
        return true
    }

    enum Leftover {
        case nothing
        case request(NextRequest)
        /// The process never had it, and nobody has ended the process for it.
        case untaken(PendingInvocation)
        case invocation(PendingInvocation, handedOverAt: Timestamp?)
    }

    /// The process is gone: from now on nobody gets the environment. An event that the process has stays open until ``ended()``,
    /// as an answer may still be on its way.
    mutating func processEnded() -> Leftover {
        switch phase {
        case .running, .expired: .nothing
        case .starting, .free, .assigned, .ended: ended()
        }
    }

    /// The environment has ended. What was open is handed back to be completed.
    mutating func ended() -> Leftover {
        defer { phase = .ended }
        switch phase {
        case .starting, .ended, .free(next: nil): return .nothing
        case .free(let next?): return .request(next)
        case .assigned(let invocation): return .untaken(invocation)
        case .running(let invocation, let handedOverAt): return .invocation(invocation, handedOverAt: handedOverAt)
        case .expired(let invocation, let handedOverAt): return .invocation(invocation, handedOverAt: handedOverAt)
        }
    }
}
