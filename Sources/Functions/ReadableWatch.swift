import CEventPoll
import Foundation
import Synchronization

/// Calls an action whenever a descriptor can be read, until it is cancelled. Has the descriptor for its own, and closes it then.
///
/// All of them share one thread that never ends, so an action is short and waits for nothing. Cheap: one call of the system to
/// begin, one to end. Why not a source of Dispatch: Documentation/decisions/0030-functions-are-watched-on-epoll.md.
final class ReadableWatch: Sendable {
    private static let shared = Poll()

    private let descriptor: Int32
    private let tag: UInt64

    /// - Parameter action: also called when nobody can write any more, again and again until the watch is cancelled.
    /// - Throws: ``FunctionError`` with code `system`; the descriptor is closed then.
    init(_ descriptor: Int32, action: @escaping @Sendable () -> Void) throws(FunctionError) {
        self.descriptor = descriptor
        do {
            tag = try Self.shared.add(descriptor, action)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Ends it. An action that is about to begin on the other thread may still come, once. Does nothing the second time.
    func cancel() {
        guard Self.shared.remove(tag, descriptor) else { return }
        close(descriptor)
    }
}

/// One epoll and the thread that waits for it.
private final class Poll: Sendable {
    private struct State {
        /// -1 before the first watch.
        var descriptor: Int32 = -1
        /// By tags that are never used again: what was ready for a watch that has ended meanwhile is not another's.
        var actions: [UInt64: @Sendable () -> Void] = [:]
        var lastTag: UInt64 = 0
    }

    private static let tagsMax = 64

    private let state = Mutex(State())

    /// - Returns: its tag.
    func add(_ descriptor: Int32, _ action: @escaping @Sendable () -> Void) throws(FunctionError) -> UInt64 {
        try state.withLock { state throws(FunctionError) in
            if state.descriptor < 0 {
                state.descriptor = event_poll_create()
                guard state.descriptor >= 0 else { throw Self.refusal() }
                Thread.detachNewThread { [poll = state.descriptor] in self.run(poll) }
            }
            state.lastTag += 1
            guard event_poll_add(state.descriptor, descriptor, state.lastTag) == 0 else { throw Self.refusal() }
            state.actions[state.lastTag] = action
            return state.lastTag
        }
    }

    /// Of the call that has just failed.
    private static func refusal() -> FunctionError {
        FunctionError(
            .system,
            "A function's process cannot be watched (\(String(cString: strerror(errno)))); allow this process more open files."
        )
    }

    /// - Returns: whether it was there.
    func remove(_ tag: UInt64, _ descriptor: Int32) -> Bool {
        state.withLock { state in
            guard state.actions.removeValue(forKey: tag) != nil else { return false }
            _ = event_poll_remove(state.descriptor, descriptor)
            return true
        }
    }

    private func run(_ poll: Int32) -> Never {
        var tags = [UInt64](repeating: 0, count: Self.tagsMax)
        while true {
            let count = event_poll_wait(poll, &tags, Int32(tags.count), -1)
            for tag in tags.prefix(Int(max(count, 0))) { state.withLock { $0.actions[tag] }?() }
        }
    }
}
