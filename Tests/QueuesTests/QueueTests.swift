import Clocks
import Queues
import Testing

@Suite(.timeLimit(.minutes(1))) struct QueueTests {
    private let store: OpenQueue
    private var queue: Queue { store.queue }

    init() async throws { store = try await OpenQueue() }

    @Test func messagesAreKeptInTheOrderOfTheirSendingOverReopening() async throws {
        #expect(try queue.peek(limit: 10) == [])
        #expect(try queue.approximateNumberOfMessages() == 0)
        for number in 1...12 {
            #expect(try await queue.send("body \(number)") == "id-\(number)")
            store.time.advance(by: .microseconds(1_500))
        }
        let messages = try queue.peek(limit: 100)
        #expect(messages.map(\.body) == (1...12).map { "body \($0)" })
        #expect(messages.map(\.messageID) == (1...12).map { "id-\($0)" })
        // Milliseconds, rounded down.
        #expect(messages.prefix(3).map(\.sentTimestamp) == [1_700_000_000_000, 1_700_000_000_001, 1_700_000_000_003])
        try await store.reopen()
        #expect(try queue.peek(limit: 100) == messages)
        #expect(try queue.approximateNumberOfMessages() == 12)
        try await queue.send("body 13")
        #expect(try store.bodies == (1...13).map { "body \($0)" })
    }

    @Test func peekTakesTheOldestAndRemovesNothing() async throws {
        for number in 1...5 { try await queue.send("\(number)") }
        for _ in 0..<2 { #expect(try queue.peek(limit: 2).map(\.body) == ["1", "2"]) }
        #expect(try queue.peek(limit: 0) == [])
        #expect(try queue.approximateNumberOfMessages() == 5)
    }

    @Test func aBodyComesBackAsItWas() async throws {
        let body = "{\"order\":\"ü🚚\\\"\u{0}\u{7f}\n\"}"
        try await queue.send(body)
        try await store.reopen()
        #expect(try store.bodies == [body])
    }

    @Test(arguments: [0, 1_048_577])
    func aBodyOfTheWrongSizeIsRefused(_ count: Int) async throws {
        let error = await #expect(throws: QueueError.self) {
            try await queue.send(String(repeating: "x", count: count))
        }
        #expect(error?.description == "A message for queue failures has \(count) bytes; send 1 to 1048576.")
        #expect(try queue.approximateNumberOfMessages() == 0)
    }

    @Test func theLargestBodyIsOneMebibyteOfUTF8() async throws {
        // Two bytes a character.
        try await queue.send(String(repeating: "ü", count: 524_288))
        await #expect(throws: QueueError.self) { try await queue.send(String(repeating: "ü", count: 524_288) + "x") }
        #expect(try store.bodies.map(\.utf8.count) == [Queue.messageBytesMax])
    }

    @Test func queuesOfOneStoreAreApart() async throws {
        let other = try await store.openBeside(.failures(name: "other"))
        try await queue.send("a")
        try await other.send("b")
        #expect(try store.bodies == ["a"])
        #expect(try other.peek(limit: 9).map(\.body) == ["b"])
        #expect(try queue.approximateNumberOfMessages() == 1)
    }

    @Test func messagesSentAtTheSameTimeAreAllKeptOnce() async throws {
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<300 { group.addTask { [queue] in try await queue.send("\(number)") } }
            var ids: Set<String> = []
            for try await id in group { ids.insert(id) }
            return ids
        }
        #expect(ids.count == 300)
        try await store.reopen()
        #expect(Set(try store.bodies) == Set((0..<300).map { "\($0)" }))
        #expect(Set(try queue.peek(limit: 300).map(\.messageID)) == ids)
        #expect(try queue.approximateNumberOfMessages() == 300)
    }

    @Test func anAttachmentIsKeptWithItsMessage() async throws {
        let id = try await queue.send("body", attachment: "beside it")
        try await queue.send("bare")
        try await store.reopen()
        #expect(try queue.peek(limit: 10).map(\.attachment) == ["beside it", nil])
        #expect(try queue.messages(ids: [id]).map(\.body) == ["body"])
        #expect(try queue.messages(ids: ["nobody"]).isEmpty)
    }

    @Test func aDeletedMessageIsGoneForGood() async throws {
        var ids: [String] = []
        for body in ["a", "b", "c"] { ids.append(try await queue.send(body)) }
        #expect(try await queue.delete(id: ids[1]))
        #expect(try await queue.delete(id: ids[1]) == false)
        #expect(try store.bodies == ["a", "c"])
        #expect(try queue.approximateNumberOfMessages() == 2)
        #expect(try await queue.delete(id: ids[2]))
        try await store.reopen()
        #expect(try store.bodies == ["a"])
        #expect(try queue.approximateNumberOfMessages() == 1)
        try await queue.send("d")
        #expect(try store.bodies == ["a", "d"])
    }
}
