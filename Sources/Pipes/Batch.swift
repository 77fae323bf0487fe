import Clocks

/// Records that go to the target in one invocation, in stream order.
struct Batch: Sendable, Hashable {
    var records: [SourceRecord]
    /// Attempts that count against MaximumRetryAttempts and have failed.
    var failedAttempts = 0
    /// Tries in a row that never reached the target; they cost no attempt but lengthen the wait.
    var missedTries = 0
    /// Whether any of its records has been sent before.
    var isRetry = false
    /// When it may be sent.
    var notBefore: Timestamp?
}

/// Why records are given up.
public enum DeadLetterCondition: String, Sendable {
    case retryAttemptsExhausted = "RetryAttemptsExhausted"
    case recordAgeExceeded = "RecordAgeExceeded"
}
