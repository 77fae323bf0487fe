import Logging

/// What a pipe's switch runs, one after the other: a replay from the table while one is under way, then the stream.
struct PipeRuns {
    private(set) var work: PipeWork
    /// The pipe over the stream's shards, which runs or will run next; nil while there is nothing to run.
    private var stream: Pipe?
    /// The pipe over the table's items; nil unless a replay from the table is under way.
    private var items: Pipe?
    private var replay: ItemReplay?
    /// What the last run has left of its `settledAhead`: kept while there is nothing to run.
    private var streamAhead: Pipe.SettledAhead = [:]
    /// How fast the stream is read as far as it has been read before.
    private var pace: Replay.Pace?
    private let logger: Logger

    init(_ work: PipeWork, logger: Logger) {
        self.work = work
        self.logger = logger
        renew()
    }

    /// Whether a replay from the table is under way.
    var isReplaying: Bool { replay != nil }

    /// What runs, or will run next.
    var next: Pipe? { items ?? stream }

    /// How both stand; nil while there is nothing to run.
    var snapshot: PipeSnapshot? {
        guard var snapshot = stream?.snapshot else { return nil }
        snapshot.shards += items?.snapshot.shards ?? []
        return snapshot
    }

    /// A pipe runs once: makes the next ones, from where these stand.
    mutating func renew() {
        streamAhead = stream?.settledAhead ?? streamAhead
        let itemsAhead = items?.settledAhead ?? [:]
        stream = work.definition.map { pipe($0.shards, of: $0, ahead: streamAhead, pace: pace) }
        items = work.definition.flatMap { definition in
            replay.map { pipe($0, of: definition, ahead: itemsAhead) }
        }
    }

    /// Something else is to run, once what runs has ended.
    mutating func replace(_ work: PipeWork) { self.work = work }

    /// The stream's pipe goes on from another place, which has been saved.
    mutating func setBack(_ pace: Replay.Pace?) {
        self.pace = pace
        streamAhead = [:]
        stream = work.definition.map { pipe($0.shards, of: $0, ahead: [:], pace: pace) }
    }

    /// The table's items are to be delivered first, from where the replay stands.
    mutating func begin(_ replay: ItemReplay) {
        self.replay = replay
        items = work.definition.map { pipe(replay, of: $0, ahead: [:]) }
    }

    /// The table's items are delivered.
    mutating func endReplay() {
        replay = nil
        items = nil
    }

    private func pipe(_ replay: ItemReplay, of definition: PipeDefinition, ahead: Pipe.SettledAhead) -> Pipe {
        var definition = definition
        definition.borders.checkpoints = replay.checkpoints
        // What it hears of is how long after their writes records arrive; these were not written now.
        definition.borders.observer = nil
        let pace = replay.recordsPerSecond.map { Replay.Pace(recordsPerSecond: Double($0), until: .max) }
        return pipe([replay.shard], of: definition, ahead: ahead, pace: pace)
    }

    private func pipe(
        _ shards: [any StreamShard], of definition: PipeDefinition, ahead: Pipe.SettledAhead, pace: Replay.Pace?
    ) -> Pipe {
        Pipe(definition.configuration, shards, definition.borders, ahead: ahead, pace: pace, logger: logger)
    }
}
