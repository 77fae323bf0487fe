/// What became of the records that a pipe has read. Law: `read` is the sum of all the others' fates.
public struct PipeCounts: Sendable, Hashable, Codable {
    /// Records taken from the stream.
    public var read = 0
    /// Records that no pattern matched.
    public var filteredOut = 0
    /// Records that the target has handled.
    public var delivered = 0
    /// Records that failed for good and went to the dead-letter queue.
    public var deadLettered = 0
    /// Records that failed for good and had no dead-letter queue to go to.
    public var dropped = 0
    /// Records sent again after a failure, once for each time.
    public var retried = 0
    /// Calls of the target.
    public var invocations = 0

    public init() {}

    /// Records read and not yet settled.
    public var inFlight: Int { read - filteredOut - delivered - deadLettered - dropped }

    public static func + (left: PipeCounts, right: PipeCounts) -> PipeCounts { left.combined(with: right, +) }
    /// What happened between two states of the same accounts.
    public static func - (later: PipeCounts, earlier: PipeCounts) -> PipeCounts { later.combined(with: earlier, -) }

    private func combined(with other: PipeCounts, _ operation: (Int, Int) -> Int) -> PipeCounts {
        var result = PipeCounts()
        let members: [WritableKeyPath<PipeCounts, Int>] = [
            \.read, \.filteredOut, \.delivered, \.deadLettered, \.dropped, \.retried, \.invocations,
        ]
        for member in members { result[keyPath: member] = operation(self[keyPath: member], other[keyPath: member]) }
        return result
    }

    /// With records that have been read and settled.
    func adding(_ fates: some Collection<Fate>) -> PipeCounts {
        var counts = self
        counts.read += fates.count
        for fate in fates { counts.add(fate) }
        return counts
    }

    mutating func add(_ fate: Fate, _ count: Int = 1) {
        switch fate {
        case .filteredOut: filteredOut += count
        case .delivered: delivered += count
        case .deadLettered: deadLettered += count
        case .dropped: dropped += count
        }
    }
}

/// How a record leaves a pipe.
enum Fate: Sendable, Hashable { case filteredOut, delivered, deadLettered, dropped }
