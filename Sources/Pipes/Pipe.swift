public import Clocks
public import Logging

/// Everything outside a pipe that it touches.
public struct PipeBorders: Sendable {
    public var target: any PipeTarget
    /// Nil when the pipe has no enrichment.
    public var enrichment: (any PipeEnrichment)?
    /// Nil when the pipe has no dead-letter queue.
    public var deadLetters: (any DeadLetterQueue)?
    public var checkpoints: any CheckpointStore
    public var observer: (any DeliveryObserver)?
    public var executions: (any ExecutionObserver)?
    /// Nil when the pipe's executions are not logged.
    public var executionLogging: ExecutionLogging?
    /// Hears of every attempt that failed and of every giving up, from many tasks; must not block for long.
    public var setbacks: (@Sendable (PipeSetback) -> Void)?
    public var time: any TimeSource

    public init(
        target: any PipeTarget, enrichment: (any PipeEnrichment)? = nil, deadLetters: (any DeadLetterQueue)?,
        checkpoints: any CheckpointStore, observer: (any DeliveryObserver)? = nil,
        executions: (any ExecutionObserver)? = nil, executionLogging: ExecutionLogging? = nil,
        setbacks: (@Sendable (PipeSetback) -> Void)? = nil,
        time: any TimeSource
    ) {
        self.target = target
        self.enrichment = enrichment
        self.deadLetters = deadLetters
        self.checkpoints = checkpoints
        self.observer = observer
        self.executions = executions
        self.executionLogging = executionLogging
        self.setbacks = setbacks
        self.time = time
    }
}

/// Carries the records of a stream that its filter lets through to a target: batched, in order per item, retried, and to
/// the dead-letter queue when they fail for good. Each record is delivered at least once.
public final class Pipe: Sendable {
    public let configuration: PipeConfiguration
    private let runners: [ShardRunner]
    private let shardIDs: [String]

    public convenience init(
        configuration: PipeConfiguration, shards: [any StreamShard], borders: PipeBorders, pace: Replay.Pace? = nil,
        logger: Logger
    ) {
        self.init(configuration, shards, borders, ahead: [:], pace: pace, logger: logger)
    }

    /// - Parameter ahead: what the run before this one has left of ``settledAhead``.
    init(
        _ configuration: PipeConfiguration, _ shards: [any StreamShard], _ borders: PipeBorders, ahead: SettledAhead,
        pace: Replay.Pace?, logger: Logger
    ) {
        var logger = logger
        logger[metadataKey: "pipe"] = "\(configuration.name)"
        self.configuration = configuration
        runners = shards.map {
            ShardRunner(
                configuration: configuration, shard: $0, borders: borders, ahead: ahead[$0.shardID] ?? [:], pace: pace,
                logger: logger)
        }
        shardIDs = shards.map(\.shardID)
    }

    /// Fates of records that are settled beyond their shard's checkpoint, by shard and sequence.
    typealias SettledAhead = [String: [UInt64: Fate]]

    /// What a run leaves when it is stopped: a run that begins with it does none of these records again.
    var settledAhead: SettledAhead {
        SettledAhead(zip(shardIDs, runners.map(\.settledAhead)), uniquingKeysWith: { first, _ in first })
    }

    /// Whether ``run()`` has come to the end of all its shards, which are finite, with everything settled.
    var isComplete: Bool { !runners.isEmpty && runners.allSatisfy(\.isComplete) }

    /// Runs until ``stop()`` or cancellation, or to the end of shards that are finite. May be called once.
    ///
    /// - Throws: what the store throws; nothing is lost then, as no checkpoint has passed an unsettled record.
    public func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for runner in runners { group.addTask { try await runner.run() } }
        }
    }

    /// Takes nothing new; ``run()`` returns when what is with the target is settled and the checkpoint saved.
    public func stop() {
        for runner in runners { runner.stop() }
    }

    /// How the pipe stands at this moment.
    public var snapshot: PipeSnapshot {
        PipeSnapshot(name: configuration.name, shards: runners.map(\.snapshot))
    }
}

/// A pipe's accounts and its places in its shards.
public struct PipeSnapshot: Sendable, Hashable {
    public var name: String
    public var shards: [ShardSnapshot]

    /// All shards' accounts together, since the pipe was made.
    public var counts: PipeCounts { shards.reduce(PipeCounts()) { $0 + $1.counts } }
    /// The accounts with which this run began: what had been settled before it.
    public var countsAtStart: PipeCounts { shards.reduce(PipeCounts()) { $0 + $1.countsAtStart } }

    /// Whether everything the stream holds has been read and settled.
    public var isDrained: Bool {
        shards.allSatisfy { $0.behind == 0 && $0.counts.inFlight == 0 }
    }
}

/// One shard's part of a ``PipeSnapshot``.
public struct ShardSnapshot: Sendable, Hashable {
    public var shardID: String
    public var counts = PipeCounts()
    /// The accounts of the checkpoint that this run began from.
    public var countsAtStart = PipeCounts()
    public var checkpoint = Checkpoint()
    /// The last record read.
    public var readPosition: UInt64 = 0
    /// Records behind the read position that an earlier run has settled.
    var aheadCount = 0
    /// Records of the shard that have not been read yet.
    public var behind = 0
    /// When the first record that is not settled arrived; nil when all are.
    public var firstUnsettledArrival: Timestamp?
    /// Lanes, and those that have a batch with the target or are giving one up.
    public var laneCount = 0
    public var busyLaneCount = 0
    /// What went wrong last, since the start.
    public var lastFailure: PipeFailure?
}
