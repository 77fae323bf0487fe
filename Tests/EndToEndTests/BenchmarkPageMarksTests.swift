import Foundation
import TestTraits
import Testing

/// What `make bench` and `make bench-compare` need of the checkout, without measuring anything.
@Suite(.slow, .timeLimit(.minutes(1))) struct BenchmarkPageMarksTests {
    private static func run(_ program: URL, _ arguments: [String]) async throws -> Command.Outcome {
        try await Command(program: program, arguments, scratch: Scratch()).finish()
    }

    private static var benchmark: URL { Command.products.appendingPathComponent("PerformanceBenchmark") }

    @Test func aPageWithoutMarksIsToldOfBeforeAnythingIsMeasured() async throws {
        let scratch = try Scratch()
        let page = scratch.path("page.md")
        try "# Performance\n".write(toFile: page, atomically: true, encoding: .utf8)
        let outcome = try await Self.run(Self.benchmark, ["--only", "filters", "--page", page])
        #expect(outcome.status != 0)
        #expect(outcome.errors.contains("The page has no mark <!-- figures: machine -->"), "\(outcome.errors)")
        #expect(try String(contentsOfFile: page, encoding: .utf8) == "# Performance\n")
    }

    /// Each section has its place on the page.
    @Test func thePageHasAPlaceForEverySection() async throws {
        let help = try await Self.run(Self.benchmark, ["measure", "--help"])
        let page = try String(
            contentsOf: Command.project.appendingPathComponent("Documentation/performance.md"), encoding: .utf8)
        let marks = Set(page.matches(of: /<!-- figures: ([a-z-]+) -->/).map { String($0.1) })
        #expect(marks.count > 1)
        #expect(page.ranges(of: "<!-- end of figures -->").count == marks.count)
        for name in marks where name != "machine" { #expect(help.output.contains(name), "\(name)") }
    }

    @Test func aCommitThatDoesNotExistGetsOneSentence() async throws {
        let script = Command.project.appendingPathComponent("Scripts/bench-compare")
        let unknown = try await Self.run(script, ["no-such-commit"])
        #expect(unknown.status == 2)
        #expect(
            unknown.errors == "bench-compare: there is no revision no-such-commit; 'git log --oneline' lists them\n")
        let none = try await Self.run(script, [""])
        #expect(none.status == 2)
        #expect(none.errors == "bench-compare: name the revision to compare with: make bench-compare BASE=main\n")
    }

    @Test func tooFewRoundsProveNothing() async throws {
        let outcome = try await Self.run(Self.benchmark, ["compare", "--base", "a", "--head", "b", "--rounds", "2"])
        #expect(outcome.status != 0)
        #expect(outcome.errors.contains("The number of rounds is 2; give 3 or more."), "\(outcome.errors)")
    }
}
