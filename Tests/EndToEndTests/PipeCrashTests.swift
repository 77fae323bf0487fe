import Foundation
import Synchronization
import Testing

extension EndToEnd {
    /// Kill -9 of the engine or of a function's process at random moments under writes, again and again, on one data folder:
    /// every answered write reaches the function, each order's writes in their order, and more than once only where a kill
    /// lies between. `SLUICE_KILLS` says how often; `make test-all` takes fifty.
    @Suite(.timeLimit(.minutes(10))) struct PipeCrashTests {
        private static let rounds = ProcessInfo.processInfo.environment["SLUICE_KILLS"].flatMap { Int($0) } ?? 3
        private static let orderCount = 12

        private static let template = """
            Resources:
            \(PythonFunction.ordersTable)
              Dead: {Type: AWS::SQS::Queue, Properties: {QueueName: dead}}
            \(PythonFunction.resource("Worker", named: "worker"))
              Pipe:
                Type: AWS::Pipes::Pipe
                Properties:
                  Name: orders
                  RoleArn: arn:aws:iam::000000000000:role/all
                  Source: !GetAtt Orders.StreamArn
                  SourceParameters:
                    DynamoDBStreamParameters:
                      StartingPosition: TRIM_HORIZON
                      BatchSize: 5
                      ParallelizationFactor: 2
                      OnPartialBatchItemFailure: AUTOMATIC_BISECT
                      DeadLetterConfig: {Arn: !GetAtt Dead.Arn}
                  Target: !GetAtt Worker.Arn
            """

        /// Notes each record that it handles: the order and its revision.
        private static let program = """
            with open(os.path.join(here, "handled"), "a", buffering=1) as handled:
                for record in event:
                    image = record["dynamodb"]["NewImage"]
                    handled.write(image["orderId"]["S"] + " " + image["revision"]["N"] + "\\n")
            """

        @Test func nothingIsLostAndEachOrderKeepsItsOrder() async throws {
            let scratch = try Scratch()
            let template = try scratch.write("template.yaml", Self.template)
            let functions = scratch.path("functions")
            let worker = try PythonFunction("worker", in: functions, body: Self.program)
            let arguments = ["--template", template, "--functions", functions]
            let revisions = Revisions(orderCount: Self.orderCount)
            var engine = try await RunningSluice.start(
                data: scratch.path("data"), scratch: scratch, arguments: arguments)
            for _ in 0..<Self.rounds {
                let target = revisions.answeredCount + Int.random(in: 20...150)
                let killsEngine = Bool.random()
                let running = engine
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for order in 0..<Self.orderCount {
                        group.addTask {
                            await Self.write(running, order, revisions, until: killsEngine ? .max : target)
                        }
                    }
                    while revisions.answeredCount < target { try await Task.sleep(for: .milliseconds(1)) }
                    let processes = try running.command.functionProcesses()
                    if killsEngine {
                        await running.command.kill()
                        // Dead with their engine: what handles a record at this moment must not do so beside the next one.
                        let haveEnded = await Command.haveEnded(processes)
                        try #require(haveEnded)
                    } else if let victim = processes.randomElement() {
                        kill(victim, SIGKILL)
                    }
                    try await group.waitForAll()
                }
                if killsEngine {
                    engine = try await RunningSluice.start(
                        data: scratch.path("data"), scratch: scratch, arguments: arguments)
                }
            }
            let status = try await engine.drained()
            _ = await engine.stop()
            #expect(status.pipes.allSatisfy { $0.isBalanced && $0.deadLettered == 0 && $0.dropped == 0 })
            let handled = try Self.check(worker.lines(of: "handled"), revisions)
            print(
                "\(Self.rounds) kills: \(revisions.answeredCount) writes answered, \(handled.again) of \(handled.all) records handled again"
            )
        }

        /// Writes an order's next revisions until the engine does not answer any more or enough is written. A write
        /// without an answer is written again by the next round: whether it was stored nobody has promised.
        private static func write(_ engine: RunningSluice, _ order: Int, _ revisions: Revisions, until target: Int)
            async
        {
            while revisions.answeredCount < target {
                let revision = revisions.next(of: order)
                let item = #"{"orderId":{"S":"order-\#(order)"},"revision":{"N":"\#(revision)"}}"#
                let answer = try? await engine.send("PutItem", #"{"TableName":"Orders","Item":\#(item)}"#)
                guard let answer, answer.status == 200 else { return }
                revisions.answered(order, revision)
            }
        }

        /// - Returns: records that were handled, and those of them that had been handled before.
        private static func check(_ lines: [String], _ revisions: Revisions) throws -> (all: Int, again: Int) {
            var last: [String: Int] = [:]
            var seen: [String: Int] = [:]
            var again = 0
            var stepsBack: [String: Int] = [:]
            for line in lines {
                let parts = line.split(separator: " ")
                // A line that a kill has cut: its record comes again.
                guard parts.count == 2, let revision = Int(parts[1]) else { continue }
                let order = String(parts[0])
                // A step forward is by one; a step back is a record that is sent again.
                #expect(revision <= (last[order] ?? 0) + 1, "\(order): \(revision) after \(last[order] ?? 0)")
                if revision <= last[order] ?? 0 { stepsBack[order, default: 0] += 1 }
                last[order] = revision
                if revision <= seen[order] ?? 0 { again += 1 }
                seen[order] = max(seen[order] ?? 0, revision)
            }
            for order in 0..<orderCount {
                let name = "order-\(order)"
                #expect(seen[name] ?? 0 >= revisions.answered(order), "\(name) has lost its last revisions")
                #expect(last[name] == seen[name], "\(name) ends with an old revision")
                // A kill sends an order's records again once, and lets its write without an answer be written again.
                #expect(stepsBack[name] ?? 0 <= 2 * rounds, "\(name) went back more often than there were kills")
            }
            return (lines.count, again)
        }
    }
}

/// The last revision of each order whose write was answered.
private final class Revisions: Sendable {
    private let state: Mutex<[Int]>

    init(orderCount: Int) { state = Mutex(Array(repeating: 0, count: orderCount)) }

    var answeredCount: Int { state.withLock { $0.reduce(0, +) } }

    func next(of order: Int) -> Int { state.withLock { $0[order] + 1 } }
    func answered(_ order: Int) -> Int { state.withLock { $0[order] } }
    func answered(_ order: Int, _ revision: Int) { state.withLock { $0[order] = revision } }
}
