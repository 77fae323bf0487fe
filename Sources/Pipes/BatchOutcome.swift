/// How one invocation of a target ended.
public enum BatchOutcome: Sendable, Hashable {
    /// Every record was handled.
    case succeeded
    /// The target answered and named the records that failed, by event id or by sequence number.
    case partlyFailed(identifiers: [String])
    /// The target raised an error, timed out, died, or gave an answer that fails the whole batch.
    case failed(reason: String)
    /// The target never got the batch: it was throttled or could not be started. Costs no attempt (EventBridge's user guide,
    /// on errors).
    case notReached(reason: String)

    /// Reads a target's answer. By EventBridge's user guide, an empty or null answer, `{}`, and an empty or null
    /// `batchItemFailures` are success; an identifier that is empty, null or misspelt fails the whole batch.
    public init(answer: PartialBatchAnswer) {
        switch answer {
        case .allHandled: self = .succeeded
        case .failures(let identifiers): self = .partlyFailed(identifiers: identifiers)
        case .malformed(let reason): self = .failed(reason: reason)
        }
    }
}
