/// Proves from a pipe's accounts before and after a load that nothing was lost on the way.
///
/// A table's stream has a record for each write that changed an item. So of a load:
///
/// - each write that was acknowledged is in the stream: `changes` - `changesBefore` >= `acknowledged`;
/// - each pipe has every record: what had waited for it before and what came since is settled (filtered out, delivered,
///   dead-lettered or dropped by a rule of its own) or waits still.
///
/// What is missing in either is lost. A pipe that was there before and has no accounts afterwards proves nothing, nor
/// does one that was stopped meanwhile.
public struct Reconciliation: Sendable, Hashable {
    /// A pipe's accounts at one moment.
    public struct Pipe: Sendable, Hashable {
        public var name: String
        /// Whether it works: one that is stopped settles nothing, and nobody waits for it.
        public var isRunning: Bool
        /// Records that have left the pipe, one way or the other.
        public var settled: Int
        public var inFlight: Int
        /// Records of the stream that it has not read yet.
        public var behind: Int

        public init(name: String, isRunning: Bool, settled: Int, inFlight: Int, behind: Int) {
            self.name = name
            self.isRunning = isRunning
            self.settled = settled
            self.inFlight = inFlight
            self.behind = behind
        }

        /// Records that wait in it or for it.
        public var unsettled: Int { inFlight + behind }
    }

    /// The table's stream and the pipes that read it, at one moment.
    public struct Mark: Sendable, Hashable {
        /// Records of the stream since it was made.
        public var changes: Int
        public var pipes: [Pipe]

        public init(changes: Int, pipes: [Pipe]) {
            self.changes = changes
            self.pipes = pipes
        }

        /// Whether every pipe that runs has settled everything.
        public var isIdle: Bool { pipes.allSatisfy { !$0.isRunning || $0.unsettled == 0 } }
    }

    public let before: Mark
    public let after: Mark
    /// Writes that were acknowledged in between.
    public let acknowledged: Int
    /// Writes without an acknowledgement that may have been done.
    public let uncertain: Int

    public init(before: Mark, after: Mark, acknowledged: Int, uncertain: Int) {
        self.before = before
        self.after = after
        self.acknowledged = acknowledged
        self.uncertain = uncertain
    }

    /// Records that came to the stream in between.
    public var changes: Int { after.changes - before.changes }

    /// Acknowledged writes that the stream does not have.
    public var lostWrites: Int { max(0, acknowledged - changes) }

    /// Changes beyond those that the load can have made: somebody else has written meanwhile.
    public var foreignChanges: Int { max(0, changes - acknowledged - uncertain) }

    /// Records that a pipe cannot account for; nil for a pipe that was not there before, or is not there any more.
    public func lost(by name: String) -> Int? {
        guard let now = after.pipes.first(where: { $0.name == name }),
            let then = before.pipes.first(where: { $0.name == name })
        else { return nil }
        let due = then.unsettled + changes
        let accounted = now.settled - then.settled + now.unsettled
        return max(0, due - accounted)
    }

    /// Acknowledged writes that the stream does not have, and records that pipes cannot account for, summed over the
    /// pipes.
    public var lost: Int { lostWrites + after.pipes.reduce(0) { $0 + (lost(by: $1.name) ?? 0) } }

    /// Records that still wait, summed over the pipes that run: nothing is known of their fate.
    public var unsettled: Int { after.pipes.reduce(0) { $0 + ($1.isRunning ? $1.unsettled : 0) } }

    /// Pipes that do not run, so that what was written waits for them.
    public var stoppedPipes: [String] { after.pipes.filter { !$0.isRunning }.map(\.name) }

    /// Those of them that ran before: nothing is known of the fate of what waits for them.
    public var haltedPipes: [String] {
        let running = Set(before.pipes.filter(\.isRunning).map(\.name))
        return stoppedPipes.filter(running.contains)
    }

    /// Pipes that were there before and have no accounts afterwards: what they had may be lost.
    public var missingPipes: [String] {
        let there = Set(after.pipes.map(\.name))
        return before.pipes.map(\.name).filter { !there.contains($0) }
    }
}
