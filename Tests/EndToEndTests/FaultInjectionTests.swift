import Engine
import Foundation
import TestTraits
import Testing

extension EndToEnd {
    /// `sluice up --faults` with real function processes: what each fault does, and that nothing is lost by any.
    @Suite(.slow) struct FaultInjectionTests {
        /// - Parameter retries: MaximumRetryAttempts of the pipe to the function.
        private static func template(retries: Int) -> String {
            """
            Resources:
            \(PythonFunction.ordersTable)
              Failures: {Type: AWS::SQS::Queue, Properties: {QueueName: failures}}
              Copies: {Type: AWS::SQS::Queue, Properties: {QueueName: copies}}
            \(PythonFunction.resource("Worker", named: "worker", more: "Timeout: 60"))
              Way:
                Type: AWS::Pipes::Pipe
                Properties:
                  Name: way
                  RoleArn: arn:aws:iam::000000000000:role/pipe
                  Source: !GetAtt Orders.StreamArn
                  SourceParameters:
                    DynamoDBStreamParameters:
                      StartingPosition: TRIM_HORIZON
                      BatchSize: 1
                      MaximumRetryAttempts: \(retries)
                      DeadLetterConfig: {Arn: !GetAtt Failures.Arn}
                  Target: !GetAtt Worker.Arn
              Copying:
                Type: AWS::Pipes::Pipe
                Properties:
                  Name: copying
                  RoleArn: arn:aws:iam::000000000000:role/pipe
                  Source: !GetAtt Orders.StreamArn
                  SourceParameters: {DynamoDBStreamParameters: {StartingPosition: TRIM_HORIZON, BatchSize: 1}}
                  Target: !GetAtt Copies.Arn
            """
        }

        /// Notes what it has handled.
        private static let program = """
            for record in event:
                with open(os.path.join(here, "handled"), "a") as handled:
                    handled.write(record["dynamodb"]["Keys"]["orderId"]["S"] + "\\n")
            """

        private let scratch: Scratch
        private let function: PythonFunction
        private var handled: [String] { function.lines(of: "handled") }

        init() throws {
            scratch = try Scratch()
            function = try PythonFunction("worker", in: scratch.path("functions"), body: Self.program)
        }

        private func arguments(_ faults: String?, retries: Int = -1) throws -> [String] {
            let template = try scratch.write("template.yaml", Self.template(retries: retries))
            let file = try faults.map { try scratch.write("faults.yaml", $0) }
            return ["--template", template, "--functions", scratch.path("functions")]
                + (file.map { ["--faults", $0] } ?? [])
        }

        private func start(_ faults: String?, retries: Int = -1) async throws -> RunningSluice {
            try await RunningSluice.start(
                data: scratch.path("data"), scratch: scratch, arguments: try arguments(faults, retries: retries))
        }

        private func put(_ engine: RunningSluice, _ ids: some Sequence<Int>) async throws {
            for id in ids {
                let answer = try await engine.send("PutItem", Self.item("A-\(id)"))
                try #require(answer.status == 200, "\(answer)")
            }
        }

        private static func item(_ id: String) -> String {
            #"{"TableName":"Orders","Item":{"orderId":{"S":"\#(id)"}}}"#
        }

        /// The orders of the table.
        private func storedOrders(_ engine: RunningSluice) async throws -> [String] {
            let scan = try await engine.send("Scan", #"{"TableName":"Orders"}"#)
            return scan.body.matches(of: /"S":"([^"]*)"/).map { String($0.1) }
        }

        private func deadLetters(_ engine: RunningSluice) async throws -> [DeadLetterReport] {
            let listed = try await Command.run(
                ["dlq", "list", "--json", "--endpoint-url", engine.url], scratch: scratch)
            return try JSONDecoder().decode([DeadLetterReport].self, from: Data(listed.output.utf8))
        }

        private func count(_ engine: RunningSluice, _ queue: String) async throws -> Int? {
            try await engine.status().queues.first { $0.name == queue }?.approximateNumberOfMessages
        }

        // MARK: Functions

        /// A fault of a function, and what three of it do to twenty orders.
        struct FunctionFault: Sendable, CustomTestStringConvertible {
            let fault: String
            var delay = ""
            /// Batches that are sent again.
            let retried: Int
            /// How often the function has handled an order.
            let handled: ClosedRange<Int>
            var testDescription: String { fault + delay }
        }

