import Orders
import Stacks
import Testing

@testable import Deployment

@Suite struct SmokeTestTests {
    private static func pipeline() throws -> SmokeTest.Pipeline {
        try SmokeTest.Pipeline(Stack(Template(yaml: SmallTemplate.text, file: "t")))
    }

    private static func line(_ text: String, at time: Int64 = 1_000_500) -> String {
        #"{"timestamp":\#(time),"message":"\#(text.replacing("\"", with: "\\\""))"}"#
    }

    private static func test(_ aws: ScriptedAWS, _ user: ScriptedUser = ScriptedUser(), customers: String? = nil) throws
        -> SmokeTest
    {
        var pipeline = try pipeline()
        pipeline.customersTable = customers
        return SmokeTest(pipeline, aws: aws.commandLine, talk: user.talk, mark: "1", now: 1_000_000)
    }

    @Test func itsOrderIsOneThatBothFiltersLetPassAndThatAnybodyCanTell() {
        let order = SmokeTest.order(mark: "1", now: 1_000)
        #expect(order.orderId == "smoke-1" && order.customerId == "smoke-1")
        #expect(order.amountTier == .over1000 && order.status == .pending && !order.isFromTestAddress)
        #expect(order.customerEmail?.hasSuffix("@example.com") == true)
    }

    @Test func theNamesComeFromTheTemplate() throws {
        let pipeline = try Self.pipeline()
        #expect(
            pipeline.ordersTable == "Orders" && pipeline.functions.map(\.name) == ["F"]
                && pipeline.customersTable == nil)
        #expect(throws: DeploymentError.self) {
            try SmokeTest.Pipeline(Stack(Template(yaml: "Resources: {Q: {Type: AWS::SQS::Queue}}", file: "t")))
        }
    }

    @Test func itFollowsTheOrderAndTakesItBack() async throws {
        let routed = Self.line(#"{"decision":"routed","eventID":"e1","routes":["inventory.reserve"]}"#)
        let aws = ScriptedAWS([
            ("logs filter-log-events", [.answer(#"{"events":[]}"#), .answer(#"{"events":[\#(routed)]}"#)])
        ])
        let report = try await Self.test(aws).run(timeout: .seconds(60))
        #expect(report.isHandled && report.failure == nil)
        #expect(report.lines == ["  F  routed to inventory.reserve, after 500 ms"])
        #expect(aws.asked.prefix(2) == ["dynamodb put-item", "dynamodb update-item"])
        #expect(aws.asked.last == "dynamodb delete-item")
        // It must not take the place of an order.
        #expect(aws.arguments("dynamodb put-item").contains("attribute_not_exists(#id)"))
        let trace = OrderTraceID(orderId: "smoke-1", timestamp: 1_000_000).description
        let question = aws.arguments("logs filter-log-events")
        #expect(question.contains("\"\(trace)\""))
        // The log's clock may be behind this machine's.
        let start = try #require(question.firstIndex(of: "--start-time"))
        #expect(question[start + 1] == "700000")
    }

    @Test func anAccountThatMayStillComeIsTold() async throws {
        let nobody = ScriptedAWS([("logs filter-log-events", [.answer(#"{"events":[]}"#)])])
        let user = ScriptedUser()
        _ = try await Self.test(nobody, user, customers: "Customers").run(timeout: .zero)
        #expect(
            user.said.contains("may still come")
                && user.said.contains("aws dynamodb delete-item --table-name Customers"))

        let line = Self.line(#"{"decision":"routed","eventID":"e1","routes":["loyalty.award"]}"#)
        let handled = ScriptedAWS([("logs filter-log-events", [.answer(#"{"events":[\#(line)]}"#)])])
        let content = ScriptedUser()
        _ = try await Self.test(handled, content, customers: "Customers").run(timeout: .zero)
        #expect(!content.said.contains("may still come"))
    }

    @Test func whoStopsItLeavesNoOrderBehind() async throws {
        let aws = ScriptedAWS([("logs filter-log-events", [.answer(#"{"events":[]}"#)])])
        let user = ScriptedUser()
        let test = try Self.test(aws, user, customers: "Customers")
        let task = Task { try await test.run(timeout: .seconds(3_600)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(aws.asked.suffix(2) == ["dynamodb delete-item", "dynamodb delete-item"])
        #expect(user.said.contains("The order smoke-1 is deleted again."))
    }

    /// Here a function logs to the group of its own name, whatever group LoggingConfig names.
    @Test(arguments: [
        (nil, "orders/f"), ("https://logs.example.com", "orders/f"), ("http://127.0.0.1:4566", "/aws/lambda/F"),
    ])
    func itLooksInTheGroupThatTheFunctionLogsTo(endpointURL: String?, group: String) async throws {
        let text = SmallTemplate.text.replacing(
            "      FunctionName: F\n", with: "      FunctionName: F\n      LoggingConfig: {LogGroup: orders/f}\n")
        let pipeline = try SmokeTest.Pipeline(Stack(Template(yaml: text, file: "t")))
        let aws = ScriptedAWS([])
        var commandLine = aws.commandLine
        commandLine.endpointURL = endpointURL
        let test = SmokeTest(pipeline, aws: commandLine, talk: ScriptedUser().talk, mark: "1", now: 1_000)
        _ = try? await test.run(timeout: .zero)
        #expect(aws.arguments("logs filter-log-events").contains(group))
    }

    @Test func whenNobodyHandlesItItSaysSoAndTakesItBack() async throws {
        let aws = ScriptedAWS([("logs filter-log-events", [.error("ResourceNotFoundException", "no group")])])
        let report = try await Self.test(aws).run(timeout: .zero)
        #expect(!report.isHandled)
        #expect(report.failure?.hasPrefix("Nothing handled order smoke-1 in time") == true)
        #expect(aws.asked.last == "dynamodb delete-item")
    }

    @Test func whatGoesWrongOnItsWayDoesNotLeaveItBehind() async throws {
        let aws = ScriptedAWS([("logs filter-log-events", [.error("AccessDeniedException", "no")])])
        await #expect(throws: AWSFailure.self) { try await Self.test(aws).run(timeout: .zero) }
        #expect(aws.asked.last == "dynamodb delete-item")
    }

    @Test func aFunctionsLinesAreReadTogether() {
        func event(_ message: String, _ time: Int64) -> SmokeTest.LogEvent { .init(timestamp: time, message: message) }
        let sighting = SmokeTest.sighting(
            of: 1_000, function: "F",
            in: [
                event("START RequestId: 1", 1_001),
                event(#"{"level":"ERROR","message":"The queue does not answer."}"#, 1_002),
                event(#"{"decision":"skipped","reason":"statusUnchanged","eventID":"e1"}"#, 1_003),
                event(#"{"decision":"routed","eventID":"e2","routes":["a","b"]}"#, 1_010),
                event(#"{"decision":"routed","eventID":"e3","routes":["b","c"]}"#, 1_020),
            ])
        #expect(sighting.decision == "routed" && sighting.milliseconds == 10)
        #expect(sighting.systems == ["a", "b", "c"] && sighting.records == 3)
        #expect(sighting.error == "The queue does not answer.")
    }
}
