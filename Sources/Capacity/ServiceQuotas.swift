/// What AWS allows an account, by default and in us-east-1.
public enum ServiceQuotas {
    /// Environments of all functions together. Facts 4.1. On request more.
    public static let functionConcurrency = 1_000
    /// Calls of functions a second for each of these. Facts 4.1.
    public static let callsPerSecondOfConcurrency = 10
    /// Of these, how many must stay unreserved. Facts 4.1.
    public static let unreservedConcurrency = 100
    /// Executions of all pipes together. Facts 1.5; 1,000 outside us-east-1, us-west-2 and eu-west-1. On request more.
    public static let pipeExecutions = 3_000
    /// Batches of a shard side by side. Facts 1.3.
    public static let parallelizationFactorMax = 10
    /// Records of a batch. Facts 1.3.
    public static let batchSizeMax = 10_000
    /// Longest execution of a pipe. Facts 1.4.
    public static let executionMillisecondsMax = 300_000.0
    /// Write units a second of a table on demand. Source: DynamoDB's developer guide, on quotas. On request more.
    public static let tableWriteUnitsPerSecond = 40_000
    /// Records that an answer of GetRecords may hold, and bytes. Facts 3.4.
    public static let streamRecordsMax = 1_000
    public static let streamBytesMax = 1_048_576
    /// Readers of a shard. Facts 3.3.
    public static let streamReadersMax = 2
    /// Hours that a stream keeps a record. Facts 1.3.
    public static let streamHours = 24.0
    /// Sends to a FIFO queue a second, each of one message or of up to ten: as a whole, and where it is limited by message group.
    /// Source: SQS's developer guide, on message quotas.
    public static let fifoSendsPerSecond = 300
    public static let fifoHighThroughputSendsPerSecond = 70_000
}
