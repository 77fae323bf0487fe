import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where logic gets its time from. The engine hands in ``SystemTime``; tests and simulations a ``ManualTime``, so that
/// a run never waits for real time and can be repeated.
public protocol TimeSource: Sendable {
    /// The present moment.
    func now() -> Timestamp
    /// Waits for `duration` of this source's time. Throws `CancellationError` when the task is cancelled first.
    func sleep(for duration: Duration) async throws
}

/// The machine's own clock.
public struct SystemTime: TimeSource {
    public init() {}

    public func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    public func sleep(for duration: Duration) async throws {
        try await ContinuousClock().sleep(for: duration)
    }
}

/// A clock that stands still until it is told to move. Sleeps go by the time that has passed, as on a machine, where they
/// end no sooner and no later when somebody sets the clock.
public final class ManualTime: TimeSource {
    private struct Sleeper {
        let wakesAt: Timestamp
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        /// The time that passes evenly.
        var now: Timestamp
        /// How far the clock has been set forward, or back.
        var change = Duration.zero
        var nextID = 0
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>

    /// - Parameter start: where the clock stands first.
    public init(start: Timestamp = Timestamp(seconds: 1_700_000_000)) {
        state = Mutex(State(now: start))
    }

    public func now() -> Timestamp { state.withLock { $0.now + $0.change } }

    /// Sets the clock forward or back; no time passes by it.
    public func set(by change: Duration) { state.withLock { $0.change += change } }

    /// Number of tasks that sleep on this clock at this moment.
    public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// Moves the clock forward and wakes whoever's time has come.
    public func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now = state.now + duration
            let due = state.sleepers.filter { $0.value.wakesAt <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            // Who began to sleep first wakes first, when both are due at one moment.
            return due.sorted { ($0.value.wakesAt, $0.key) < ($1.value.wakesAt, $1.key) }
        }
        for (_, sleeper) in woken { sleeper.continuation.resume() }
    }

    public func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        guard duration > .zero else { return }
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let alreadyCancelled = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return true }
                    state.sleepers[id] = Sleeper(wakesAt: state.now + duration, continuation: continuation)
                    return false
                }
                if alreadyCancelled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                guard let sleeper = state.sleepers.removeValue(forKey: id) else {
                    state.cancelled.insert(id)
                    return nil as Sleeper?
                }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
        // A cancellation that came after the waking has left its mark.
        state.withLock { _ = $0.cancelled.remove(id) }
    }
}
