import Clocks
import Queues
import Storage
import Testing

@Suite(.timeLimit(.minutes(1))) struct QueueTests {
    private let queues: OpenQueues
    private let first: Queue
    private var queue: Queue { get throws { try queues.store.queue("orders") } }

    init() async throws {
        queues = try OpenQueues()
        first = try await queues.makeQueue("orders")
    }

    private func bodies(_ queue: Queue) throws -> [String] { try queue.peek(limit: 10_000).map(\.body) }

    @Test func messagesAreKeptInTheOrderOfTheirSendingOverReopening() async throws {
        for number in 1...12 { _ = try await queue.send("body \(number)") }
        let messages = try queue.peek(limit: 100)
        #expect(messages.map(\.body) == (1...12).map { "body \($0)" })
        #expect(Set(messages.map(\.messageID)).count == 12)
        try await queues.reopen()
        #expect(try queue.peek(limit: 100) == messages)
        #expect(try queue.peek(limit: 2) == Array(messages[..<2]))
        #expect(try queue.counts() == .init(visible: 12, notVisible: 0, delayed: 0))
        _ = try await queue.send("body 13")
        #expect(try bodies(queue).last == "body 13")
    }

    @Test func aMessageIsReceivedWithAllThatWasSent() async throws {
        let sent = try await queue.send(
            OutgoingMessage(
                "grüße \u{10FFFF}\n", attributes: [.init(name: "a", type: "String.x", value: .string("v"))],
                traceHeader: "Root=1"))
        queues.time.advance(by: .milliseconds(1_500))
        let received = try #require(try await queue.receive().first)
        #expect(received.id == sent.id)
        #expect(received.body == "grüße \u{10FFFF}\n")
        #expect(received.bodyMD5 == sent.bodyMD5)
        #expect(received.attributes.map(\.type) == ["String.x"])
        #expect(received.traceHeader == "Root=1")
        #expect(received.receiveCount == 1)
        #expect(received.sentTimestamp == 1_700_000_000_000)
        #expect(received.firstReceiveTimestamp == 1_700_000_001_500)
        #expect(received.sequenceNumber == nil)
    }

    @Test func aDeletedMessageStaysAwayAndAReceivedOneComesBack() async throws {
        _ = try await queue.send("a")
        _ = try await queue.send("b")
        let both = try await queue.receive()
        #expect(both.map(\.body) == ["a", "b"])
        try await queue.delete(both[0])
        // A second time it is taken without effect.
        try await queue.delete(both[0])
        try await queues.reopen()
        #expect(try queue.counts() == .init(visible: 0, notVisible: 1, delayed: 0))
        #expect(try await queue.receive().isEmpty)
        queues.time.advance(by: .seconds(30))
        let again = try await queue.receive()
        #expect(again.map(\.body) == ["b"])
        #expect(again.map(\.receiveCount) == [2])
    }

    /// The receipt of before the restart is good after it.
    @Test func aReceiptOutlivesTheProcess() async throws {
        _ = try await queue.send("a")
        let message = try #require(try await queue.receive().first)
        try await queues.reopen()
        try await queue.delete(message)
        #expect(try queue.counts() == .init(visible: 0, notVisible: 0, delayed: 0))
    }

    @Test func aFolderWhoseClockWasAheadGivesItsMessages() async throws {
        _ = try await queue.send("a")
        _ = try await queue.send("b")
        _ = try await queue.receive(1)
        queues.time.set(by: .seconds(-86_400))
        try await queues.reopen()
        // The one in flight comes back after its time-out, counted from the opening.
        #expect(try await queue.receive().map(\.body) == ["b"])
        queues.time.advance(by: .seconds(30))
        #expect(try await queue.receive().map(\.receiveCount) == [2, 2])
    }

    /// A day ahead for a while, in which a receiver took a message and died, and another was sent with a delay.
    @Test(arguments: [false, true])
    func aClockThatWasAheadHoldsNoMessage(isReopened: Bool) async throws {
        _ = try await queue.send("a")
        queues.time.set(by: .seconds(86_400))
        #expect(try await queue.receive().count == 1)
        _ = try await queue.send(OutgoingMessage("b", delaySeconds: 20))
        queues.time.set(by: .seconds(-86_400))
        if isReopened { try await queues.reopen() }
        // As the upkeep does every ten seconds, it looks at the clock.
        #expect(try queue.counts() == .init(visible: 0, notVisible: 1, delayed: 1))
        queues.time.advance(by: .seconds(20))
        #expect(try await queue.receive().map(\.body) == ["b"])
        queues.time.advance(by: .seconds(10))
        #expect(try await queue.receive().map(\.body) == ["a"])
    }

    @Test func aClockThatIsSetBackRefusesNoPurge() async throws {
        try await queue.purge()
        queues.time.set(by: .seconds(-7_200))
        _ = try await queue.send("a")
        try await queue.purge()
        #expect(try bodies(queue) == [])
    }

    @Test func anOldReceiptDeletesNothing() async throws {
        _ = try await queue.send("a")
        let old = try #require(try await queue.receive().first)
        queues.time.advance(by: .seconds(30))
        let new = try #require(try await queue.receive().first)
        try await queue.delete(old)
        #expect(try queue.counts().notVisible == 1)
        #expect(
            throws: QueueError(
                .messageNotInflight, "The message referred to by the receipt handle is not in flight under it any more."
            )
        ) {
            try queue.setVisibility(old, 0)
        }
        queues.time.advance(by: .seconds(30))
        // Visible again, and nobody else has it: the latest receipt deletes it, and changes nothing else.
        try queue.setVisibility(new, 100)
        #expect(try queue.counts().visible == 1)
        try await queue.delete(new)
        #expect(try queue.counts().visible == 0)
    }

    @Test func visibilityEndsAtOnceOrLater() async throws {
        _ = try await queue.send("a")
        let message = try #require(try await queue.receive(timeout: 10).first)
        try queue.setVisibility(message, 100)
        queues.time.advance(by: .seconds(99))
        #expect(try await queue.receive().isEmpty)
        try queue.setVisibility(message, 0)
        #expect(try await queue.receive().map(\.receiveCount) == [2])
        for seconds in [-1, 43_201] { #expect(throws: QueueError.self) { try queue.setVisibility(message, seconds) } }
        try await queue.delete(
            try #require(
                try await {
                    queues.time.advance(by: .seconds(30)); return try await queue.receive()
                }().first))
        #expect(throws: QueueError.self) { try queue.setVisibility(message, 1) }
    }

    @Test func delayedMessagesComeWhenTheirTimeHasCome() async throws {
        try await queues.store.setAttributes("orders", ["DelaySeconds": "10"])
        _ = try await queue.send("the queue's")
        _ = try await queue.send(OutgoingMessage("its own", delaySeconds: 3))
        _ = try await queue.send(OutgoingMessage("none", delaySeconds: 0))
        #expect(try queue.counts() == .init(visible: 1, notVisible: 0, delayed: 2))
        #expect(try await queue.receive().map(\.body) == ["none"])
        queues.time.advance(by: .seconds(3))
        #expect(try await queue.receive().map(\.body) == ["its own"])
        try await queues.reopen()
        queues.time.advance(by: .seconds(7))
        #expect(try await queue.receive().map(\.body) == ["the queue's"])
    }

    @Test func aMessageIsKeptForTheRetentionPeriodAndNoLonger() async throws {
        try await queues.store.setAttributes("orders", ["MessageRetentionPeriod": "60"])
        _ = try await queue.send("old")
        queues.time.advance(by: .seconds(30))
        _ = try await queue.send("young")
        queues.time.advance(by: .seconds(30))
        #expect(try bodies(queue) == ["old", "young"])
        queues.time.advance(by: .milliseconds(1))
        #expect(try bodies(queue) == ["young"])
        #expect(try queue.counts().visible == 1)
        queues.time.advance(by: .seconds(30))
        try await queues.reopen()
        #expect(try queue.counts().visible == 0)
        #expect(try await queue.receive().isEmpty)
        _ = try await queue.send("new")
        #expect(try bodies(queue) == ["new"])
    }

    @Test func expiredMessagesLeaveTheDisk() async throws {
        for number in 0..<20 { _ = try await queue.send("\(number)") }
        queues.time.advance(by: .seconds(345_601))
        #expect(try queue.counts().visible == 0)
        // Behind the removal.
        _ = try await queue.send("new")
        var count = 0
        try queues.database.scan(.queues, from: [], to: [0xFF]) { _, _ in
            count += 1
            return true
        }
        // Record, contents, and the places set aside.
        #expect(count == 3)
    }

    @Test func purgingTakesAllAndNotTooOften() async throws {
        for number in 0..<5 { _ = try await queue.send("\(number)") }
        _ = try await queue.receive(2)
        try await queue.purge()
        #expect(try queue.counts() == .init(visible: 0, notVisible: 0, delayed: 0))
        let error = await #expect(throws: QueueError.self) { try await queue.purge() }
        #expect(error?.code == .purgeQueueInProgress)
        _ = try await queue.send("after")
        try await queues.reopen()
        #expect(try bodies(queue) == ["after"])
        queues.time.advance(by: .seconds(60))
        try await queue.purge()
        #expect(try bodies(queue) == [])
    }

    @Test func attachmentsAreForNoReceiver() async throws {
        _ = try await queue.send(OutgoingMessage("body", attachment: "beside it"))
        try await queues.reopen()
        let message = try #require(try queue.peek(limit: 1).first)
        #expect(message.attachment == "beside it")
        #expect(try queue.messages(ids: [message.messageID]).map(\.body) == ["body"])
        #expect(try queue.messages(ids: ["nobody"]).isEmpty)
        #expect(try await queue.delete(id: message.messageID))
        #expect(try await queue.delete(id: message.messageID) == false)
        #expect(try queue.counts().visible == 0)
    }

    @Test func messagesSentAtTheSameTimeAreAllReceivedOnce() async throws {
        let queue = try queue
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<300 { group.addTask { _ = try await queue.send("\(number)") } }
            try await group.waitForAll()
        }
        let bodies = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<40 { group.addTask { try await queue.receive().map(\.body) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(bodies.count == 300)
        #expect(Set(bodies).count == 300)
    }

    @Test func tooManyInFlightAreRefusedOrAwaited() async throws {
        // As many as the queue lets out at a time, to a test.
        let limited = try #require(try queues.limited(try queue, inFlight: 2))
        for number in 0..<3 { _ = try await limited.send("\(number)") }
        #expect(try await limited.receive().map(\.body) == ["0", "1"])
        let error = await #expect(throws: QueueError.self) { try await limited.receive() }
        #expect(error?.code == .overLimit)
        async let waiting = limited.receive(ReceiveRequest(waitSeconds: 5))
        await queues.until { queues.time.sleeperCount == 1 }
        queues.time.advance(by: .seconds(5))
        #expect(try await waiting.isEmpty)
    }

    @Test(arguments: [
        (OutgoingMessage(""), QueueError.Code.missingParameter),
        (OutgoingMessage(String(repeating: "x", count: 1_048_577)), .invalidParameterValue),
        (OutgoingMessage("\u{0}"), .invalidMessageContents), (OutgoingMessage("a\u{FFFE}"), .invalidMessageContents),
        (OutgoingMessage("a", delaySeconds: 901), .invalidParameterValue),
        (OutgoingMessage("a", deduplicationID: "d"), .invalidParameterValue),
        (OutgoingMessage("a", groupID: "ä"), .invalidParameterValue),
        (
            OutgoingMessage(
                "a", attributes: (0..<11).map { .init(name: "\($0)", type: "String", value: .string("x")) }),
            .invalidParameterValue
        ),
    ])
    func whatCannotBeSentIsRefused(message: OutgoingMessage, code: QueueError.Code) async throws {
        let error = await #expect(throws: QueueError.self) { try await queue.send(message) }
        #expect(error?.code == code)
        #expect(try queue.counts().visible == 0)
    }

    @Test(arguments: [
        MessageAttribute(name: "", type: "String", value: .string("x")),
        .init(name: "a b", type: "String", value: .string("x")),
        .init(name: "AWS.x", type: "String", value: .string("x")),
        .init(name: ".a", type: "String", value: .string("x")), .init(name: "a", type: "String", value: .string("")),
        .init(name: "a", type: "Number", value: .string("1x")), .init(name: "a", type: "Binary", value: .binary([])),
        .init(name: "a", type: "Text", value: .string("x")), .init(name: "a", type: "String", value: .string("\u{1}")),
    ])
    func attributesThatCannotBeAreRefused(attribute: MessageAttribute) async throws {
        let error = await #expect(throws: QueueError.self) {
            try await queue.send(OutgoingMessage("a", attributes: [attribute]))
        }
        #expect(error?.code == .invalidParameterValue)
    }

    @Test func theLargestMessageCountsItsAttributes() async throws {
        let attribute = MessageAttribute(name: "n", type: "Binary", value: .binary([1, 2, 3]))
        let room = Queue.messageBytesMax - 10
        _ = try await queue.send(OutgoingMessage(String(repeating: "x", count: room), attributes: [attribute]))
        await #expect(throws: QueueError.self) {
            try await queue.send(OutgoingMessage(String(repeating: "x", count: room + 1), attributes: [attribute]))
        }
    }
}
