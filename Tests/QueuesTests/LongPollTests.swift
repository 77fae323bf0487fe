import Clocks
import Queues
import Synchronization
import Testing

/// Receives that wait.
@Suite(.timeLimit(.minutes(1))) struct LongPollTests {
    private let queues: OpenQueues
    private let queue: Queue

    init() async throws {
        queues = try OpenQueues()
        queue = try await queues.makeQueue("orders", ["VisibilityTimeout": "4"])
    }

    private func wait(_ seconds: Int = 20, limit: Int = 10) async throws -> [String] {
        try await queue.receive(ReceiveRequest(maxNumberOfMessages: limit, waitSeconds: seconds)).map(\.body)
    }

    @Test func aMessageEndsTheWaitAtOnce() async throws {
        async let waiting = wait()
        await queues.until { queues.time.sleeperCount == 1 }
        _ = try await queue.send("a")
        // No time has passed.
        #expect(try await waiting == ["a"])
    }

    @Test func theWaitEndsWithNothing() async throws {
        async let waiting = wait(7)
        await queues.until { queues.time.sleeperCount == 1 }
        queues.time.advance(by: .seconds(7))
        #expect(try await waiting == [])
    }

    @Test func theQueueSaysHowLongToWait() async throws {
        try await queues.store.setAttributes("orders", ["ReceiveMessageWaitTimeSeconds": "3"])
        async let waiting = queue.receive(ReceiveRequest())
        await queues.until { queues.time.sleeperCount == 1 }
        queues.time.advance(by: .seconds(3))
        #expect(try await waiting.isEmpty)
    }

    @Test func whatComesBackEndsTheWait() async throws {
        _ = try await queue.send("a")
        #expect(try await queue.receive().count == 1)
        async let waiting = wait()
        await queues.until { queues.time.sleeperCount == 1 }
        queues.time.advance(by: .seconds(4))
        #expect(try await waiting == ["a"])
    }

    @Test func whoCameFirstIsServedFirst() async throws {
        async let first = wait(20, limit: 1)
        await queues.until { queue.waitingCount == 1 }
        async let second = wait(20, limit: 1)
        await queues.until { queue.waitingCount == 2 }
        _ = try await queue.send("a")
        _ = try await queue.send("b")
        #expect(try await first == ["a"])
        #expect(try await second == ["b"])
    }

    @Test func closingAnswersAll() async throws {
        async let waiting = wait()
        await queues.until { queue.waitingCount == 1 }
        queues.store.endPolls()
        #expect(try await waiting == [])
        #expect(try await wait() == [])
    }

    @Test func whoHasLeftGetsNoMessage() async throws {
        let answers = Mutex<[Int]>([])
        let first = queue.receive(ReceiveRequest(waitSeconds: 20)) { outcome in
            answers.withLock { $0.append((try? outcome.get().count) ?? -1) }
        }
        async let second = wait()
        await queues.until { queue.waitingCount == 2 }
        let poll = try #require(first)
        queue.abandon(poll)
        #expect(answers.withLock { $0 } == [0])
        _ = try await queue.send("a")
        #expect(try await second == ["a"])
        // It has been answered.
        queue.abandon(poll)
        #expect(answers.withLock { $0 } == [0])
    }

    @Test func aClockThatIsSetBackHoldsNobody() async throws {
        async let waiting = wait(7)
        await queues.until { queues.time.sleeperCount == 1 }
        queues.time.set(by: .seconds(-3_600))
        queues.time.advance(by: .seconds(7))
        #expect(try await waiting == [])
    }

    @Test func aDeletedQueueAnswersItsReceivers() async throws {
        let queue = queue
        let waiting = Task { try await queue.receive(ReceiveRequest(waitSeconds: 20)) }
        await queues.until { queue.waitingCount == 1 }
        try await queues.store.deleteQueue("orders")
        await #expect(throws: QueueError.noSuchQueue) { try await waiting.value }
    }

    @Test func aGroupThatIsFreedEndsTheWait() async throws {
        let line = try await queues.makeQueue("line.fifo")
        _ = try await line.send("1", group: "g")
        _ = try await line.send("2", group: "g")
        let first = try #require(try await line.receive(1).first)
        async let waiting = line.receive(ReceiveRequest(waitSeconds: 20))
        await queues.until { line.waitingCount == 1 }
        try await line.delete(first)
        #expect(try await waiting.map(\.body) == ["2"])
    }
}
