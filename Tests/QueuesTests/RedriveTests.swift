import Clocks
import Queues
import Testing

@Suite(.timeLimit(.minutes(1))) struct RedriveTests {
    private let queues: OpenQueues
    private let failures: Queue
    private let orders: Queue

    init() async throws {
        queues = try OpenQueues()
        failures = try await queues.makeQueue("failures")
        orders = try await queues.makeQueue("orders", dead: "failures", maxReceiveCount: 2)
    }

    /// Receives until the message has been received too often, and waits until it has moved.
    private func exhaust(_ queue: Queue, into target: Queue, times: Int = 2) async throws {
        for _ in 0..<times {
            #expect(try await queue.receive().count == 1)
            queues.time.advance(by: .seconds(30))
        }
        #expect(try await queue.receive().isEmpty)
        await queues.until { target.counts().visible == 1 && queue.counts().notVisible == 0 }
    }

    @Test func aMessageMovesWhenItHasBeenReceivedTooOften() async throws {
        let sent = try await orders.send(
            OutgoingMessage("a", attributes: [.init(name: "n", type: "Number", value: .string("1"))]))
        queues.time.advance(by: .seconds(5))
        try await exhaust(orders, into: failures)
        #expect(orders.counts() == .init(visible: 0, notVisible: 0, delayed: 0))
        try await queues.reopen()
        let moved = try #require(try await queues.store.queue("failures").receive().first)
        #expect(moved.id == sent.id)
        #expect(moved.sentTimestamp == 1_700_000_000_000)
        #expect(moved.firstReceiveTimestamp == 1_700_000_005_000)
        #expect(moved.receiveCount == 3)
        #expect(moved.deadLetterQueueSourceARN == queues.arn("orders"))
        #expect(moved.attributes.map(\.name) == ["n"])
    }

    @Test func timeSpentInTheSourceCountsInTheDeadLetterQueue() async throws {
        try await queues.store.setAttributes("failures", ["MessageRetentionPeriod": "100"])
        _ = try await orders.send("a")
        try await exhaust(orders, into: failures)
        queues.time.advance(by: .seconds(40))
        #expect(failures.counts().visible == 1)
        queues.time.advance(by: .milliseconds(1))
        #expect(failures.counts().visible == 0)
    }

    @Test func aFIFOQueueCountsItsTimeAnewAndKeepsTheGroup() async throws {
        let dead = try await queues.makeQueue("dead.fifo")
        let line = try await queues.makeQueue("line.fifo", dead: "dead.fifo")
        _ = try await line.send("a", group: "g")
        try await exhaust(line, into: dead, times: 1)
        let moved = try #require(try await dead.receive().first)
        #expect(moved.sentTimestamp == 1_700_000_030_000)
        #expect(moved.groupID == "g")
        #expect(moved.sequenceNumber != nil)
    }

    @Test func aDeadLetterQueueThatIsGoneHoldsNobodyUp() async throws {
        _ = try await orders.send("a")
        try await queues.store.deleteQueue("failures")
        for count in 1...4 {
            #expect(try await orders.receive().map(\.receiveCount) == [count])
            queues.time.advance(by: .seconds(30))
        }
    }

    @Test func twoQueuesMayNameEachOther() async throws {
        try await queues.store.setAttributes(
            "failures",
            ["RedrivePolicy": #"{"deadLetterTargetArn":"\#(queues.arn("orders"))","maxReceiveCount":1}"#])
        _ = try await orders.send("a")
        try await exhaust(orders, into: failures)
        // Received twice already: it goes straight back.
        #expect(try await failures.receive().isEmpty)
        await queues.until { orders.counts().visible == 1 }
        #expect(failures.counts().visible == 0)
    }

    @Test(arguments: [
        (#"{"deadLetterTargetArn":"dummy","maxReceiveCount":42}"#, "Invalid value for deadLetterTargetArn."),
        ("nothing", "Redrive policy is not a valid JSON map."),
        (#"{"maxReceiveCount":1}"#, "does not contain mandatory attribute: deadLetterTargetArn."),
        (#"{"deadLetterTargetArn":"ARN:failures","maxReceiveCount":0}"#, "Invalid value for maxReceiveCount: 0"),
        (
            #"{"deadLetterTargetArn":"ARN:failures","maxReceiveCount":"1001"}"#,
            "Invalid value for maxReceiveCount: 1001"
        ),
        (#"{"deadLetterTargetArn":"ARN:nobody","maxReceiveCount":1}"#, "Dead letter target does not exist."),
        (#"{"deadLetterTargetArn":"ARN:line.fifo","maxReceiveCount":1}"#, "must be same type"),
        (#"{"deadLetterTargetArn":"ARN:orders","maxReceiveCount":1}"#, "another queue than the source"),
        (#"{"deadLetterTargetArn":"ARN:closed","maxReceiveCount":1}"#, "does not allow this source queue"),
    ])
    func policiesThatCannotBeAreRefused(policy: String, reason: String) async throws {
        try await queues.makeQueue("line.fifo")
        try await queues.makeQueue("closed", ["RedriveAllowPolicy": #"{"redrivePermission":"denyAll"}"#])
        let text = policy.replacing("ARN:", with: queues.arn(""))
        let error = await #expect(throws: QueueError.self) {
            try await queues.store.setAttributes("orders", ["RedrivePolicy": text])
        }
        #expect(error?.code == .invalidParameterValue)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        #expect(orders.definition.settings.redrivePolicy?.maxReceiveCount == 2)
    }

    /// The policy is shown as JSON: what would end its texts is in no ARN, also with an accent on it.
    @Test(arguments: [#"\""#, "\\\"\u{301}", #"\\"#, #"\n"#, #"\u0000"#])
    func namesThatWouldEndAJSONTextAreRefused(sign: String) async throws {
        for (name, policy) in [
            ("RedriveAllowPolicy", #"{"redrivePermission":"byQueue","sourceQueueArns":["ARN:a\#(sign)"]}"#),
            ("RedrivePolicy", #"{"deadLetterTargetArn":"ARN:a\#(sign)","maxReceiveCount":1}"#),
        ] {
            let text = policy.replacing("ARN:", with: queues.arn(""))
            let error = await #expect(throws: QueueError.self) {
                try await queues.store.setAttributes("orders", [name: text])
            }
            #expect(
                error?.message.contains("sourceQueueArns") == true
                    || error?.message.contains("deadLetterTarget") == true)
        }
    }

    @Test func aQueueLetsItselfBeUsedByTheQueuesItNames() async throws {
        let allow = #"{"redrivePermission":"byQueue","sourceQueueArns":["\#(queues.arn("friend"))"]}"#
        try await queues.makeQueue("picky", ["RedriveAllowPolicy": allow])
        try await queues.makeQueue("friend", dead: "picky")
        await #expect(throws: QueueError.self) { try await queues.makeQueue("stranger", dead: "picky") }
        #expect(queues.store.deadLetterSources(of: try queues.store.queue("picky")).map(\.name) == ["friend"])
    }
}
