/// Where a function's program stands between its start and its end.
struct RuntimePhase: Sendable {
    /// What SIGTERM asks for.
    enum Stop: Equatable {
        /// Nothing runs: end the wait for the next event.
        case endWait
        /// An invocation runs, or the end has begun: nothing to do.
        case letFinish
    }

    private enum State {
        case waiting
        case handling
        /// No event is taken any more.
        case stopping
    }

    private var state = State.waiting

    /// An event has come.
    /// - Returns: whether it is to be handled.
    mutating func begin() -> Bool {
        guard state == .waiting else { return false }
        state = .handling
        return true
    }

    /// The event's answer was sent.
    /// - Returns: whether to ask for the next.
    mutating func finish() -> Bool {
        guard state == .handling else { return false }
        state = .waiting
        return true
    }

    mutating func stop() -> Stop {
        defer { state = .stopping }
        return state == .waiting ? .endWait : .letFinish
    }
}
