import Clocks

@testable import Pipes

/// A law of the design that a run broke.
struct LawBroken: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension Ledger {
    /// Checked after every step.
    func check(counts: PipeCounts, checkpoint: Checkpoint) throws {
        try require(exhausted.isEmpty, "a record has used up its attempts and was not given up")
        try require(counts == self.counts, "counts: \(counts), but \(self.counts) is right")
        try require(counts.inFlight == unsettledCount, "\(unsettledCount) are in flight")
        try require(unsettledCount <= configuration.recordsHeldMax, "\(unsettledCount) records are held")
        var right = passed
        right.counts.retried = counts.retried
        right.counts.invocations = counts.invocations
        try require(checkpoint == right, "checkpoint: \(checkpoint), but \(right) is right")
    }

    func checkRead(after sequence: UInt64, limit: Int) throws {
        try require(sequence == readPosition, "reading after \(sequence), but \(readPosition) was read last")
        try require(limit > 0 && limit <= ShardFlow.readCountMax, "a read of \(limit)")
        try require(unsettledCount + limit <= configuration.recordsHeldMax, "a read for which there is no room")
    }

    /// Every record has a fate, and the world outside the pipe agrees.
    ///
    /// - Parameters:
    ///   - handled: sequences that the function said it had handled.
    ///   - deadLetters: sequences of which a dead letter is stored.
    func checkEnd(handled: Set<UInt64>, deadLetters: Set<UInt64>) throws {
        var trimmedCount = 0
        for entry in entries {
            let name = entry.record.sequence
            if entry.place == .trimmed {
                try require(entry.isTrimmed, "\(name) was passed over")
                trimmedCount += 1
                continue
            }
            try require(entry.place == .settled, "\(name) is not settled")
            try require(entry.settlements > 0, "\(name) was lost")
            try require(restarts > 0 || entry.settlements == 1, "\(name) was settled \(entry.settlements) times")
            try require(entry.isMatch == (entry.fate != .filteredOut), "the filter's word on \(name) was not kept")
            switch entry.fate {
            case .delivered: try require(handled.contains(name), "no call has handled \(name)")
            case .deadLettered: try require(deadLetters.contains(name), "no dead letter holds \(name)")
            case .dropped: try require(!configuration.hasDeadLetterQueue, "\(name) was dropped past the queue")
            case .filteredOut: break
            case nil: throw LawBroken("\(name) has no fate")
            }
        }
        try require(counts.read == entries.count - trimmedCount, "\(counts.read) of \(entries.count) were read")
        // At a shard's end it also passes what an earlier run has settled and nobody can read again.
        try require(passed.sequence >= readPosition, "the checkpoint stands at \(passed.sequence)")
    }

    /// The entries of records that are sent or given up, after making sure that it is their turn: each is held, and
    /// whatever its item has before it is settled or goes along.
    func next(_ records: [SourceRecord]) throws -> [Int] {
        try require(!records.isEmpty, "nothing is sent")
        let indices = try records.map { record in
            guard let index = places[record.sequence] else { throw LawBroken("\(record.sequence) was never written") }
            return index
        }
        try require(zip(indices, indices.dropFirst()).allSatisfy { $0 < $1 }, "a batch out of order")
        let together = Set(indices)
        for index in indices {
            let sequence = entries[index].record.sequence
            try require(entries[index].isMatch, "\(sequence) was filtered out, yet sent")
            try require(entries[index].place == .held, "\(sequence) is \(entries[index].place)")
            let item = items[entries[index].record.itemKey]!
            for earlier in item.entries[item.settled...] {
                if earlier >= index { break }
                try require(
                    entries[earlier].isBehind || together.contains(earlier),
                    "\(sequence) overtakes \(entries[earlier].record.sequence) of the same item")
            }
        }
        return indices
    }

    func require(_ condition: Bool, _ law: @autoclosure () -> String) throws {
        if !condition { throw LawBroken(law()) }
    }
}
