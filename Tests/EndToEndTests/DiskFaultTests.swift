import Foundation
import Testing

/// A small share of `make faults`, the same every time: a disk that loses power, fails calls and flips bits under a program that
/// writes. Each part says how much it has tried, so that none passes by doing nothing.
@Suite(.timeLimit(.minutes(5))) struct DiskFaultTests {
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
}
