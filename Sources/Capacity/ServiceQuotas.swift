/// What AWS allows an account, by default and in us-east-1.
public enum ServiceQuotas {
    /// Environments of all functions together. Source: Lambda's developer guide, on concurrency. On request more.
    public static let functionConcurrency = 1_000
    /// Calls of functions a second for each of these. Source: the same.
    public static let callsPerSecondOfConcurrency = 10
    /// Of the environments, how many must stay unreserved. Source: the same.
    public static let unreservedConcurrency = 100
    /// Executions of all pipes together; 1,000 outside us-east-1, us-west-2 and eu-west-1. Source: EventBridge's user guide, on quotas.
    /// On request more.
    public static let pipeExecutions = 3_000
    /// Batches of a shard side by side. Source: Pipes API reference, `PipeSourceDynamoDBStreamParameters`.
    public static let parallelizationFactorMax = 10
    /// Records of a batch. Source: the same.
    public static let batchSizeMax = 10_000
    /// Longest execution of a pipe. Source: EventBridge's user guide, on quotas.
    public static let executionMillisecondsMax = 300_000.0
    /// Write units a second of a table on demand. Source: DynamoDB's developer guide, on quotas. On request more.
    public static let tableWriteUnitsPerSecond = 40_000
    /// Records that an answer of GetRecords may hold, and bytes. Source: DynamoDB Streams API reference, `GetRecords`.
    public static let streamRecordsMax = 1_000
    public static let streamBytesMax = 1_048_576
    /// Readers of a shard. Source: DynamoDB's developer guide, on Streams.
    public static let streamReadersMax = 2
    /// Hours that a stream keeps a record. Source: the same.
    public static let streamHours = 24.0
    /// Sends to a FIFO queue a second, each of one message or of up to ten: as a whole, and where it is limited by message group.
    /// Source: SQS's developer guide, on message quotas.
    public static let fifoSendsPerSecond = 300
    public static let fifoHighThroughputSendsPerSecond = 70_000
}
