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
    private var free: [ExecutionEnvironment] = []
    private var count = 0
    private var waiters: [Waiter] = []
    private var isStopping = false

    init(concurrencyMax: Int) { self.concurrencyMax = concurrencyMax }

    /// The last environment freed comes first, so that the others may rest. Nil: `waiter` is kept until one is free.
    mutating func acquire(_ waiter: Waiter) -> Grant? {
        if isStopping { return .stopping }
        // ReservedConcurrentExecutions 0 switches a function off.
        if concurrencyMax == 0 { return .throttled }
        while let environment = free.popLast() {
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

    /// Takes an environment back, or the room of one that could not be started (nil), and returns who gets what now.
    mutating func release(_ environment: ExecutionEnvironment?) -> (Waiter, Grant)? {
        let usable = environment.flatMap { $0.hasEnded ? nil : $0 }
        guard !waiters.isEmpty else {
            if let usable { free.append(usable) } else { count -= 1 }
            return nil
        }
        return (waiters.removeFirst(), usable.map(Grant.use) ?? .start)
    }

    /// Refuses what comes and hands back who waits.
    mutating func stop() -> [Waiter] {
        isStopping = true
        defer { waiters = [] }
        return waiters
    }
}
