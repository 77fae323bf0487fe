import Testing

@testable import Pipes

/// The design's laws 2 to 5, checked after every step of runs drawn from seeds.
///
/// A broken law names its seed. A trap in the pipe ends the process before it can: halve `SLUICE_SEEDS` until it is found.
@Suite struct ShardFlowSimulationTests {
    @Test(arguments: Seeds.fromEnvironment(default: 300))
    func theLawsHold(seeds: ClosedRange<UInt64>) throws {
        for seed in seeds {
            var simulation = try ShardSimulation(seed: seed)
            do {
                try simulation.run()
            } catch let broken as LawBroken {
                Issue.record(
                    """
                    \(broken), step \(simulation.stepCount)
                    \(simulation.plan)
                    repeat: SLUICE_SEEDS=\(seed)-\(seed) swift test --filter ShardFlowSimulation
                    \(try Self.lastLines(seed))
                    """)
                // One broken run says enough.
                return
            }
        }
    }

    /// What happened last, from a second run of the same seed.
    private static func lastLines(_ seed: UInt64) throws -> String {
        var simulation = try ShardSimulation(seed: seed, isTracing: true)
        try? simulation.run()
        return simulation.trace.suffix(25).joined(separator: "\n")
    }

    /// A seed replays its run, step by step.
    @Test func aSeedGivesTheSameRunTwice() throws {
        for seed in UInt64(1)...5 {
            var first = try ShardSimulation(seed: seed, isTracing: true)
            var second = try ShardSimulation(seed: seed, isTracing: true)
            try first.run()
            try second.run()
            #expect(first.trace == second.trace)
            #expect(!first.trace.isEmpty)
        }
    }

    /// The runs reach what they are meant to reach; otherwise they would prove little.
    @Test func theRunsReachEveryCorner() throws {
        var told = ""
        for seed in UInt64(1)...60 {
            var simulation = try ShardSimulation(seed: seed, isTracing: true)
            try simulation.run()
            told += simulation.trace.joined(separator: "\n")
        }
        for word in [
            "crash", "stop", "finished", "succeeded", "failed(", "partlyFailed", "nobody", "notReached",
            "dropped: retryAttemptsExhausted", "dropped: recordAgeExceeded", "is stored",
        ] {
            #expect(told.contains(word), "no run came to this: \(word)")
        }
    }

    @Test func seedsAreReadFromTheEnvironment() {
        #expect(Seeds.range("2000") == 1...2_000)
        #expect(Seeds.range("417-417") == 417...417)
        for text in [nil, "", "0", "x", "5-3", "1-2-3", "-5"] { #expect(Seeds.range(text) == nil) }
        for count in [1, 7, 8, 9, 300, 2_000] as [UInt64] {
            #expect(Seeds.fromEnvironment(default: count).first?.lowerBound != nil)
        }
    }
}
