/// A shard's durable place in a pipe: everything up to `sequence` is settled, and these are the fates.
public struct Checkpoint: Sendable, Hashable, Codable {
    /// The last settled record's sequence; 0 before the first.
    public var sequence: UInt64
    /// Fates of the records up to `sequence`, so that the accounts still balance after a restart. `retried` and
    /// `invocations` are totals at the time of saving.
    public var counts: PipeCounts

    public init(sequence: UInt64 = 0, counts: PipeCounts = PipeCounts()) {
        self.sequence = sequence
        self.counts = counts
    }
}

/// Knows which records of a shard are settled and how far the checkpoint may move: only over settled ones.
struct SettlementTracker {
    private struct Entry {
        let sequence: UInt64
        var fate: Fate?
    }

    private(set) var checkpoint: Checkpoint
    /// Records after the checkpoint, in stream order. The settled ones at its front are removed at once, so its length is
    /// bounded by the records held, plus the filtered ones between them.
    private var open: [Entry] = []
    /// Entries before this index have been passed by the checkpoint; they are removed in one go now and then.
    private var passed = 0

    init(checkpoint: Checkpoint) { self.checkpoint = checkpoint }

    /// Records after the checkpoint, settled or not.
    var openCount: Int { open.count - passed }

    /// Fates of the settled records after the checkpoint, by sequence.
    var settledAhead: [UInt64: Fate] {
        var fates: [UInt64: Fate] = [:]
        for entry in open[passed...] { fates[entry.sequence] = entry.fate }
        return fates
    }

    /// Takes note of a record in stream order; `fate` is given when it is settled already.
    mutating func track(_ sequence: UInt64, fate: Fate? = nil) {
        precondition(open.last.map { $0.sequence < sequence } ?? (sequence > checkpoint.sequence), "stream order")
        open.append(Entry(sequence: sequence, fate: fate))
        if fate != nil { advance() }
    }

    mutating func settle(_ sequence: UInt64, _ fate: Fate) {
        guard let index = index(of: sequence) else { preconditionFailure("settling \(sequence), which is not open") }
        precondition(open[index].fate == nil, "settling \(sequence) twice")
        open[index].fate = fate
        advance()
    }

    private mutating func advance() {
        while passed < open.count, let fate = open[passed].fate {
            checkpoint.sequence = open[passed].sequence
            checkpoint.counts.read += 1
            checkpoint.counts.add(fate)
            passed += 1
        }
        if passed == open.count {
            open.removeAll(keepingCapacity: true)
            passed = 0
        } else if passed > 4_096, passed > open.count / 2 {
            open.removeFirst(passed)
            passed = 0
        }
    }

    private func index(of sequence: UInt64) -> Int? {
        var low = passed
        var high = open.count
        while low < high {
            let middle = (low + high) / 2
            if open[middle].sequence < sequence { low = middle + 1 } else { high = middle }
        }
        return low < open.count && open[low].sequence == sequence ? low : nil
    }
}
