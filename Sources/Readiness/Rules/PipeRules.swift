import Stacks

/// How pipes read, deliver, retry and give up.
enum PipeRules {
    static let all = [
        noDeadLetterQueue, retriesUnbounded, noRetries, recordAgeUnbounded, recordAgeTooLong, noBisect, fireAndForget,
        startsAtLatest, tooManyReaders, batchExceedsPayload, longBatchingWindow, stopped,
    ]

    /// The oldest that a record may get before a pipe gives it up, in seconds: half of the 24 hours that a stream keeps
    /// it. A dead letter only points to the record, and the other half is the time to read it (EventBridge's user guide, on errors
    /// of pipes).
    static let recordAgeSecondsMax = 43_200
    /// Longest window that is no finding, in seconds.
    static let batchingWindowSecondsMax = 60
    /// Most pipes that may read a stream without being throttled. Source: DynamoDB's developer guide, on Streams.
    static let readersMax = 2

    private static let stream = "SourceParameters.DynamoDBStreamParameters"

    static let noDeadLetterQueue = Check(
        Rule(
            "pipe-no-dead-letter-queue", .error, title: "A pipe without a dead-letter queue",
            summary: "Every pipe names a queue for the batches that it gives up.")
    ) { review in
        review.stack.pipes.filter { $0.deadLetterQueueARN == nil }.map { pipe in
            review.problem(
                pipe.logicalID,
                "A batch that fails for good is dropped, and nothing tells which records were in it.",
                repair: "Set \(stream).DeadLetterConfig.Arn to the ARN of a standard queue.")
        }
    }

    static let retriesUnbounded = Check(
        Rule(
            "pipe-retries-unbounded", .error, title: "Retries without an end",
            summary: "A pipe gives a batch up after a number of attempts, or at an age that its stream reaches.")
    ) { review in
        review.stack.pipes.filter { $0.maximumRetryAttempts == -1 && !$0.givesUpByAge }.map { pipe in
            review.problem(
                pipe.logicalID, at: "\(stream).MaximumRetryAttempts",
                "One record that always fails blocks its shard for 24 hours, until the stream drops it and records"
                    + " behind it.",
                repair: "Set \(stream).MaximumRetryAttempts to a small number such as 3.")
        }
    }

    static let noRetries = Check(
        Rule(
            "pipe-no-retries", .warning, title: "A batch that is given up at once",
            summary: "A pipe tries a batch again before it gives it up.")
    ) { review in
        review.stack.pipes.filter { $0.maximumRetryAttempts == 0 }.map { pipe in
            review.problem(
                pipe.logicalID, at: "\(stream).MaximumRetryAttempts",
                "One throttled call, lost connection or time-out makes good records dead letters.",
                repair: "Set \(stream).MaximumRetryAttempts to a small number such as 3.")
        }
    }

    static let recordAgeUnbounded = Check(
        Rule(
            "pipe-record-age-unbounded", .warning, title: "No greatest age of a record",
            summary: "A pipe sets MaximumRecordAgeInSeconds.")
    ) { review in
        review.stack.pipes.filter { $0.maximumRecordAgeSeconds == -1 && $0.maximumRetryAttempts != -1 }.map { pipe in
            review.problem(
                pipe.logicalID, at: "\(stream).MaximumRecordAgeInSeconds",
                "Failures inside the pipe count as no attempt and are retried until the stream drops the record, so"
                    + " that no dead letter can lead to it in time.",
                repair: "Set \(stream).MaximumRecordAgeInSeconds well below the stream's 24 hours, such as 14400.")
        }
    }

    static let recordAgeTooLong = Check(
        Rule(
            "pipe-record-age-too-long", .warning, title: "A greatest age near the stream's 24 hours",
            summary: "MaximumRecordAgeInSeconds leaves at least half of the stream's 24 hours to read a record again.")
    ) { review in
        review.stack.pipes.filter { $0.maximumRecordAgeSeconds > recordAgeSecondsMax }.map { pipe in
            review.problem(
                pipe.logicalID, at: "\(stream).MaximumRecordAgeInSeconds",
                "A dead letter holds no record, only its place in the stream, and at this age the record is gone before"
                    + " anybody has looked.",
                repair: "Set \(stream).MaximumRecordAgeInSeconds to \(recordAgeSecondsMax) at most.")
        }
    }

    static let noBisect = Check(
        Rule(
            "pipe-no-bisect", .warning, title: "A failed batch is not halved",
            summary: "A pipe that sends a function batches halves those that fail.")
    ) { review in
        review.stack.pipes.filter {
            $0.target == .function(.requestResponse) && $0.batchSize > 1 && !$0.bisectsOnPartialFailure
        }.map { pipe in
            review.problem(
                pipe.logicalID, at: "\(stream).BatchSize",
                "When the function throws or times out, the good records of the batch are tried again, and given up,"
                    + " with the bad one.",
                repair: "Set \(stream).OnPartialBatchItemFailure to AUTOMATIC_BISECT.")
        }
    }

    static let fireAndForget = Check(
        Rule(
            "pipe-fire-and-forget", .error, title: "A function whose failures the pipe does not see",
            summary: "A pipe waits for its function's answer.")
    ) { review in
        review.stack.pipes.filter { $0.target == .function(.fireAndForget) }.map { pipe in
            review.problem(
                pipe.logicalID, at: "TargetParameters.LambdaFunctionParameters.InvocationType",
                "The pipe counts a batch as done when Lambda has taken it: a function that fails leads to no retry"
                    + " and no dead letter of the pipe, and batches overtake each other.",
                repair: "Set TargetParameters.LambdaFunctionParameters.InvocationType to REQUEST_RESPONSE.")
        }
    }

