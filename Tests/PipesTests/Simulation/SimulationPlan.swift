import TestSupport
import Clocks

@testable import Pipes

/// What one seed draws before its run begins: a pipe, a load, and how often things go wrong.
struct SimulationPlan: CustomStringConvertible {
    /// A write that is still to come, and what the pipe will make of its record.
    struct Write {
        var sequence: UInt64
        var itemKey: UInt64
        /// Whether the filter lets it through.
        var isMatch: Bool
        /// Whether the target fails every batch that holds it.
        var isPoison: Bool
    }

    let seed: UInt64
    let configuration: PipeConfiguration
    let writes: [Write]
    /// Chances of one invocation, 0 up to 1.
    let failureChance: Double
    let partialChance: Double
    let missChance: Double
    /// Chances of one step.
    let crashChance: Double
    let stopChance: Double
    /// Steps after which nothing goes wrong any more but poison, so that the run ends.
    let calmAfter: Int

    init(seed: UInt64, random: inout SeededGenerator) throws {
        self.seed = seed
        // Some runs have so many records that the pipe reaches its bounds.
        let isFlood = Int.random(in: 0..<25, using: &random) == 0
        configuration = try Samples.configuration(
            batchSize: Self.pick([1, 2, 3, 4, 5, 7, 10, 100], &random),
            window: Self.pick([.zero, .zero, .milliseconds(100), .seconds(1), .seconds(5)], &random),
            lanes: Int.random(in: 1...5, using: &random),
            retries: Self.pick([-1, 0, 1, 2, 3], &random),
            age: Self.pick([nil, nil, nil, .seconds(1), .seconds(5), .seconds(60)], &random),
            bisects: Bool.random(using: &random),
            deadLetters: Bool.random(using: &random))
        let items = (0..<Int.random(in: 1...7, using: &random)).map { _ in random.next() }
        let matchChance = Self.pick([0.2, 0.5, 0.9, 1], &random)
        let poisonChance = Self.pick([0, 0, 0.05, 0.3], &random)
        var sequence: UInt64 = 0
        let count = isFlood ? Int.random(in: 1_200...2_400, using: &random) : Int.random(in: 1...80, using: &random)
        writes = (0..<count).map { _ in
            sequence += UInt64.random(in: 1...4, using: &random)
            return Write(
                sequence: sequence, itemKey: Self.pick(items, &random),
                isMatch: Double.random(in: 0..<1, using: &random) < matchChance,
                isPoison: Double.random(in: 0..<1, using: &random) < poisonChance)
        }
        failureChance = Self.pick([0, 0.1, 0.5], &random)
        partialChance = Self.pick([0, 0.1, 0.4], &random)
        missChance = Self.pick([0, 0.1, 0.3], &random)
        crashChance = Self.pick([0, 0, 0.005, 0.03], &random)
        stopChance = Self.pick([0, 0, 0.01], &random)
        calmAfter = 150 + count * 2
    }

    var description: String {
        let pipe = configuration
        return """
            seed \(seed): \(writes.count) records of \(Set(writes.map(\.itemKey)).count) items, \
            batch \(pipe.batchSize), window \(pipe.maximumBatchingWindow), lanes \(pipe.parallelizationFactor), \
            retries \(pipe.maximumRetryAttempts), age \(pipe.maximumRecordAge.map { "\($0)" } ?? "any"), \
            bisect \(pipe.bisectsBatches), dead letters \(pipe.hasDeadLetterQueue), chances: failure \(failureChance), \
            partial \(partialChance), miss \(missChance), crash \(crashChance), stop \(stopChance)
            """
    }

    private static func pick<Element>(_ choices: [Element], _ random: inout SeededGenerator) -> Element {
        choices[Int.random(in: 0..<choices.count, using: &random)]
    }
}
