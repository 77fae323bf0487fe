import Clocks
import TestSupport

@testable import Pipes

/// What one seed draws before its run begins: a pipe, a stream, and how often things go wrong.
struct SimulationPlan: CustomStringConvertible {
    /// A write that is still to come, and what the pipe will make of its record.
    struct Write {
        var sequence: UInt64
        var itemKey: UInt64
        /// Whether the filter lets it through.
        var isMatch: Bool
        /// Whether the shard before it has closed: a read ends there, and goes on with the next.
        var isFirstOfShard: Bool
    }

    /// How often things go wrong, each of a thousand.
    struct Faults {
        // Of one call.
        var functionError: Int
        var timeOut: Int
        var functionCrash: Int
        var partialAnswer: Int
        var readError: Int
        var saveError: Int
        var sendError: Int
        var sendRefusal: Int
        // Of one step.
        var engineCrash: Int
        var stop: Int
        var clockChange: Int
    }

    let seed: UInt64
    let configuration: PipeConfiguration
    /// What is written to each lineage of shards that the pipe reads.
    let lineages: [[Write]]
    /// Records that fail every batch that holds them.
    let poison: Set<UInt64>
    /// Calls that the function takes at once, from all shards together.
    let functionConcurrency: Int
    let faults: Faults
    /// Steps after which nothing goes wrong any more but poison, so that the run ends.
    let calmAfter: Int

    init(seed: UInt64, random: inout SeededGenerator) throws {
        self.seed = seed
        // Some runs have so many records that the pipe reaches its bounds.
        let isFlood = random.oneIn(100)
        configuration = try Samples.configuration(
            batchSize: random.pick([1, 2, 3, 4, 5, 7, 10, 100]),
            window: random.pick([.zero, .zero, .milliseconds(100), .seconds(1), .seconds(5)]),
            lanes: 1 + random.below(5),
            retries: random.pick([-1, 0, 1, 2, 3]),
            age: random.pick([nil, nil, nil, .seconds(1), .seconds(5), .seconds(60), .seconds(7_200)]),
            bisects: random.oneIn(2),
            deadLetters: random.oneIn(2))
        let count = isFlood ? 1_200 + random.below(1_200) : 1 + random.below(60)
        let items = (0...random.below(7)).map { _ in random.next() }
        let matchPercent = random.pick(isFlood ? [90, 100] : [20, 50, 90, 100])
        let poisonPercent = random.pick([0, 0, 5, 30])
        var lineages: [[Write]] = Array(repeating: [], count: isFlood ? 1 : 1 + random.below(4))
        var poison: Set<UInt64> = []
        var sequence: UInt64 = 0
        for _ in 0..<count {
            let itemKey = random.pick(items)
            // Another hash than the one that chooses the lane.
            let place = Int(SeededGenerator.mix(itemKey) % UInt64(lineages.count))
            let isFirstOfShard = random.oneIn(20)
            sequence += isFirstOfShard ? 1_000_000 : 1 + UInt64(random.below(4))
            if random.below(100) < poisonPercent { poison.insert(sequence) }
            lineages[place].append(
                Write(
                    sequence: sequence, itemKey: itemKey, isMatch: random.below(100) < matchPercent,
                    isFirstOfShard: isFirstOfShard))
        }
        self.lineages = lineages
        self.poison = poison
        functionConcurrency = random.pick([1, 2, 5, 20])
        faults = Faults(
            functionError: random.pick([0, 100, 400]), timeOut: random.pick([0, 0, 50]),
            functionCrash: random.pick([0, 0, 50]), partialAnswer: random.pick([0, 100, 400]),
            readError: random.pick([0, 0, 0, 50]), saveError: random.pick([0, 0, 0, 50]),
            sendError: random.pick([0, 0, 200]), sendRefusal: random.pick([0, 0, 300]),
            engineCrash: random.pick([0, 0, 5, 30]),
            stop: random.pick([0, 0, 10]), clockChange: random.pick([0, 0, 5, 20]))
        calmAfter = 150 + count * 2
    }

    var description: String {
        let pipe = configuration
        return """
            seed \(seed): \(lineages.map(\.count)) records of \(Set(lineages.joined().map(\.itemKey)).count) items, \
            batch \(pipe.batchSize), window \(pipe.maximumBatchingWindow), lanes \(pipe.parallelizationFactor), \
            retries \(pipe.maximumRetryAttempts), age \(pipe.maximumRecordAge.map { "\($0)" } ?? "any"), \
            bisect \(pipe.bisectsBatches), dead letters \(pipe.hasDeadLetterQueue), \
            concurrency \(functionConcurrency), \(faults)
            """
    }
}
