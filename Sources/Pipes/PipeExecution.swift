/// One execution that is over: a batch's way to the target, as far as it came. A retry is another one.
public struct PipeExecution: Sendable, Hashable {
    /// What became of the execution or of one of its stages.
    public enum Ending: Sendable, Hashable {
        case succeeded, partlyFailed, failed
        /// The function or queue was not reached; costs no attempt (EventBridge's user guide, on errors).
        case throttled
    }

    public struct Stage: Sendable, Hashable {
        public var duration: Duration
        public var ending: Ending
    }

    /// Records of the batch.
    public let eventCount: Int
    /// The size of their JSON array, before enrichment and templates.
    public let payloadBytes: Int
    public internal(set) var duration = Duration.zero
    public internal(set) var ending = Ending.succeeded
    /// Nil when the pipe has no enrichment.
    public internal(set) var enrichment: Stage?
    /// Nil when the batch did not come to it.
    public internal(set) var target: Stage?
    /// Whether the enrichment left nothing for the target.
    public internal(set) var isTargetSkipped = false

    init(_ batch: TargetBatch) {
        eventCount = batch.elements.count
        payloadBytes = batch.payloadCount
    }
}

extension PipeExecution.Ending {
    init(_ outcome: BatchOutcome) {
        switch outcome {
        case .succeeded: self = .succeeded
        case .partlyFailed: self = .partlyFailed
        case .failed: self = .failed
        case .notReached: self = .throttled
        }
    }
}

/// Hears of each execution's beginning and end, for metrics. Called from many tasks; must not wait.
public protocol ExecutionObserver: Sendable {
    func began()
    func ended(_ execution: PipeExecution)
}
