import Foundation
import TestTraits
import Testing

extension EndToEnd {
    /// `Scripts/soak` on the project's template, for seconds instead of hours: a kill, a fault of the disk, trims and jumps.
    @Suite(.slow) struct SoakTests {
        private struct Report: Decodable {
            struct Law: Decodable {
                let law: String
                let checks: Int
                let breaks: [String]
            }

            let seed: Int
            let isBroken: Bool
            let isStopped: Bool
            let isSettled: Bool
            let lives: Int
            let kills: Int
            let continuations: Int
            let trims: Int
            let changesAcknowledged: Int
            let recordsAudited: Int
            let laws: [Law]
        }

        private func soak(_ arguments: [String], _ scratch: Scratch) async throws -> Command.Outcome {
            let python = try #require(Command.tool("python3"), "run `make setup`: the long run is written in Python")
            return try await Command(
                program: python,
                ["Scripts/soak", "--program", Command.products.appendingPathComponent("sluice").path] + arguments,
                scratch: scratch
            ).finish()
        }

        @Test func everyLawHoldsInAShortRun() async throws {
            let scratch = try Scratch()
            let outcome = try await soak(
                ["--minutes", "0.2", "--rate", "60", "--seed", "3", "--sample", "0.5", "--json"], scratch)
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
            #expect(report.seed == 3)
            #expect(!report.isBroken && report.isSettled)
            // One that its disk has ended goes on in another.
            #expect(report.lives == 3 + report.continuations && report.continuations <= 1)
            #expect(report.kills >= 1 && report.trims >= 1)
            #expect(report.changesAcknowledged > 100)
            #expect(report.recordsAudited > report.changesAcknowledged)
            // A law that nothing was held against proves nothing.
            for law in report.laws { #expect(law.checks > 0, "\(law.law)") }
        }

        @Test func anOrderThatIsTakenAwayIsMissed() async throws {
            let scratch = try Scratch()
            let outcome = try await soak(
                ["--minutes", "0.1", "--rate", "40", "--seed", "4", "--sabotage", "lose", "--json"], scratch)
            #expect(outcome.status == 1, "\(outcome.output)\(outcome.errors)")
            let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
            #expect(report.isBroken)
            #expect(report.laws.contains { $0.breaks.contains { $0.contains("was removed by a client") } })
        }

        @Test func aRunThatIsInterruptedTellsWhatItHasAndLeavesNothing() async throws {
            let scratch = try Scratch()
            let folder = scratch.path("soak")
            let python = try #require(Command.tool("python3"), "run `make setup`: the long run is written in Python")
            let command = try Command(
                program: python,
                [
                    "Scripts/soak", "--program", Command.products.appendingPathComponent("sluice").path, "--minutes",
                    "60", "--rate", "30", "--seed", "1", "--sample", "0.5", "--progress", "0.5", "--json", "--folder",
                    folder,
                ], scratch: scratch)
            let hasBegun = await command.wait { command.errors.contains("changes acknowledged") }
            #expect(hasBegun, "\(command.errors)")
            kill(command.process.processIdentifier, SIGINT)
            let outcome = await command.finish()
            #expect(outcome.status == 130, "\(outcome)")
            let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
            #expect(report.isStopped && !report.isBroken && !report.isSettled)
            #expect(!FileManager.default.fileExists(atPath: folder))
        }

        @Test func aSeedRepeatsTheSchedule() async throws {
            let scratch = try Scratch()
            var schedules: [String] = []
            for seed in ["3", "3", "4"] {
                let outcome = try await soak(["--schedule", "--minutes", "60", "--seed", seed], scratch)
                #expect(outcome.status == 0, "\(outcome.errors)")
                schedules.append(outcome.output)
            }
            #expect(schedules[0] == schedules[1])
            #expect(schedules[0] != schedules[2])
            for word in ["ends by kill", "ends by disk", "trim hours", "jump minutes", "pause pipe", "redrive"] {
                #expect(schedules[0].contains(word), "\(word)")
            }
        }
    }
}