    static let startsAtLatest = Check(
        Rule(
            "pipe-starts-at-latest", .warning, title: "A pipe that starts at the end of the stream",
            summary: "A pipe starts at the oldest record.")
    ) { review in
        review.stack.pipes.filter { $0.startingPosition == .latest }.map { pipe in
            review.problem(
                pipe.logicalID, at: "\(stream).StartingPosition",
                "What is written in the minutes while the pipe is created or updated is skipped without a trace.",
                repair: "Set \(stream).StartingPosition to TRIM_HORIZON.")
        }
    }

    static let tooManyReaders = Check(
        Rule(
            "stream-too-many-readers", .warning, title: "More than two readers of a stream",
            summary: "At most two pipes read a table's stream.")
    ) { review in
        review.stack.tables.flatMap { table in
            review.pipes(from: table).dropFirst(readersMax).map { pipe in
                review.problem(
                    pipe.logicalID, at: "Source",
                    "DynamoDB throttles the readers of a stream that are more than two, and all pipes of"
                        + " \(table.logicalID) fall behind.",
                    repair:
                        "Let one pipe take the records of several, with more Filters, or have its target pass them on.")
            }
        }
    }

    static let batchExceedsPayload = Check(
        Rule(
            "pipe-batch-exceeds-payload", .note, title: "A batch that may be larger than a call",
            summary: "BatchSize times the largest record of the stream is no more than the target takes.")
    ) { review in
        review.stack.pipes.compactMap { pipe in
            guard let limit = PayloadLimit(of: pipe) else { return nil }
            let largest = pipe.batchSize * review.table(of: pipe).recordSizeBytesMax
            guard largest > limit.sizeBytes else { return nil }
            return review.problem(
                pipe.logicalID, at: "\(stream).BatchSize",
                "Records may have \(review.table(of: pipe).recordSizeBytesMax / 1_024) KB and \(limit.name) takes"
                    + " \(limit.sizeBytes / 1_048_576) MB, so a batch of large ones ends before it has"
                    + " \(pipe.batchSize), and more calls are made and paid for.",
                repair:
                    "Set \(stream).BatchSize to \(limit.batchSizeMax(review.table(of: pipe))), or ignore this where"
                    + " items stay"
                    + " small.")
        }
    }

    static let longBatchingWindow = Check(
        Rule(
            "pipe-long-batching-window", .note, title: "A long batching window",
            summary: "A pipe waits for a batch to fill for a minute at most.")
    ) { review in
        review.stack.pipes.filter { $0.maximumBatchingWindowSeconds > batchingWindowSecondsMax }.map { pipe in
            review.problem(
                pipe.logicalID, at: "\(stream).MaximumBatchingWindowInSeconds",
                "While there is little to do, each record waits up to \(pipe.maximumBatchingWindowSeconds) seconds"
                    + " before the target sees it, and alarms on age must allow for that.",
                repair: "Set \(stream).MaximumBatchingWindowInSeconds to what a record may wait, or leave it out.")
        }
    }

    static let stopped = Check(
        Rule(
            "pipe-stopped", .warning, title: "A pipe that is stopped", summary: "A pipe runs once it is deployed.")
    ) { review in
        review.stack.pipes.filter { !$0.isRunning }.map { pipe in
            review.problem(
                pipe.logicalID, at: "DesiredState",
                "Nothing reads the stream for this pipe, and what waits for more than 24 hours is lost.",
                repair: "Set DesiredState to RUNNING, or leave it out.")
        }
    }
}

extension PipeResource {
    /// Whether records get too old for the pipe before they are too old for the stream.
    fileprivate var givesUpByAge: Bool { (0..<TableResource.streamRetentionSeconds).contains(maximumRecordAgeSeconds) }
}

/// The most that a pipe can hand over in one piece. Source: EventBridge's user guide and Lambda's developer guide, on quotas.
private struct PayloadLimit {
    let name: String
    let sizeBytes: Int

    /// - Returns: nil where a template makes something of other size of the records.
    init?(of pipe: PipeResource) {
        if pipe.enrichmentFunctionARN != nil {
            guard pipe.enrichmentTemplate == nil else { return nil }
            (name, sizeBytes) = ("a pipe", 6 * 1_048_576)
            return
        }
        guard pipe.targetTemplate == nil else { return nil }
        switch pipe.target {
        case .function(.requestResponse): (name, sizeBytes) = ("a call of a function", 6 * 1_048_576)
        case .function(.fireAndForget): (name, sizeBytes) = ("an asynchronous call of a function", 1_048_576)
        case .queue: (name, sizeBytes) = ("a queue", 1_048_576)
        }
    }

    func batchSizeMax(_ table: TableResource) -> Int { max(1, sizeBytes / table.recordSizeBytesMax) }
}

extension TableResource {
    /// How long a stream keeps a record. Source: DynamoDB's developer guide, on Streams.
    static let streamRetentionSeconds = 86_400
    /// Largest item (DynamoDB, quotas).
    private static let itemSizeBytesMax = 409_600
    /// Largest keys: a HASH value of 2,048 bytes and a RANGE value of 1,024 (DynamoDB, quotas).
    private static let keysSizeBytesMax = 3_072

    /// Most bytes of what a record of the stream holds, by its view type.
    fileprivate var recordSizeBytesMax: Int {
        switch streamViewType {
        case "KEYS_ONLY": Self.keysSizeBytesMax
        case "NEW_AND_OLD_IMAGES": 2 * Self.itemSizeBytesMax
        default: Self.itemSizeBytesMax
        }
    }
}
