import Synchronization
import TestSupport
import Testing

@testable import Storage

/// One at a time, in the order of asking.
@Suite(.timeLimit(.minutes(1))) struct TurnstileTests {
    /// What several tasks write into.
    private final class Shared<Value: Sendable>: Sendable {
        private let value: Mutex<Value>
        init(_ value: Value) { self.value = Mutex(value) }
        func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
            value.withLock { value in body(&value) }
        }
    }

    private struct Counts: Sendable {
        var stored = 0
        var done = 0
        var inside = 0
        var most = 0
    }

    @Test func wishesAreDoneOneAfterTheOther() async throws {
        let turnstile = Turnstile()
        let state = Shared(Counts())
        await withDiscardingTaskGroup { group in
            for wish in 1...200 {
                group.addTask {
                    await turnstile.pass {
                        state.withLock { state in
                            state.inside += 1
                            state.most = max(state.most, state.inside)
                            state.stored = wish
                        }
                        // Another wish would come between here, if it could.
                        for _ in 0..<5 { await Task.yield() }
                        state.withLock { state in
                            state.inside -= 1
                            state.done = wish
                        }
                    }
                }
            }
        }
        let end = state.withLock { $0 }
        #expect(end.most == 1)
        #expect(end.stored == end.done)
    }

    @Test func whoAskedFirstGoesFirst() async throws {
        let turnstile = Turnstile()
        let order = Shared<[Int]>([])
        let gate = Gate()
        await withDiscardingTaskGroup { group in
            group.addTask { await turnstile.pass { await gate.wait() } }
            while turnstile.waitingCount == nil { await Task.yield() }
            for wish in 0..<20 {
                group.addTask { await turnstile.pass { order.withLock { $0.append(wish) } } }
                while turnstile.waitingCount != wish + 1 { await Task.yield() }
            }
            gate.open()
        }
        #expect(order.withLock { $0 } == Array(0..<20))
    }

    @Test func anErrorLetsTheNextOneThrough() async throws {
        struct Refused: Error {}
        let turnstile = Turnstile()
        await #expect(throws: Refused.self) { try await turnstile.pass { throw Refused() } }
        #expect(await turnstile.pass { 1 } == 1)
    }
}
