import Foundation
import TestTraits
import Testing

/// A small share of `make faults`, the same every time: a disk that loses power, fails calls and flips bits under a program that
/// writes. Each part says how much it has tried, so that none passes by doing nothing.
@Suite(.slow, .timeLimit(.minutes(5))) struct DiskFaultTests {
    private struct Report: Decodable {
        let figures: [String: Int]
        let broken: [String]
    }

    /// - Parameter part: of Scripts/faults.
    private func run(_ part: String) async throws -> [String: Int] {
        let python = try #require(Command.tool("python3"), "run `make setup`: it installs python3")
        let scratch = try Scratch()
        let outcome = try await Command(
            program: python,
            [
                "Scripts/faults", "--quick", "--jobs", "2", "--only", part, "--json", "--program",
                Command.products.appendingPathComponent("DiskWork").path,
            ], scratch: scratch, environment: ["PYTHONDONTWRITEBYTECODE": "1"]
        ).finish()
        let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        #expect(report.broken == [], "\(outcome.errors)")
        #expect(outcome.status == 0, "\(outcome.errors)")
        return report.figures
    }

    @Test func nothingAnsweredIsLostWithThePower() async throws {
        let figures = try await run("rounds")
        #expect(figures["rounds"] == 12)
        #expect(figures["power_losses", default: 0] > 4)
        #expect(figures["answered_writes", default: 0] > 100)
    }

    @Test func thePowerMayGoBetweenAnyTwoCalls() async throws {
        let figures = try await run("moments")
        #expect(figures["moments", default: 0] > 8)
    }

    @Test func aCallThatFailsLosesNothingAndIsAnsweredAsAFailure() async throws {
        let figures = try await run("calls")
        #expect(figures["failed_calls", default: 0] > 16)
        #expect(figures["refused_writes", default: 0] > 16)
    }

    @Test func aFlippedBitIsRefusedOrHarmless() async throws {
        let figures = try await run("flips")
        #expect(figures["flipped_bits", default: 0] > 40)
        #expect(figures.contains { $0.key.hasSuffix("_refused") && $0.value > 0 })
    }

    /// The real engine on a disk that is full for a while, by its own calls' account.
    @Test func aFullDiskRefusesWritesAndReadsGoOn() async throws {
        let compiler = try #require(Command.tool("clang") ?? Command.tool("cc"))
        let scratch = try Scratch()
        let (library, full) = (scratch.path("faulty_disk.so"), scratch.path("full"))
        let compiled = try await Command(
            program: compiler, ["-shared", "-fPIC", "-o", library, "Tests/FaultyDisk/faulty_disk.c"], scratch: scratch
        ).finish()
        try #require(compiled.status == 0, "\(compiled.errors)")
        let template = try scratch.write(
            "template.yaml",
            """
            Resources:
              Orders:
                Type: AWS::DynamoDB::Table
                Properties:
                  TableName: Orders
                  BillingMode: PAY_PER_REQUEST
                  AttributeDefinitions: [{AttributeName: orderId, AttributeType: S}]
                  KeySchema: [{AttributeName: orderId, KeyType: HASH}]
            """)
        let arguments = ["--template", template]
        let engine = try await RunningSluice.start(
            data: scratch.path("data"), scratch: scratch, arguments: arguments,
            environment: [
                "LD_PRELOAD": library, "FAULTY_DISK_ROOT": scratch.path("data"), "FAULTY_DISK_PROGRAM": "sluice",
                "FAULTY_DISK_FULL": full,
            ])
        func put(_ id: String, _ engine: RunningSluice) async throws -> (status: Int, body: String) {
            try await engine.send("PutItem", #"{"TableName":"Orders","Item":{"orderId":{"S":"\#(id)"}}}"#)
        }
        func isThere(_ id: String, _ engine: RunningSluice) async throws -> Bool {
            let answer = try await engine.send(
                "GetItem", #"{"TableName":"Orders","Key":{"orderId":{"S":"\#(id)"}}}"#)
            #expect(answer.status == 200)
            return answer.body.contains(id)
        }
        #expect(try await put("before", engine).status == 200)
        _ = try scratch.write("full", "")
        for _ in 0..<2 {
            let refused = try await put("refused", engine)
            #expect(refused.status == 500 && refused.body.contains("InternalServerError"), "\(refused)")
        }
        #expect(try await isThere("before", engine))
        #expect(try await !isThere("refused", engine))
        try FileManager.default.removeItem(atPath: full)
        // RocksDB looks every five seconds, by a clock of its own, whether there is room.
        let end = ContinuousClock.now + .seconds(60)
        while try await put("after", engine).status != 200, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(try await isThere("after", engine))
        await engine.command.kill()
        let again = try await RunningSluice.start(data: scratch.path("data"), scratch: scratch, arguments: arguments)
        #expect(try await isThere("before", again))
        #expect(try await isThere("after", again))
        _ = await again.stop()
    }
}
