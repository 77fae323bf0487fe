/// Learns what a function does, for metrics. Called on threads that must not wait.
public protocol FunctionObserver: Sendable {
    /// An invocation is over: it took so long, and was answered well or not.
    func invoked(duration: Duration, isError: Bool)
    /// A call was refused, because as many as may run did.
    func throttled()
    /// So many invocations run at this moment.
    func runs(_ count: Int)
    /// The process has written a line.
    func wrote(_ line: String)
}
