/// Which failed calls are tried again, and when: the "standard" mode of AWS's SDKs ("Retry behavior", SDKs and Tools
/// reference guide; the names of errors are those that botocore's standard mode knows).
struct RetryPolicy: Sendable {
    /// Longest wait before a retry.
    static let backoffMax = Duration.seconds(20)

    /// Answers that say "not now".
    private static let transientStatuses: Set<Int> = [500, 502, 503, 504]
    private static let transientCodes: Set<AWSError.Code> = [
        "RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete",
    ]
    /// Answers that say "not so fast".
    private static let throttlingCodes: Set<AWSError.Code> = [
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
        "TooManyRequestsException", "ProvisionedThroughputExceededException", "TransactionInProgressException",
        "RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException", "RequestThrottled", "SlowDown",
    ]

    var attemptsMax: Int

    static func isRetryable(_ error: AWSError) -> Bool {
        error.code == .connection || transientStatuses.contains(error.status) || error.status == 429
            || transientCodes.contains(error.code) || throttlingCodes.contains(error.code)
    }

    /// The wait before the next attempt; nil when there is to be none.
    ///
    /// - Parameters:
    ///   - attempts: how many have failed, at least 1.
    ///   - random: 0 to below 1. A share of a time that doubles from one second on, so that clients that failed together do
    ///     not come back together.
    func wait(after error: AWSError, attempts: Int, random: Double) -> Duration? {
        guard attempts < attemptsMax, Self.isRetryable(error) else { return nil }
        let limit = Duration.seconds(1 << min(attempts - 1, 10))
        return min(limit * random, Self.backoffMax)
    }
}

/// Retries that a client can pay for. When a service is down for all, retries only make it worse: they stop once a
/// hundred more have failed than succeeded.
struct RetryQuota: Sendable {
    static let capacity = 500
    static let cost = 5
    /// What a call that succeeded at once gives back.
    static let reward = 1

    private(set) var available = capacity

    /// False when there is not enough left.
    mutating func spend() -> Bool {
        guard available >= Self.cost else { return false }
        available -= Self.cost
        return true
    }

    mutating func earn(retries: Int) {
        available = min(Self.capacity, available + (retries > 0 ? Self.cost : Self.reward))
    }
}
