import ArgumentParser

/// Measures everything and writes the page, or compares two builds.
@main
struct PerformanceBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "PerformanceBenchmark",
        abstract: "Measures everything and writes one page of figures; or says whether two builds differ.",
        discussion: """
            Build all benchmarks, sluice and the functions for release first; make bench and make bench-compare do.

            Examples:
              PerformanceBenchmark --quick
              PerformanceBenchmark --only pipes --only many-pipes
              PerformanceBenchmark compare --base .build/bench/base/.build/release --head .build/release
            """,
        subcommands: [Measure.self, Compare.self, Respond.self], defaultSubcommand: Measure.self)
}
