/// An EventBridge pipe of the stack, from a table's stream to a function or a queue: `AWS::Pipes::Pipe`.
public struct PipeResource: Sendable, Hashable {
    public enum StartingPosition: String, Sendable, Hashable {
        case trimHorizon = "TRIM_HORIZON"
        case latest = "LATEST"
    }

    public enum InvocationType: String, Sendable, Hashable {
        /// The pipe waits for the answer; failures are retried and dead-lettered.
        case requestResponse = "REQUEST_RESPONSE"
        /// The pipe hands the batch over and sees nothing of what becomes of it.
        case fireAndForget = "FIRE_AND_FORGET"
    }

    /// What the pipe leads to.
    public enum TargetKind: Sendable, Hashable {
        case function(InvocationType)
        /// A standard queue.
        case queue
    }

    /// One pattern of the filter, as text; a record passes when any of them matches.
    public struct Pattern: Sendable, Hashable {
        /// JSON, at most 4,096 characters.
        public var text: String
        /// Line of the template where the pattern begins.
        public var line: Int?

        public init(text: String, line: Int? = nil) {
            self.text = text
            self.line = line
        }
    }

    /// What becomes of each record before it is sent, as text.
    public struct InputTemplate: Sendable, Hashable {
        /// 1 to 8,192 characters.
        public var text: String
        /// Line of the template where it begins.
        public var line: Int?

        public init(text: String, line: Int? = nil) {
            self.text = text
            self.line = line
        }
    }

    public var logicalID: String
    public var name: String
    /// Line of the template where the resource begins.
    public var line: Int
    public var arn: String
    /// The stream's stand-in name, ending in `/stream/LATEST`.
    public var sourceStreamARN: String
    public var sourceTableLogicalID: String
    /// 0 to 5; none lets every record pass.
    public var patterns: [Pattern]
    /// 1 to 10,000; 10 at most for a queue.
    public var batchSize: Int
    /// 0 to 300; 0 sends as soon as there is something.
    public var maximumBatchingWindowSeconds: Int
    /// 1 to 10 batches of one shard at a time.
    public var parallelizationFactor: Int
    public var startingPosition: StartingPosition
    /// 0 to 10,000; -1 retries until the record leaves the stream.
    public var maximumRetryAttempts: Int
    /// 0 to 604,800; -1 keeps trying whatever the age.
    public var maximumRecordAgeSeconds: Int
    /// Whether a failed batch is cut in two.
    public var bisectsOnPartialFailure: Bool
    /// nil drops what fails for good.
    public var deadLetterQueueARN: String?
    /// A function of the stack that makes of a batch the one for the target; nil sends the records themselves.
    public var enrichmentFunctionARN: String?
    public var enrichmentTemplate: InputTemplate?
    /// A function or a queue of the stack.
    public var targetARN: String
    public var target: TargetKind
    public var targetTemplate: InputTemplate?
    /// Whether the pipe starts by itself: DesiredState.
    public var isRunning: Bool
    public var roleARN: String
    /// nil logs no executions.
    public var logConfiguration: LogConfiguration?
    /// At most 512 characters on AWS; nil for none.
    public var description: String?
    /// Taken, and without effect.
    public var kmsKeyIdentifier: String?
    /// All that was given.
    public var properties: PipeProperties
}

extension PipeResource {
    /// At most 50.
    public var tags: [String: String] { properties.tags }
}
