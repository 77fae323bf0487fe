public import EventPatterns

/// What a pipe does with its stream: the settings of `AWS::Pipes::Pipe` for a DynamoDB stream source.
public struct PipeConfiguration: Sendable {
    public enum StartingPosition: String, Sendable {
        /// From the oldest record the stream still holds.
        case trimHorizon = "TRIM_HORIZON"
        /// From the records written after the pipe's first start.
        case latest = "LATEST"
    }

    public var name: String
    public var arn: String
    public var criteria: FilterCriteria
    /// Most records in one invocation, 1 to 10,000.
    public var batchSize: Int
    /// How long a batch waits to fill, 0 to 300 s. At 0 a batch goes as soon as its lane is free.
    public var maximumBatchingWindow: Duration
    /// Lanes per shard, 1 to 10.
    public var parallelizationFactor: Int
    public var startingPosition: StartingPosition
    /// Tries after the first one, -1 (no bound) to 10,000.
    public var maximumRetryAttempts: Int
    /// Age from which a record is no longer tried; nil for no bound.
    public var maximumRecordAge: Duration?
    /// Whether a failed batch is cut in two (`OnPartialBatchItemFailure: AUTOMATIC_BISECT`).
    public var bisectsBatches: Bool
    /// Whether records that fail for good go to a dead-letter queue. Without one they are dropped, and counted so.
    public var hasDeadLetterQueue: Bool
    /// Nil when the pipe has no enrichment.
    public var enrichment: PipeStage?
    public var target: PipeStage

    public init(
        name: String, arn: String, criteria: FilterCriteria, batchSize: Int, maximumBatchingWindow: Duration = .zero,
        parallelizationFactor: Int = 1, startingPosition: StartingPosition = .trimHorizon,
        maximumRetryAttempts: Int = -1, maximumRecordAge: Duration? = nil, bisectsBatches: Bool = false,
        hasDeadLetterQueue: Bool = false, enrichment: PipeStage? = nil, target: PipeStage = PipeStage(.function)
    ) {
        self.name = name
        self.arn = arn
        self.criteria = criteria
        self.batchSize = batchSize
        self.maximumBatchingWindow = maximumBatchingWindow
        self.parallelizationFactor = parallelizationFactor
        self.startingPosition = startingPosition
        self.maximumRetryAttempts = maximumRetryAttempts
        self.maximumRecordAge = maximumRecordAge
        self.bisectsBatches = bisectsBatches
        self.hasDeadLetterQueue = hasDeadLetterQueue
        self.enrichment = enrichment
        self.target = target
    }

    /// Largest payload of one invocation. AWS: 6 MB per pipe and per synchronous Lambda invocation.
    public static let payloadBytesMax = 6 * 1_024 * 1_024

    /// Most bytes that a batch gathers: as much as the stage takes that gets it first (EventBridge's user guide, on quotas).
    var batchBytesMax: Int { (enrichment ?? target).payloadBytesMax }

    /// Records a shard's reader may hold at most, queued and running together. Enough to refill every lane while the
    /// next read is under way; the bound that sends pressure back to the stream instead of to memory.
    var recordsHeldMax: Int { max(1_000, 4 * parallelizationFactor * batchSize) }

    /// Bytes of records, queued and running together, from which on a shard's reader reads no more. Ours: 32 MB or,
    /// where that is more, two rounds of the largest batches. So while it waits, what is not running fills some lane's
    /// batch: the bound does not stop a pipe whose windows are long.
    var bytesHeldMax: Int { max(32 << 20, 2 * parallelizationFactor * batchBytesMax) }
}

extension PipeConfiguration {
    /// Where a pipe begins that has no place in a shard yet: by its starting position, at this moment.
    public func firstCheckpoint(in shard: any StreamShard) -> Checkpoint {
        Checkpoint(sequence: startingPosition == .latest ? shard.newestSequence : 0)
    }

    /// The pipe's place in a shard: the stored one, or the first, which is stored so that a restart does not choose again.
    ///
    /// - Throws: what the store throws.
    func place(in shard: any StreamShard, _ checkpoints: any CheckpointStore) async throws -> Checkpoint {
        if let stored = try checkpoints.load(pipe: name, shardID: shard.shardID) { return stored }
        let checkpoint = firstCheckpoint(in: shard)
        try await checkpoints.save(checkpoint, pipe: name, shardID: shard.shardID)
        return checkpoint
    }
}
