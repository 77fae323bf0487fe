import Synchronization

/// What a function's processes do at a moment.
public struct FunctionLoad: Sendable, Hashable {
    /// Execution environments that are there or being started.
    public var environments: Int
    /// Those of them that start or have an event.
    public var busy: Int
    /// Callers that wait for one.
    public var waiting: Int

    public init(environments: Int, busy: Int, waiting: Int) {
        self.environments = environments
        self.busy = busy
        self.waiting = waiting
    }
}

extension LocalFunction {
    /// What its processes do now.
    public var load: FunctionLoad { pool.withLock { $0.load } }
}
