import Clocks
import Queues
import Testing

@Suite(.timeLimit(.minutes(1))) struct QueueTrafficTests {
    /// Each way in and each way out once: what came is what went and what is there.
    @Test func whatCameIsWhatWentAndWhatIsThere() async throws {
        let queues = try OpenQueues()
        let failures = try await queues.makeQueue("failures")
        let orders = try await queues.makeQueue("orders", dead: "failures", maxReceiveCount: 1)
        for body in ["exhausted", "received", "named"] { _ = try await orders.send(body) }
        #expect(try await orders.receive(1).count == 1)
        let second = try #require(try await orders.receive(1).first)
        try await orders.delete(second)
        let named = try #require(try orders.peek(limit: 10).last)
        _ = try await orders.delete(id: named.messageID)
        queues.time.advance(by: .seconds(30))
        #expect(try await orders.receive().isEmpty)
        await queues.until { failures.counts().visible == 1 && orders.counts().notVisible == 0 }
        var expected = QueueTraffic()
        (expected.arrived, expected.deleted, expected.moved) = (3, 2, 1)
        (expected.received, expected.emptyReceives) = (2, 1)
        #expect(orders.traffic == expected)

        _ = try await orders.send("old")
        queues.time.advance(by: .seconds(4 * 86_400 + 1))
        #expect(orders.counts() == .init(visible: 0, notVisible: 0, delayed: 0))
        _ = try await orders.send("purged")
        try await orders.purge()
        (expected.arrived, expected.expired) = (5, 2)
        #expect(orders.traffic == expected)
        #expect(failures.traffic.arrived == 1)
        #expect(failures.traffic.movedHere == 1)

        // What was there before has not come now.
        _ = try await orders.send("stays")
        try await queues.reopen()
        let reopened = try queues.store.queue("orders")
        var before = QueueTraffic()
        before.before = 1
        #expect(reopened.traffic == before)
        #expect(reopened.counts().visible == 1)
    }
}
