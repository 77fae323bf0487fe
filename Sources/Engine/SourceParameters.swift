import Stacks

/// What a pipe takes from its stream, as the Pipes API spells it.
private struct SourceParameters: PipeParameters {
    struct Stream: Encodable {
        struct DeadLetterConfig: Encodable { let Arn: String }
        let BatchSize: Int
        let DeadLetterConfig: DeadLetterConfig?
        let MaximumBatchingWindowInSeconds: Int
        let MaximumRecordAgeInSeconds: Int
        let MaximumRetryAttempts: Int
        let OnPartialBatchItemFailure: String?
        let ParallelizationFactor: Int
        let StartingPosition: String
    }
    struct FilterCriteria: Encodable {
        struct Filter: Encodable { let Pattern: String }
        let Filters: [Filter]
    }

    let DynamoDBStreamParameters: Stream
    let FilterCriteria: FilterCriteria?
}

extension PipeResource {
    /// JSON of `SourceParameters`.
    var sourceParametersJSON: [UInt8] {
        SourceParameters(
            DynamoDBStreamParameters: .init(
                BatchSize: batchSize, DeadLetterConfig: deadLetterQueueARN.map { .init(Arn: $0) },
                MaximumBatchingWindowInSeconds: maximumBatchingWindowSeconds,
                MaximumRecordAgeInSeconds: maximumRecordAgeSeconds, MaximumRetryAttempts: maximumRetryAttempts,
                OnPartialBatchItemFailure: bisectsOnPartialFailure ? "AUTOMATIC_BISECT" : nil,
                ParallelizationFactor: parallelizationFactor, StartingPosition: startingPosition.rawValue),
            FilterCriteria: patterns.isEmpty ? nil : .init(Filters: patterns.map { .init(Pattern: $0.text) })
        ).json
    }
}
