import Foundation
import TestTraits
import Testing

extension EndToEnd {
    /// `sluice load` against the real engine with the real functions.
    @Suite(.slow, .timeLimit(.minutes(4))) struct LoadTests {
        private struct Percentiles: Decodable {
            let p50, p90, p99, p999, p9999, max: Double

            var isOrdered: Bool { 0 < p50 && p50 <= p90 && p90 <= p99 && p99 <= p999 && p999 <= p9999 && p9999 <= max }
        }

        private struct Report: Decodable {
            let offeredPerSecond, achievedPerSecond, seconds: Double
            let writes, acknowledged, errors, lost, unsettled, otherChanges: Int
            let filteredShare: Double
            let writeMilliseconds: Percentiles
            let endToEndMilliseconds: Percentiles
            let pipes: [PipeAccounts]
        }

        private let scratch: Scratch

        init() throws { scratch = try Scratch() }

        private func start() async throws -> RunningSluice {
            try await RunningSluice.start(data: scratch.path("data"), scratch: scratch)
        }

        private func load(_ engine: RunningSluice, _ arguments: String...) async throws -> Command.Outcome {
            try await Command.run(["load", "--endpoint-url", engine.url] + arguments, scratch: scratch)
        }

        @Test func everyWriteIsAccountedFor() async throws {
            let engine = try await start()
            // An order that is no part of it: the load's accounts are its own.
            let before = try await engine.send(
                "PutItem", #"{"TableName":"Orders","Item":{"orderId":{"S":"A-1"},"timestamp":{"N":"1"}}}"#)
            try #require(before.status == 200)
            let outcome = try await load(
                engine, "--rate", "200", "--seconds", "2", "--json", "--histogram", scratch.path("load"), "--plot",
                scratch.path("load.svg"))
            try #require(outcome.status == 0, "\(outcome)")
            let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
            #expect(report.offeredPerSecond == 200)
            #expect(report.writes == 400)
            #expect(report.acknowledged == 400)
            #expect(report.achievedPerSecond > 0 && report.achievedPerSecond <= 200)
            #expect(report.seconds >= 2)
            #expect(report.errors == 0)
            #expect(report.lost == 0)
            #expect(report.unsettled == 0)
            #expect(report.otherChanges == 0)
            #expect(report.writeMilliseconds.isOrdered)
            #expect(report.endToEndMilliseconds.isOrdered)
            #expect(report.pipes.map(\.name) == ["StandardOrderPipe", "PremiumOrderPipe"])
            for pipe in report.pipes {
                #expect(pipe.read == 400)
                #expect(pipe.isBalanced)
                #expect(pipe.inFlight == 0)
                #expect(pipe.filteredOut > 0)
                #expect(pipe.delivered > 0)
            }
            let filtered = report.pipes.reduce(0) { $0 + $1.filteredOut }
            #expect(report.filteredShare == Double(filtered) / 800)

            func text(_ name: String) throws -> String {
                try String(contentsOfFile: scratch.path(name), encoding: .utf8)
            }
            #expect(try text("load-write.hgrm").contains("Total count    =          400"))
            #expect(try text("load-function.hgrm").contains(" 0.500000000000 "))
            #expect(try text("load-write.hlog").contains("\n1.000,1.000,"))
            #expect(try text("load.svg").contains(">write p99<"))
            _ = await engine.stop()
        }

        @Test func batchesOfRealOrdersAreAccountedForAsWell() async throws {
            let engine = try await start()
            let outcome = try await load(
                engine, "--rate", "500", "--seconds", "2", "--ramp", "1", "--batch", "25", "--arrivals", "poisson",
                "--connections", "4", "--orders", "Examples/online-retail.csv", "--json")
            try #require(outcome.status == 0, "\(outcome)")
            let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
            #expect(report.writes > 0 && report.writes.isMultiple(of: 25))
            #expect(report.acknowledged == report.writes)
            #expect(report.lost == 0)
            #expect(report.pipes.allSatisfy { $0.read == report.writes && $0.isBalanced })
            _ = await engine.stop()
        }

        @Test func aTableWithoutAStreamIsReadBack() async throws {
            struct ReadBack: Decodable {
                struct Orders: Decodable { let orders, missing: Int }
                let readBack: Orders
                let lost: Int
            }
            let engine = try await start()
            let made = try await engine.send(
                "CreateTable",
                """
                {"TableName":"Plain","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"orderId","KeyType":"HASH"},
                {"AttributeName":"timestamp","KeyType":"RANGE"}],"AttributeDefinitions":[
                {"AttributeName":"orderId","AttributeType":"S"},{"AttributeName":"timestamp","AttributeType":"N"}]}
                """)
            try #require(made.status == 200, "\(made.body)")
            let outcome = try await load(
                engine, "--table", "Plain", "--rate", "200", "--seconds", "1", "--updates", "0", "--json")
            try #require(outcome.status == 0, "\(outcome)")
            let report = try JSONDecoder().decode(ReadBack.self, from: Data(outcome.output.utf8))
            #expect(report.readBack.orders == 200)
            #expect(report.readBack.missing == 0)
            #expect(report.lost == 0)
            #expect(!outcome.output.contains("endToEndMilliseconds"))
            _ = await engine.stop()
        }

        @Test func stoppedByTheUserItReportsWhatWasDone() async throws {
            let engine = try await start()
            let command = try Command(
                ["load", "--endpoint-url", engine.url, "--rate", "50", "--seconds", "3600"], scratch: scratch)
            var changes = 0
            while changes < 20, command.process.isRunning {
                try await Task.sleep(for: .milliseconds(20))
                changes = try await engine.status().changes
            }
            kill(command.process.processIdentifier, SIGINT)
            let outcome = await command.finish()
            #expect(outcome.status == 130, "\(outcome)")
            #expect(outcome.output.contains("stopped before the end"), "\(outcome)")
            #expect(outcome.output.contains("Lost               0: "), "\(outcome)")
            _ = await engine.stop()
        }

        @Test func mistakesGetOneSentence() async throws {
            let engine = try await start()
            for (arguments, status, sentence) in [
                (["--rate", "0"], 2, "--rate 0.0 is no rate"),
                (["--histogram", "load", "--seconds", "10801"], 2, "--seconds 10801.0 is too long for --histogram"),
                (["--arrivals", "odd"], 2, "The value 'odd' is invalid for '--arrivals <arrivals>'"),
                (["--batch", "26"], 2, "--batch 26 is not possible; give 1 to 25"),
                (["--updates", "0.6"], 2, "--updates 0.6 is not possible"),
                (["--seconds", "5", "--ramp", "5"], 2, "--ramp 5.0 is not possible"),
                (["--premium", "0.7", "--small", "0.5"], 2, "are more than all orders"),
                (["--orders", "a.csv", "--premium", "0.5"], 2, "--premium is for made-up orders"),
                (["--table", "Nowhere"], 1, "There is no table Nowhere at \(engine.url)"),
                (["--table", "Customers"], 1, "does not have the keys orderId (S) and timestamp (N)"),
                (["--orders", "/nowhere/orders.csv"], 1, "The order file does not exist"),
                (["--plot", "/nowhere/load.svg"], 1, "The folder /nowhere cannot be written"),
                (["--plot", scratch.path("")], 1, "is a folder and no file can be written over it"),
                (["--endpoint-url", "http://127.0.0.1:1"], 1, "No engine answers at http://127.0.0.1:1"),
            ] as [([String], Int32, String)] {
                let outcome = try await Command.run(
                    ["load", "--seconds", "1"]
                        + (arguments.contains("--endpoint-url") ? [] : ["--endpoint-url", engine.url])
                        + arguments, scratch: scratch)
                #expect(outcome.status == status, "\(arguments): \(outcome)")
                #expect(outcome.errors.contains(sentence), "\(arguments): \(outcome.errors)")
            }
            _ = await engine.stop()
        }
    }
}
