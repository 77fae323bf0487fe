import Clocks
import TestSupport

@testable import Pipes

/// A whole pipe in one value: a stream of several shards that grows, one flow a shard, a function and a dead-letter queue
/// that all of them share, a store for their checkpoints, and clocks that only this run moves. Everything fails now and
/// then. The same seed gives the same run.
struct PipelineSimulation {
    let plan: SimulationPlan
    private(set) var surroundings: Surroundings
    private var shards: [SimulatedShard]

    init(seed: UInt64, mutation: Mutation? = nil, isTracing: Bool = false) throws {
        var random = SeededGenerator(seed: seed)
        plan = try SimulationPlan(seed: seed, random: &random)
        surroundings = Surroundings(plan, random, isTracing: isTracing)
        shards = plan.lineages.indices.map { [plan] in SimulatedShard(plan, $0, mutation) }
    }

    /// Runs until everything is settled; throws ``LawBroken``.
    mutating func run() throws {
        let stepsMax = plan.calmAfter + 2_000 + 100 * plan.lineages.reduce(0) { $0 + $1.count }
        while !shards.allSatisfy(\.isDone) {
            surroundings.stepCount += 1
            guard surroundings.stepCount < stepsMax else { throw LawBroken("no end after \(stepsMax) steps") }
            surroundings.isCalm = surroundings.stepCount > plan.calmAfter
            try step()
        }
        for shard in shards { try shard.checkEnd(surroundings) }
    }

    private mutating func step() throws {
        surroundings.now.pass(.microseconds(surroundings.random.below(20_000)))
        if surroundings.fails(plan.faults.engineCrash) { return crash() }
        if surroundings.fails(plan.faults.clockChange) { return changeClock() }
        if surroundings.fails(plan.faults.stop) {
            surroundings.note("stop")
            surroundings.reach(.stop)
            for index in shards.indices { shards[index].stop() }
        }
        // Whichever shard has something to do, beginning anywhere.
        let first = surroundings.random.below(shards.count)
        for offset in shards.indices {
            let index = (first + offset) % shards.count
            guard let choice = shards[index].choose(&surroundings) else { continue }
            do {
                try shards[index].perform(choice, &surroundings)
                try shards[index].check()
            } catch is StorageFailed {
                // The pipe ends with the error, and the engine with the pipe.
                crash()
            }
            if shards.allSatisfy(\.isFinished) { restart(isGraceful: true) }
            return
        }
        // Nothing can happen before the next timer.
        guard let next = shards.compactMap(\.nextTimer).min() else { throw LawBroken("stuck: nothing is under way") }
        surroundings.now.pass(next - surroundings.now.even)
    }

    private mutating func crash() {
        surroundings.note("crash")
        surroundings.reach(.engineCrash)
        restart(isGraceful: false)
    }

    /// The engine starts again, or, after a graceful stop, the pipe alone. Each shard does so in a step of its own, so that it may die between two of them.
    private mutating func restart(isGraceful: Bool) {
        surroundings.function.abandonCalls()
        for index in shards.indices { shards[index].fallBack(isGraceful: isGraceful, &surroundings) }
    }

    private mutating func changeClock() {
        let change: Duration = surroundings.random.pick([
            .seconds(3_600), .seconds(-3_600), .seconds(-10), .seconds(90_000),
        ])
        surroundings.note("the wall clock is changed by \(change)")
        surroundings.reach(change > .zero ? .clockForward : .clockBack)
        surroundings.now.changeClock(by: change)
        for index in shards.indices { shards[index].trim(&surroundings) }
    }
}
