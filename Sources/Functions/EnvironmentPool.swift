import Clocks

/// Which environments of a function are free, and who waits for one. A value: the function resumes and starts after it has
/// let go of the lock.
struct EnvironmentPool {
    /// What a caller gets.
    enum Grant {
        case use(ExecutionEnvironment)
        /// There is room for one more: start it.
        case start
        /// All environments are busy and enough callers wait.
        case throttled
        case stopping
    }

    typealias Waiter = CheckedContinuation<Grant, Never>

    /// Most callers that may wait for an environment; one more is throttled.
    static let waitersMax = 1_000

    let concurrencyMax: Int
    /// With the time since when, which rises from the first to the last.
    private var free: [(environment: ExecutionEnvironment, since: Timestamp)] = []
    private var count = 0
    private var waiters: [Waiter] = []
    private(set) var isStopping = false

    init(concurrencyMax: Int) { self.concurrencyMax = concurrencyMax }

    /// The last environment freed comes first, so that the others may rest. Nil: `waiter` is kept until one is free.
    mutating func acquire(_ waiter: Waiter) -> Grant? {
        if isStopping { return .stopping }
        // ReservedConcurrentExecutions 0 switches a function off.
        if concurrencyMax == 0 { return .throttled }
        while let (environment, _) = free.popLast() {
            if !environment.hasEnded { return .use(environment) }
            count -= 1
        }
        if count < concurrencyMax {
            count += 1
            return .start
        }
        guard waiters.count < Self.waitersMax else { return .throttled }
        waiters.append(waiter)
        return nil
    }

    /// What follows from an environment's return.
    enum Release {
        case nothing
        case resume(Waiter, Grant)
        /// Nobody will need it.
        case dismiss(ExecutionEnvironment)
    }

    /// Takes an environment back, or the room of one that could not be started (nil).
    mutating func release(_ environment: ExecutionEnvironment?, now: Timestamp) -> Release {
        let usable = environment.flatMap { $0.hasEnded ? nil : $0 }
        if !waiters.isEmpty { return .resume(waiters.removeFirst(), usable.map(Grant.use) ?? .start) }
        guard let usable, !isStopping else {
            count -= 1
            return usable.map(Release.dismiss) ?? .nothing
        }
        free.append((usable, now))
        return .nothing
    }

    /// Takes out the environments that have been free since before `time`, and returns them to be ended.
    mutating func reap(freeSince time: Timestamp) -> [ExecutionEnvironment] {
        let idle = free.prefix { $0.since < time }.map(\.environment)
        free.removeFirst(idle.count)
        count -= idle.count
        return idle
    }

    /// Takes out all that are free.
    mutating func reapAll() -> [ExecutionEnvironment] {
        defer { (count, free) = (count - free.count, []) }
        return free.map(\.environment)
    }

    /// What the environments do now. One that has ended while it was free counts until it is needed.
    var load: FunctionLoad {
        FunctionLoad(environments: count, busy: count - free.count, waiting: waiters.count)
    }

    /// Whether no environment is there or being started.
    var isEmpty: Bool { count == 0 }

    /// Refuses what comes and hands back who waits.
    mutating func stop() -> [Waiter] {
        isStopping = true
        defer { waiters = [] }
        return waiters
    }
}
