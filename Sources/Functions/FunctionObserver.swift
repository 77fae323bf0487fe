/// Learns what a function does, for metrics. Called on threads that must not wait.
public protocol FunctionObserver: Sendable {
    /// An environment has an event, or has answered it.
    ///
    /// - Parameter change: of the number of invocations that run: 1 or -1.
    func runs(_ change: Int)
    /// An invocation is over: it took so long, and was answered well or not.
    func invoked(duration: Duration, isError: Bool)
    /// A call was refused, because as many as may run did.
    func throttled()
    /// The process has written a line.
    func wrote(_ line: String)
}
