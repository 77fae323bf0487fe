import Testing

@testable import Pipes

/// The design's laws 2 to 5, checked after every step of runs drawn from seeds.
///
/// A broken law names its seed. A trap in the pipe ends the process before it can: halve `SLUICE_SEEDS` until it is found.
@Suite struct PipelineSimulationTests {
    @Test(arguments: Seeds.fromEnvironment(default: 2_000))
    func theLawsHold(seeds: ClosedRange<UInt64>) async throws {
        for seed in seeds {
            await Task.yield()  // Tests of programs wait for their turn meanwhile.
            // One broken run says enough.
            if let story = try PipelineSimulation.brokenLaw(seed: seed) {
                Issue.record("\(story)")
                return
            }
        }
    }

    /// A seed replays its run, step by step.
    @Test func aSeedGivesTheSameRunTwice() throws {
        for seed in UInt64(1)...5 {
            var first = try PipelineSimulation(seed: seed, isTracing: true)
            var second = try PipelineSimulation(seed: seed, isTracing: true)
            try first.run()
            try second.run()
            #expect(first.surroundings.trace == second.surroundings.trace)
            #expect(!first.surroundings.trace.isEmpty)
        }
    }

    /// The runs reach what they are meant to reach; otherwise they would prove little.
    @Test func theRunsReachEveryCorner() async throws {
        var missing = Set(Surroundings.Corner.allCases)
        for seed in UInt64(1)...500 {
            await Task.yield()  // Tests of programs wait for their turn meanwhile.
            var simulation = try PipelineSimulation(seed: seed)
            try simulation.run()
            missing.subtract(simulation.surroundings.corners)
            if missing.isEmpty { return }
        }
        Issue.record("no run came to this: \(missing)")
    }

    /// Laws that find no mistake would be worth nothing.
    @Test(arguments: Mutation.allCases)
    func aMistakeIsFound(mutation: Mutation) async throws {
        for seed in UInt64(1)...2_000 {
            await Task.yield()  // Tests of programs wait for their turn meanwhile.
            var simulation = try PipelineSimulation(seed: seed, mutation: mutation)
            do {
                try simulation.run()
            } catch let broken as LawBroken {
                print("\(mutation) breaks a law with seed \(seed): \(broken)")
                return
            }
        }
        Issue.record("\(mutation) broke no law in 2,000 runs")
    }

    @Test func seedsAreReadFromTheEnvironment() {
        #expect(Seeds.range("2000") == 1...2_000)
        #expect(Seeds.range("417-417") == 417...417)
        for text in [nil, "", "0", "x", "5-3", "1-2-3", "-5"] { #expect(Seeds.range(text) == nil) }
    }

    @Test func theRangesHoldEverySeedOnce() {
        for count in [1, 7, 8, 9, 300, 2_000] as [UInt64] {
            #expect(Seeds.ranges(of: 1...count, count: 8).flatMap { Array($0) } == Array(1...count))
        }
    }
}
