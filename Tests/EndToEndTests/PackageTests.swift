import Foundation
import Testing

extension EndToEnd {
    /// `sluice package`, and what `make package-functions` has packed.
    @Suite(.timeLimit(.minutes(4))) struct PackageTests {
        @Test func aProgramThatWouldNotStartOnAWSIsRefused() async throws {
            let scratch = try Scratch()
            // As the tests are built: with Swift's libraries beside it.
            let program = Command.products.appendingPathComponent("OrderProcessorFunction").path
            let outcome = try await Command.run(
                ["package", program, "--output", scratch.path("out")], scratch: scratch)
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("sluice: \(program) needs "))
            #expect(outcome.errors.contains("libswiftCore.so"))
            #expect(outcome.errors.contains("--static-swift-stdlib"))
            #expect(!FileManager.default.fileExists(atPath: scratch.path("out")))
        }

        @Test func mistakesGetOneSentence() async throws {
            let scratch = try Scratch()
            for (arguments, status, sentence) in [
                (["package", "--template", "/nowhere"], Int32(1), "there is no such template"),
                (["package", "/nowhere/F"], 1, "/nowhere/F cannot be read"),
                (["package", "README.md"], 1, "README.md is no Linux program"),
                (["package", "x", "--max-megabytes", "0"], 2, "give 1 or more"),
            ] {
                let outcome = try await Command.run(arguments, scratch: scratch)
                #expect(outcome.status == status, "\(arguments)")
                #expect(outcome.errors.contains(sentence), "\(arguments): \(outcome.errors)")
            }
        }

        private static let packages = Command.project.appendingPathComponent(".build/functions")
        private static let arePacked = FileManager.default.fileExists(
            atPath: packages.appendingPathComponent("PremiumServiceFunction.zip").path)

        /// The zips themselves, as the engine runs them: their size, and what they take of memory under orders.
        @Test(.enabled(if: arePacked, "make package-functions has packed nothing yet"))
        func thePackedFunctionsRunHereAndAreSmall() async throws {
            let scratch = try Scratch()
            for name in ["OrderProcessorFunction", "PremiumServiceFunction"] {
                let zip = Self.packages.appendingPathComponent("\(name).zip").path
                let size = try FileManager.default.attributesOfItem(atPath: zip)[.size] as? Int ?? 0
                #expect(size < 15_000_000, "\(name).zip")
            }
            let data = scratch.path("data")
            let outcome = try await Command.run(
                ["demo", "--limit", "500", "--data", data, "--functions", Self.packages.path],
                scratch: scratch)
            #expect(outcome.status == 0, "\(outcome.errors)")
            for name in ["OrderProcessorFunction", "PremiumServiceFunction"] {
                let log = try String(contentsOfFile: "\(data)/logs/\(name).log", encoding: .utf8)
                let used = log.matches(of: /Max Memory Used: ([0-9]+) MB/).compactMap { Int($0.1) }
                #expect(!used.isEmpty, "\(name) was called")
                #expect(used.allSatisfy { $0 < 40 }, "\(name): \(used.max() ?? 0) MB")
            }
        }
    }
}