        private static let functionFaults = [
            FunctionFault(fault: "throttle", retried: 3, handled: 20...20),
            FunctionFault(fault: "error", retried: 3, handled: 20...20),
            FunctionFault(fault: "slow", delay: ", delay: 20ms", retried: 0, handled: 20...20),
            // The process may have come to the end of its work, or not.
            FunctionFault(fault: "crash", retried: 3, handled: 20...23),
            FunctionFault(fault: "crash", delay: ", delay: 100ms", retried: 3, handled: 20...23),
            FunctionFault(fault: "lostAnswer", retried: 3, handled: 23...23),
            FunctionFault(fault: "duplicateDelivery", retried: 0, handled: 23...23),
        ]

        @Test(arguments: functionFaults)
        func noFaultOfAFunctionLosesAnOrder(_ fault: FunctionFault) async throws {
            let engine = try await start(
                "faults:\n  - {resource: Worker, fault: \(fault.fault), after: 5, count: 3\(fault.delay)}\n")
            #expect(
                engine.command.output.contains("faults are injected, by \(scratch.path("faults.yaml")) with the seed 0")
            )
            #expect(engine.command.output.contains(": Worker (\(fault.fault))\n"), "\(engine.command.output)")
            try await put(engine, 1...20)
            let way = try #require(try await engine.drained().pipes.first { $0.name == "way" })
            #expect(way.isBalanced)
            #expect(way.delivered == 20)
            #expect(way.retried == fault.retried)
            #expect(way.invocations == 20 + fault.retried)
            #expect(Set(handled) == Set((1...20).map { "A-\($0)" }))
            #expect(fault.handled.contains(handled.count), "\(handled.count)")
            let report = try #require(try await engine.report().faults)
            #expect(report.faults.map(\.injected) == [3])
            #expect(report.faults.map(\.calls) == [way.invocations])
            #expect(report.faults.map(\.line) == [2])
            let outcome = await engine.stop()
            #expect(outcome.status == 0, "\(outcome)")
            #expect(
                outcome.errors.contains("Worker \(fault.fault): injected into 3 of \(way.invocations) calls"),
                "\(outcome.errors)")
            let log = try String(contentsOfFile: scratch.path("data/logs/worker.log"), encoding: .utf8)
            #expect(log.contains("Runtime.ExitError") == (fault.fault == "crash"), "\(log)")
        }

        @Test func whatFailsForGoodGoesToTheDeadLettersWithTheFaultsName() async throws {
            let engine = try await start(
                "faults:\n  - {resource: Worker, fault: error, count: 4}\n", retries: 0)
            try await put(engine, 1...10)
            let way = try #require(try await engine.drained().pipes.first { $0.name == "way" })
            #expect(way.isBalanced)
            #expect(way.delivered == 6)
            #expect(way.deadLettered == 4)
            let letters = try await deadLetters(engine)
            #expect(letters.count == 4)
            #expect(
                letters.allSatisfy {
                    $0.lastError?.contains("InjectedFault") == true
                        && $0.lastError?.contains("The fault error of Worker is injected") == true
                }, "\(letters)")
            let keys = Set(letters.flatMap(\.keys).map { $0.replacing("orderId=", with: "") })
            #expect(keys.union(handled) == Set((1...10).map { "A-\($0)" }))
            #expect(keys.isDisjoint(with: handled))
            _ = await engine.stop()
        }

        // MARK: Tables

        @Test func aTableAnswersAsDynamoDBDoesWhenItCannot() async throws {
            let engine = try await start(
                """
                faults:
                  - {resource: Orders, fault: throttle, count: 1}
                  - {resource: Orders, fault: error, after: 1, count: 1}
                  - {resource: Orders, fault: lostAnswer, after: 2, count: 1}
                  - {resource: Orders, fault: storageError, after: 1, count: 2}
                  - {resource: Orders, fault: slow, after: 8, count: 1, delay: 50ms}
                """)
            let throttled = try await engine.send("PutItem", Self.item("throttled"))
            #expect(throttled.status == 400)
            #expect(
                throttled.body.contains(
                    "#ProvisionedThroughputExceededException\",\"message\":\"The level of configured provisioned throughput"
                ), "\(throttled)")
            let failed = try await engine.send("PutItem", Self.item("failed"))
            #expect(failed.status == 500)
            #expect(failed.body.contains("#InternalServerError"), "\(failed)")
            let lost = try await engine.send("PutItem", Self.item("lost"))
            #expect(lost.status == 500)
            // What is wrong with a request is told before the store is asked.
            let wrong = try await engine.send("PutItem", #"{"TableName":"Orders","Item":{"orderId":{"N":"1"}}}"#)
            #expect(wrong.body.contains("ValidationException"), "\(wrong)")
            let refused = try await engine.send("PutItem", Self.item("refused"))
            #expect(refused.status == 500)
            // All of a batch or nothing.
            let batch = try await engine.send(
                "BatchWriteItem",
                #"{"RequestItems":{"Orders":[{"PutRequest":{"Item":{"orderId":{"S":"b-1"}}}},{"PutRequest":{"Item":{"orderId":{"S":"b-2"}}}}]}}"#
            )
            #expect(batch.status == 500)
            try await put(engine, 1...3)
            let ids = try await storedOrders(engine)
            #expect(ids == ["A-1", "A-2", "A-3", "lost"])
            let status = try await engine.drained()
            #expect(status.pipes.allSatisfy { $0.delivered == 4 && $0.isBalanced })
            #expect(Set(handled) == Set(ids))
            let report = try #require(try await engine.report().faults)
            #expect(report.faults.map(\.injected) == [1, 1, 1, 2, 1])
            let outcome = await engine.stop()
            #expect(outcome.status == 0)
            // As a real refusal of the store.
            #expect(
                outcome.errors.contains("The store refused a write: The fault storageError of Orders is injected"),
                "\(outcome.errors)")
        }

        // MARK: Queues

        @Test func aQueueThatRefusesGetsItsMessagesLater() async throws {
            let engine = try await start(
                """
                faults:
                  - {resource: Copies, fault: throttle, count: 2}
                  - {resource: Copies, fault: error, after: 2, count: 2}
                  - {resource: Copies, fault: storageError, after: 4, count: 2}
                """)
            try await put(engine, 1...12)
            let copying = try #require(try await engine.drained().pipes.first { $0.name == "copying" })
            #expect(copying.isBalanced)
            #expect(copying.delivered == 12)
            #expect(copying.retried == 6)
            #expect(try await count(engine, "copies") == 12)
            let report = try #require(try await engine.report().faults)
            #expect(report.faults.map(\.injected) == [2, 2, 2])
            _ = await engine.stop()
        }

        @Test func aDeadLetterThatIsRefusedIsSentAgain() async throws {
            let engine = try await start(
                """
                faults:
                  - {resource: Worker, fault: error, count: 3}
                  - {resource: Failures, fault: throttle, count: 1}
                  - {resource: Failures, fault: error, after: 1, count: 1}
                """, retries: 0)
            try await put(engine, 1...5)
            let way = try #require(try await engine.drained().pipes.first { $0.name == "way" })
            #expect(way.isBalanced)
            #expect(way.delivered == 2)
            #expect(way.deadLettered == 3)
            #expect(try await count(engine, "failures") == 3)
            let report = try #require(try await engine.report().faults)
            #expect(report.faults.map(\.injected) == [3, 1, 1])
            #expect(await engine.stop().status == 0)
        }

        @Test func aDeadLetterThatCannotBeStoredStopsTheEngineAndIsSentAfterTheRestart() async throws {
            let faults = """
                faults:
                  - {resource: Worker, fault: error, count: 3}
                  - {resource: Failures, fault: storageError, after: 1}
                """
            let engine = try await start(faults, retries: 0)
            for id in 1...3 { _ = try? await engine.send("PutItem", Self.item("A-\(id)")) }
            let outcome = await engine.command.finish()
            #expect(outcome.status == 1)
            #expect(
                outcome.errors.contains("The store refused a write: The fault storageError of Failures"), "\(outcome)")
            let again = try await start(nil, retries: 0)
            let way = try #require(try await again.drained().pipes.first { $0.name == "way" })
            #expect(way.isBalanced)
            // The one that was stored may be delivered once more, if its place was not saved before the stop.
            #expect(try await count(again, "failures") == 1)
            let orders = Set(try await deadLetters(again).flatMap(\.keys).map { $0.replacing("orderId=", with: "") })
            let stored = Set(try await storedOrders(again))
            #expect(orders.union(handled) == stored)
            _ = await again.stop()
        }

        // MARK: Pipes

        @Test func aPipeWhosePlaceCannotBeSavedDeliversFromTheSavedOneAfterTheRestart() async throws {
            // The first saves are those of the pipe's first places, one for each of the four shards.
            let engine = try await start("faults:\n  - {resource: Way, fault: storageError, after: 4, count: 1}\n")
            for id in 1...10 { _ = try? await engine.send("PutItem", Self.item("A-\(id)")) }
            let outcome = await engine.command.finish()
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("The store refused a write: The fault storageError of Way"), "\(outcome)")
            #expect(outcome.errors.contains("Way storageError: injected into 1 of"), "\(outcome)")
            let again = try await start(nil)
            let status = try await again.drained()
            #expect(status.pipes.allSatisfy { $0.isBalanced })
            let stored = Set(try await storedOrders(again))
            #expect(Set(handled) == stored)
            _ = await again.stop()
        }

        /// What another pipe has with its target keeps nobody writing orders that nothing delivers.
        @Test(.timeLimit(.minutes(2))) func aPipeThatCannotGoOnStopsTheEngineBeforeTheOthersAreDone() async throws {
            let engine = try await start(
                """
                faults:
                  - {resource: Copying, fault: storageError, after: 4, count: 1}
                  - {resource: Worker, fault: slow, delay: 5s}
                """)
            var id = 1
            while (try? await engine.send("PutItem", Self.item("A-\(id)"))) != nil { id += 1 }
            #expect(
                engine.command.errors.contains("a pipe cannot go on, so the engine stops"), "\(engine.command.errors)")
            #expect(engine.command.process.isRunning, "the function has an order for five seconds")
            let outcome = await engine.command.finish()
            #expect(outcome.status == 1)
            #expect(
                outcome.errors.contains("The store refused a write: The fault storageError of Copying"), "\(outcome)")
        }

        // MARK: The file and the reports

        @Test func aFaultThatNeverCameIsWorthAWarning() async throws {
            let engine = try await start(
                """
                faults:
                  - {resource: Worker, fault: crash, after: 1000}
                  - {resource: Failures, fault: error}
                """)
            try await put(engine, 1...2)
            _ = try await engine.drained()
            let outcome = await engine.stop()
            let file = scratch.path("faults.yaml")
            #expect(
                outcome.errors.contains(
                    "\(file):2: warning: Worker: crash was never injected: none of its 2 calls was to have one; raise rate or lower after"
                ), "\(outcome.errors)")
            #expect(
                outcome.errors.contains(
                    "\(file):3: warning: Failures: error was never injected: it had no call that this fault may befall"),
                "\(outcome.errors)")
        }

        @Test func aFileWithMistakesIsRefusedWithAllOfThemAndLeavesNoTrace() async throws {
            let arguments = try arguments(
                "faults:\n  - {resource: Wrker, fault: error}\n  - {resource: Way, fault: slow}\n")
            let outcome = try await Command.run(
                ["up", "--port", "0", "--console-port", "0", "--data", scratch.path("data")] + arguments,
                scratch: scratch)
            #expect(outcome.status == 1)
            let file = scratch.path("faults.yaml")
            #expect(
                outcome.errors.contains("\(file):2: the template has no resource Wrker (did you mean Worker?)")
                    && outcome.errors.contains("\(file):3: Way: slow has no meaning for a pipe"), "\(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: scratch.path("data")))
        }

        @Test func withoutFaultsNothingIsSaidOfThem() async throws {
            let engine = try await start(nil)
            let report = try await engine.report()
            #expect(report.faults == nil)
            #expect(!engine.command.output.contains("fault"))
            _ = await engine.stop()
        }

        @Test func theExamplesFaultsLoseNothingOfTheDemo() async throws {
            struct Report: Decodable {
                let events: Int
                let lost: Int
                let pipes: [PipeAccounts]
                let faults: FaultsReport
            }
            let outcome = try await Command.run(
                ["demo", "--no-shop", "--limit", "1500", "--json", "--faults", "Examples/faults.yaml"], scratch: scratch
            )
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errors.contains("faults are injected, by Examples/faults.yaml with the seed 7"))
            #expect(!outcome.errors.contains("never injected"), "\(outcome.errors)")
            let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
            #expect(report.lost == 0)
            #expect(report.pipes.allSatisfy { $0.isBalanced && $0.read == report.events })
            #expect(report.faults.faults.allSatisfy { $0.injected > 0 })
            #expect(report.pipes.contains { $0.retried > 0 })
        }
    }
}
