import Clocks
import Queues
import Testing

@Suite(.timeLimit(.minutes(1))) struct QueueRetentionTests {
    private let store: OpenQueue
    private var queue: Queue { store.queue }

    init() async throws { store = try await OpenQueue(.failures(retention: 60)) }

    @Test func aMessageIsKeptForTheRetentionPeriodAndNoLonger() async throws {
        try await queue.send("old")
        store.time.advance(by: .seconds(30))
        try await queue.send("young")
        store.time.advance(by: .seconds(30))
        #expect(try store.bodies == ["old", "young"])
        #expect(try queue.approximateNumberOfMessages() == 2)
        store.time.advance(by: .milliseconds(1))
        #expect(try store.bodies == ["young"])
        #expect(try queue.approximateNumberOfMessages() == 1)
        store.time.advance(by: .seconds(30))
        #expect(try queue.approximateNumberOfMessages() == 0)
        #expect(try store.bodies == [])
        try await queue.send("new")
        #expect(try store.bodies == ["new"])
        try await store.reopen()
        #expect(try store.bodies == ["new"])
        #expect(try queue.approximateNumberOfMessages() == 1)
    }

    @Test func whatExpiresWhileNobodyLooksIsGoneAfterReopening() async throws {
        try await queue.send("old")
        store.time.advance(by: .seconds(61))
        try await queue.send("new")
        try await store.reopen()
        #expect(try queue.approximateNumberOfMessages() == 1)
        #expect(try store.bodies == ["new"])
    }

    @Test func aNewRetentionPeriodHoldsForMessagesThatAreThere() async throws {
        try await queue.send("a")
        store.time.advance(by: .seconds(61))
        try await store.reopen(as: .failures(retention: 120))
        #expect(try store.bodies == ["a"])
        store.time.advance(by: .seconds(60))
        #expect(try store.bodies == [])
    }

    /// While expired messages are taken away, new ones come: none of them may go along.
    @Test func aMessageSentDuringRemovalStays() async throws {
        for round in 1...25 {
            for _ in 0..<8 { try await queue.send("old") }
            store.time.advance(by: .seconds(61))
            try await withThrowingTaskGroup(of: Void.self) { [queue] group in
                for number in 0..<8 { group.addTask { try await queue.send("new \(number)") } }
                for _ in 0..<40 { group.addTask { _ = try queue.approximateNumberOfMessages() } }
                try await group.waitForAll()
            }
            #expect(Set(try store.bodies) == Set((0..<8).map { "new \($0)" }), "round \(round)")
            #expect(try queue.approximateNumberOfMessages() == 8, "round \(round)")
            store.time.advance(by: .seconds(61))
        }
    }

    /// Readers that find the same expired messages at the same time count them once.
    @Test func expiredMessagesAreCountedOnce() async throws {
        for round in 1...25 {
            for _ in 0..<8 { try await queue.send("old") }
            store.time.advance(by: .seconds(61))
            let counts = try await withThrowingTaskGroup(of: Int.self) { [queue] group in
                for _ in 0..<16 { group.addTask { try queue.approximateNumberOfMessages() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            // A reader may be told before the one beside it has counted, but never less than nothing.
            #expect(counts.allSatisfy { $0 >= 0 }, "round \(round)")
            #expect(try queue.approximateNumberOfMessages() == 0, "round \(round)")
        }
    }
}
