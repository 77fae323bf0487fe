import Clocks
import Queues
import Testing

@Suite(.timeLimit(.minutes(1))) struct FIFOQueueTests {
    private let queues: OpenQueues
    private let first: Queue
    private var queue: Queue { get throws { try queues.store.queue("line.fifo") } }

    init() async throws {
        queues = try OpenQueues()
        first = try await queues.makeQueue("line.fifo")
    }

    @Test func groupsKeepTheirOrderOverReopening() async throws {
        for number in 1...4 { _ = try await queue.send("\(number)", group: number % 2 == 0 ? "even" : "odd") }
        try await queues.reopen()
        let messages = try await queue.receive(3)
        #expect(messages.map(\.body) == ["1", "3", "2"])
        #expect(messages.map(\.groupID) == ["odd", "odd", "even"])
        let numbers = messages.compactMap(\.sequenceNumber)
        #expect(numbers[0] < numbers[1])
        #expect(try await queue.receive().isEmpty)
    }

    @Test func aDuplicateIsAnsweredAsTheFirstAndStoredOnce() async throws {
        let sent = try await queue.send("a", group: "g", id: "x")
        let again = try await queue.send("other", group: "h", id: "x")
        #expect(again.id == sent.id)
        #expect(again.sequenceNumber == sent.sequenceNumber)
        let message = try #require(try await queue.receive().first)
        #expect(message.deduplicationID == "x")
        try await queue.delete(message)
        // Deleted, and after a restart, it is a duplicate all the same.
        try await queues.reopen()
        queues.time.advance(by: .milliseconds(299_999))
        #expect(try await queue.send("a", group: "g", id: "x").id == sent.id)
        #expect(try queue.counts().visible == 0)
        queues.time.advance(by: .milliseconds(1))
        let fresh = try await queue.send("a", group: "g", id: "x")
        #expect(fresh.id != sent.id)
        #expect(try #require(fresh.sequenceNumber) > sent.sequenceNumber ?? "")
        #expect(try queue.counts().visible == 1)
    }

    /// NTP sets a clock right that was two hours ahead.
    @Test func anIDOfAClockThatWasAheadIsADuplicateForFiveMinutes() async throws {
        queues.time.set(by: .seconds(7_200))
        let sent = try await queue.send("a", group: "g", id: "x")
        queues.time.set(by: .seconds(-7_200))
        // Its sender's next attempt.
        #expect(try await queue.send("a", group: "g", id: "x").id == sent.id)
        #expect(try queue.counts().visible == 1)
        queues.time.advance(by: .seconds(360))
        #expect(try await queue.send("a", group: "g", id: "x").id != sent.id)
        #expect(try queue.counts().visible == 2)
        #expect(try queue.deduplicationCount == 1)
    }

    /// Nobody asks the queue for anything meanwhile.
    @Test func theUpkeepSeesThatTheClockWasSetBack() async throws {
        queues.time.set(by: .seconds(7_200))
        let sent = try await queue.send("a", group: "g", id: "x")
        let upkeep = Task { [store = queues.store] in await store.run() }
        defer { upkeep.cancel() }
        await queues.until { queues.time.sleeperCount == 1 }
        queues.time.set(by: .seconds(-7_200))
        queues.time.advance(by: .seconds(10))
        await queues.until { queues.time.sleeperCount == 1 }
        queues.time.advance(by: .seconds(350))
        #expect(try await queue.send("a", group: "g", id: "x").id != sent.id)
        #expect(try queue.counts().visible == 2)
    }

    @Test func anIDOfAClockThatWasAheadIsADuplicateForFiveMinutesFromTheOpening() async throws {
        queues.time.set(by: .seconds(7_200))
        let sent = try await queue.send("a", group: "g", id: "x")
        _ = try await queue.send("b", group: "g")
        queues.time.set(by: .seconds(-7_200))
        try await queues.reopen()
        #expect(try await queue.send("a", group: "g", id: "x").id == sent.id)
        queues.time.advance(by: .seconds(300))
        let again = try await queue.send("a", group: "g", id: "x")
        #expect(again.id != sent.id)
        #expect(try queue.counts().visible == 3)
        // What is over has left the disk too, and the later sending is the one that is known.
        try await queues.reopen()
        #expect(try queue.deduplicationCount == 1)
        #expect(try await queue.send("a", group: "g", id: "x").id == again.id)
    }

    /// A day ahead for a while, in which a receiver took a message and died.
    @Test(arguments: [false, true])
    func aGroupWaitsNoLongerThanATimeoutForAClockThatWasAhead(isReopened: Bool) async throws {
        for number in 1...2 { _ = try await queue.send("\(number)", group: "g") }
        queues.time.set(by: .seconds(86_400))
        #expect(try await queue.receive(1).map(\.body) == ["1"])
        queues.time.set(by: .seconds(-86_400))
        if isReopened { try await queues.reopen() }
        #expect(try await queue.receive().isEmpty)
        queues.time.advance(by: .seconds(30))
        #expect(try await queue.receive().map(\.body) == ["1", "2"])
    }

    @Test func theContentsMayBeTheID() async throws {
        try await queues.store.setAttributes("line.fifo", ["ContentBasedDeduplication": "true"])
        let sent = try await queue.send(OutgoingMessage("abc", groupID: "g"))
        #expect(try await queue.send(OutgoingMessage("abc", groupID: "g")).id == sent.id)
        #expect(
            try await queue.receive().map(\.deduplicationID)
                == ["ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"])
    }

    @Test func groupsMayHaveIDsOfTheirOwn() async throws {
        try await queues.store.setAttributes("line.fifo", ["DeduplicationScope": "messageGroup"])
        let sent = try await queue.send("a", group: "g", id: "x")
        #expect(try await queue.send("a", group: "h", id: "x").id != sent.id)
        #expect(try await queue.send("a", group: "g", id: "x").id == sent.id)
    }

    @Test func manySendersOfOneIDStoreOneMessage() async throws {
        let queue = try queue
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<100 { group.addTask { try await queue.send("a", group: "g", id: "x").id.description } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(queue.counts().visible == 1)
    }

    @Test func aReceiptThatHasExpiredIsRefused() async throws {
        _ = try await queue.send("a", group: "g")
        let message = try #require(try await queue.receive().first)
        queues.time.advance(by: .seconds(30))
        for _ in 0..<2 {
            let error = await #expect(throws: QueueError.self) { try await queue.delete(message) }
            #expect(error?.message.hasSuffix("The receipt handle has expired.") == true)
            // The same when somebody else has it.
            _ = try await queue.receive()
        }
    }

    @Test(arguments: [
        (OutgoingMessage("a", deduplicationID: "x"), QueueError.Code.missingParameter),
        (OutgoingMessage("a", groupID: "g"), .invalidParameterValue),
        (OutgoingMessage("a", delaySeconds: 2, groupID: "g", deduplicationID: "x"), .invalidParameterValue),
    ])
    func whatAFIFOQueueNeedsMustBeThere(message: OutgoingMessage, code: QueueError.Code) async throws {
        let error = await #expect(throws: QueueError.self) { try await queue.send(message) }
        #expect(error?.code == code)
    }
}
