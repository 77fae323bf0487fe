import Clocks
import TestSupport

@testable import Pipes

/// What the shards of a run share: clocks, dice, the function and the dead-letter queue.
struct Surroundings {
    /// What runs are meant to reach; otherwise they would prove little.
    enum Corner: CaseIterable {
        case engineCrash, stop, readError, saveError, sendError, sendRefusal, stopWhileRefused, deadLetterTwice,
            nextShard, trimmedUnread
        case delivered, partlyFailed, mistakenAnswer, timeOut, functionCrash, throttled
        case droppedForAttempts, droppedForAge, deadLetterForAttempts, deadLetterForAge
        case clockForward, clockBack, fullPipe, settledAhead
    }

    let plan: SimulationPlan
    var random: SeededGenerator
    var now = Moment.start
    /// Whether faults have come to an end.
    var isCalm = false
    var stepCount = 0
    var function: SimulatedFunction
    /// Records of which a dead letter is stored.
    private(set) var deadLetters: Set<UInt64> = []
    private(set) var corners: Set<Corner> = []
    /// What happened, line by line; kept only when asked for.
    private(set) var trace: [String] = []
    private let isTracing: Bool

    init(_ plan: SimulationPlan, _ random: SeededGenerator, isTracing: Bool) {
        self.plan = plan
        self.random = random
        self.isTracing = isTracing
        function = SimulatedFunction(plan)
    }

    /// Whether something goes wrong now; nothing does when all is calm.
    mutating func fails(_ chance: Int) -> Bool { !isCalm && random.happens(chance) }

    mutating func store(_ letter: [SourceRecord]) {
        for record in letter where !deadLetters.insert(record.sequence).inserted { reach(.deadLetterTwice) }
    }

    mutating func reach(_ corner: Corner) { corners.insert(corner) }

    mutating func note(_ line: @autoclosure () -> String) {
        if isTracing { trace.append("\(stepCount) \(now.even - Samples.start): \(line())") }
    }
}
