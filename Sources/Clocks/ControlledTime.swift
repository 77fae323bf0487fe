import Synchronization

/// A clock that runs along with another one until it is advanced or frozen: for trying out what takes hours or days
/// against a whole engine.
///
/// While it runs, its time is the base's plus what it has been advanced by. While it is frozen, its time stands and no
/// sleep ends, except by an advance. An advance wakes everybody whose time has come, in the order of their times; the
/// clock reads the new time for all of them. All methods may be called from any thread; an advance costs a look at each
/// sleeper.
public final class ControlledTime: TimeSource {
    /// How the clock stands.
    public struct Reading: Sendable, Hashable {
        public var now: Timestamp
        /// How far it is ahead of its base; negative when it was frozen for longer than it was advanced by.
        public var ahead: Duration
        public var isFrozen: Bool
    }

    /// The end of the year 9999: later moments have no text of the usual form.
    public static let latest = Timestamp(seconds: 253_402_300_799)

    private struct Sleeper {
        let due: Timestamp
        var isDue = false
        /// Tells the sleeper to look at the clock again.
        let bell: AsyncStream<Void>.Continuation
    }

    private struct State {
        /// What is added to the base's time while the clock runs.
        var offset = Duration.zero
        var frozenAt: Timestamp?
        /// Counts the moves: what a sleeper worked out before one is void after it.
        var epoch = 0
        var nextID = 0
        var sleepers: [Int: Sleeper] = [:]
    }

    private let base: any TimeSource
    private let state = Mutex(State())

    /// - Parameter base: what it runs along with.
    public init(base: any TimeSource) { self.base = base }

    public func now() -> Timestamp { state.withLock { now($0) } }

    /// How the clock stands at this moment.
    public var reading: Reading {
        state.withLock { state in
            let now = now(state)
            return Reading(
                now: now, ahead: state.frozenAt == nil ? state.offset : now - base.now(),
                isFrozen: state.frozenAt != nil)
        }
    }

    /// Number of tasks that sleep on this clock at this moment.
    public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    private func now(_ state: borrowing State) -> Timestamp { state.frozenAt ?? base.now() + state.offset }

    // MARK: Moving it

    /// Moves the clock forward and wakes whoever's time has come.
    ///
    /// - Returns: false, and nothing has happened, for a negative duration and one that leads beyond ``latest``.
    @discardableResult
    public func advance(by duration: Duration) -> Bool {
        move { state, now in
            guard duration >= .zero, duration <= Self.latest - now else { return false }
            if state.frozenAt != nil { state.frozenAt = now + duration } else { state.offset += duration }
            return true
        }
    }

    /// Lets the clock stand. Nothing happens to one that stands.
    public func freeze() {
        move { state, now in
            guard state.frozenAt == nil else { return false }
            state.frozenAt = now
            return true
        }
    }

    /// Lets the clock run on from where it stands. Nothing happens to one that runs.
    public func resume() {
        move { [base] state, now in
            guard state.frozenAt != nil else { return false }
            state.offset = now - base.now()
            state.frozenAt = nil
            return true
        }
    }

    @discardableResult
    private func move(_ change: (inout State, Timestamp) -> Bool) -> Bool {
        let bells = state.withLock { state -> [AsyncStream<Void>.Continuation]? in
            let before = now(state)
            guard change(&state, before) else { return nil }
            state.epoch += 1
            let now = now(state)
            // Who began to sleep first wakes first, when both are due at one moment.
            let order = state.sleepers.sorted { ($0.value.due, $0.key) < ($1.value.due, $1.key) }
            for (id, sleeper) in order where sleeper.due <= now { state.sleepers[id]?.isDue = true }
            return order.map(\.value.bell)
        }
        guard let bells else { return false }
        for bell in bells { bell.yield() }
        return true
    }

    // MARK: Sleeping

    public func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        guard duration > .zero else { return }
        // A ring that comes before anybody listens is kept.
        let (rings, bell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.nextID += 1
            state.sleepers[state.nextID] = Sleeper(due: now(state) + duration, bell: bell)
            return state.nextID
        }
        defer { state.withLock { _ = $0.sleepers.removeValue(forKey: id) } }
        var ring = rings.makeAsyncIterator()
        while let wait = wait(of: id) {
            await withTaskGroup(of: Void.self) { group in
                if let (span, epoch) = wait.base {
                    group.addTask { [base] in
                        // Cancelled: the clock was moved, or nobody waits any more.
                        guard (try? await base.sleep(for: span)) != nil else { return }
                        self.baseHasPassed(id, epoch)
                    }
                }
                await ring.next()
                group.cancelAll()
            }
            try Task.checkCancellation()
        }
    }

    private struct Wait {
        /// How long by the base, as worked out in which epoch; nil while the clock is frozen.
        var base: (span: Duration, epoch: Int)?
    }

    /// What a sleeper still has to wait for; nil when its time has come.
    private func wait(of id: Int) -> Wait? {
        state.withLock { state in
            guard let sleeper = state.sleepers[id], !sleeper.isDue else { return nil }
            guard state.frozenAt == nil else { return Wait(base: nil) }
            let rest = sleeper.due - now(state)
            return rest > .zero ? Wait(base: (rest, state.epoch)) : nil
        }
    }

    private func baseHasPassed(_ id: Int, _ epoch: Int) {
        let bell = state.withLock { state -> AsyncStream<Void>.Continuation? in
            guard state.epoch == epoch else { return nil }
            // Whatever the base reads: its wait is over, and its reading may have been set back meanwhile.
            state.sleepers[id]?.isDue = true
            return state.sleepers[id]?.bell
        }
        bell?.yield()
    }
}
