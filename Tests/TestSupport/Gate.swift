import Synchronization

/// Holds whoever comes until it is opened or their task is cancelled.
public final class Gate: Sendable {
    private let state = Mutex(false)

    public var isOpen: Bool { state.withLock { $0 } }

    public init() {}

    public func open() { state.withLock { $0 = true } }

    public func wait() async {
        while !isOpen, !Task.isCancelled { await Task.yield() }
    }
}
