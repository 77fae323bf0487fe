import TestSupport

@testable import Pipes

/// The function behind all shards. The seed draws how each call ends.
struct SimulatedFunction {
    private let plan: SimulationPlan
    /// Calls under way.
    private var running = 0
    /// Records that the function has said it handled: what `delivered` must mean.
    private(set) var handled: Set<UInt64> = []

    init(_ plan: SimulationPlan) { self.plan = plan }

    /// Begins a call; false when the function has as many as it takes.
    mutating func begin() -> Bool {
        guard running < plan.functionConcurrency else { return false }
        running += 1
        return true
    }

    /// The engine has died, and every call with it.
    mutating func abandonCalls() { running = 0 }

    mutating func end(_ batch: Batch, isCalm: Bool, _ random: inout SeededGenerator) -> BatchOutcome {
        running -= 1
        if !isCalm {
            if random.happens(plan.faults.functionError) { return .failed(reason: "raised") }
            if random.happens(plan.faults.timeOut) { return .failed(reason: "timed out") }
            if random.happens(plan.faults.functionCrash) { return .failed(reason: "died") }
        }
        let failing = failing(batch.records, isCalm: isCalm, &random)
        if failing.isEmpty {
            handled.formUnion(batch.records.sequences)
            return outcome(random.pick(["", "null", "{}", #"{"batchItemFailures":[]}"#]))
        }
        if random.happens(200) { return .failed(reason: "raised") }
        // Named by either identifier, in any order, some of them twice.
        var identifiers = failing.map { random.oneIn(2) ? $0.eventID : Samples.sequenceNumber($0.sequence) }
        identifiers.shuffle(using: &random)
        if random.happens(200) { identifiers.append(identifiers[0]) }
        let isMistaken = random.happens(150)
        if isMistaken {
            identifiers.append(random.pick(["nobody", ""]))
        } else {
            handled.formUnion(Set(batch.records.sequences).subtracting(failing.sequences))
        }
        let entries = identifiers.map { #"{"itemIdentifier":"\#($0)"}"# }
        return outcome(#"{"batchItemFailures":[\#(entries.joined(separator: ","))]}"#)
    }

    private func outcome(_ answer: String) -> BatchOutcome {
        BatchOutcome(answer: PartialBatchAnswer(payload: Array(answer.utf8)))
    }

    private func failing(
        _ records: [SourceRecord], isCalm: Bool, _ random: inout SeededGenerator
    ) -> [SourceRecord] {
        // Poison that is tried for ever is cured in the end, or the run would not end.
        let isCured = isCalm && plan.configuration.maximumRetryAttempts < 0
        let isPartial = !isCalm && random.happens(plan.faults.partialAnswer)
        guard isPartial || !isCured && !plan.poison.isEmpty else { return [] }
        return records.filter { record in
            !isCured && plan.poison.contains(record.sequence) || isPartial && random.oneIn(2)
        }
    }
}

extension SeededGenerator {
    /// - Parameter chance: of a thousand.
    mutating func happens(_ chance: Int) -> Bool { chance > 0 && below(1_000) < chance }
}
