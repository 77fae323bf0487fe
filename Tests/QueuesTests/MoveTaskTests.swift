import Clocks
import Queues
import Testing

@Suite(.timeLimit(.minutes(1))) struct MoveTaskTests {
    private let queues: OpenQueues
    private let orders: Queue
    private let failures: Queue

    init() async throws {
        queues = try OpenQueues()
        failures = try await queues.makeQueue("failures")
        orders = try await queues.makeQueue("orders", ["VisibilityTimeout": "0"], dead: "failures")
    }

    /// Sends messages and lets them fail.
    private func fail(_ count: Int) async throws {
        for number in 0..<count { _ = try await orders.send("\(number)") }
        for _ in 0..<count { _ = try await orders.receive() }
        await queues.until { failures.counts().visible == count }
    }

    /// Runs the store's own work beside a test's.
    private func running(_ body: () async throws -> Void) async throws {
        let running = Task { [store = queues.store] in await store.run() }
        defer { running.cancel() }
        try await body()
    }

    @Test func messagesGoBackToWhereTheyCameFrom() async throws {
        try await fail(250)
        let ids = Set(try failures.peek(limit: 300).map(\.messageID))
        queues.time.advance(by: .seconds(9))
        let task = try queues.store.startMoveTask(sourceARN: failures.arn, destinationARN: nil, rate: nil)
        #expect(task.toMoveCount == 250)
        try await running { await queues.until { task.progress.status == .completed } }
        #expect(task.progress.movedCount == 250)
        #expect(failures.counts().visible == 0)
        let moved = try orders.peek(limit: 300)
        #expect(moved.count == 250)
        // As new messages.
        #expect(ids.isDisjoint(with: moved.map(\.messageID)))
        #expect(moved.allSatisfy { $0.sentTimestamp == 1_700_000_009_000 })
        #expect(try await orders.receive(1).map(\.receiveCount) == [1])
    }

    @Test func messagesGoToAnotherQueueAtTheRate() async throws {
        try await fail(4)
        let target = try await queues.makeQueue("target")
        let task = try queues.store.startMoveTask(sourceARN: failures.arn, destinationARN: target.arn, rate: 2)
        try await running {
            // Beside the upkeep.
            await queues.until { target.counts().visible == 1 && queues.time.sleeperCount == 2 }
            let error = #expect(throws: QueueError.self) {
                try queues.store.startMoveTask(sourceARN: failures.arn, destinationARN: nil, rate: nil)
            }
            #expect(error?.message.hasPrefix("There is already a task running.") == true)
            queues.time.advance(by: .milliseconds(499))
            #expect(target.counts().visible == 1)
            queues.time.advance(by: .milliseconds(1))
            await queues.until { target.counts().visible == 2 && queues.time.sleeperCount == 2 }
            let moved = try queues.store.cancelMoveTask(task.id, sourceARN: failures.arn)
            #expect(moved == 2)
            queues.time.advance(by: .milliseconds(500))
            await queues.until { task.progress.status == .cancelled }
        }
        #expect(failures.counts().visible == 2)
        #expect(try queues.store.moveTasks(sourceARN: failures.arn).map(\.id) == [task.id])
        let error = #expect(throws: QueueError.self) {
            try queues.store.cancelMoveTask(task.id, sourceARN: failures.arn)
        }
        #expect(error?.code == .resourceNotFound)
    }

    @Test func aTaskSaysWhyItFailed() async throws {
        _ = try await failures.send("sent here")
        let unknown = try queues.store.startMoveTask(sourceARN: failures.arn, destinationARN: nil, rate: nil)
        let target = try await queues.makeQueue("target")
        try await running {
            await queues.until { unknown.progress.status == .failed }
            #expect(unknown.progress.failureReason == "CouldNotDetermineMessageSource")
            #expect(failures.counts().visible == 1)
            _ = try await failures.send("another")
            // The first message has gone when the target goes, and the second waits for its moment.
            let gone = try queues.store.startMoveTask(sourceARN: failures.arn, destinationARN: target.arn, rate: 1)
            await queues.until { gone.progress.movedCount == 1 && queues.time.sleeperCount == 2 }
            try await queues.store.deleteQueue("target")
            queues.time.advance(by: .seconds(1))
            await queues.until { gone.progress.status == .failed }
            #expect(gone.progress.failureReason == "AWS.SimpleQueueService.NonExistentQueue")
        }
        #expect(failures.counts().visible == 1)
    }

    @Test func onlyADeadLetterQueueIsASource() async throws {
        func refusal(_ source: String, _ destination: String? = nil, _ rate: Int? = nil) -> QueueError? {
            #expect(throws: QueueError.self) {
                try queues.store.startMoveTask(sourceARN: source, destinationARN: destination, rate: rate)
            }
        }
        #expect(refusal(orders.arn)?.message == "Source queue must be configured as a Dead Letter Queue.")
        #expect(refusal(queues.arn("nobody"))?.code == .resourceNotFound)
        #expect(refusal("x")?.code == .invalidParameterValue)
        #expect(refusal(failures.arn, queues.arn("nobody"))?.code == .resourceNotFound)
        #expect(refusal(failures.arn, failures.arn)?.code == .invalidParameterValue)
        #expect(refusal(failures.arn, orders.arn, 501)?.code == .invalidParameterValue)
        #expect(refusal(failures.arn, orders.arn, 0)?.code == .invalidParameterValue)
    }
}
