import Synchronization

/// What a running load tells, and the wish to stop it: from any thread.
public final class LoadControl: Sendable {
    private struct State {
        var progress = LoadRun.Progress()
        var isStopping = false
    }

    private let state = Mutex(State())

    public init() {}

    /// How things stood a moment ago.
    public var progress: LoadRun.Progress { state.withLock { $0.progress } }

    /// Ends the load: nothing more becomes due, and what is under way is waited for.
    public func stop() { state.withLock { $0.isStopping = true } }

    public var isStopping: Bool { state.withLock { $0.isStopping } }

    /// - Returns: whether the load is to stop.
    public func show(_ progress: LoadRun.Progress) -> Bool {
        state.withLock { state in
            state.progress = progress
            return state.isStopping
        }
    }
}

/// Why a load cannot begin.
public struct LoadError: Error, CustomStringConvertible {
    /// One sentence: the thing, the place, the remedy.
    public let description: String
    public init(_ description: String) { self.description = description }
}
