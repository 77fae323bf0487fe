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

    /// The JSON array that the target receives: the records' own bytes between brackets (facts 1.7).
    var payload: [UInt8] { Self.payload(records.map(\.json)) }

    static func payload(_ records: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(records.reduce(2) { $0 + $1.count + 1 })
        bytes.append(UInt8(ascii: "["))
        for (index, record) in records.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: record)
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }
}

/// Why records are given up.
public enum DeadLetterCondition: String, Sendable {
    case retryAttemptsExhausted = "RetryAttemptsExhausted"
    case recordAgeExceeded = "RecordAgeExceeded"
}
