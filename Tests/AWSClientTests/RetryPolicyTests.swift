import Testing

@testable import AWSClient

struct RetryPolicyTests {
    private let busy = AWSError(code: "x", message: "", status: 503)

    @Test func waitsGrowFromASecondToTwentyByTheirShare() {
        let policy = RetryPolicy(attemptsMax: 100)
        let waits = (1...7).map { policy.wait(after: busy, attempts: $0, random: 0.5) }
        #expect(waits == [0.5, 1, 2, 4, 8, 16, 20].map { .seconds($0) })
        #expect(policy.wait(after: busy, attempts: 99, random: 0.999) == .seconds(20))
        #expect(policy.wait(after: busy, attempts: 1, random: 0) == .zero)
    }

    @Test func theLastAttemptIsTheLast() {
        let policy = RetryPolicy(attemptsMax: 3)
        #expect(policy.wait(after: busy, attempts: 2, random: 0) != nil)
        #expect(policy.wait(after: busy, attempts: 3, random: 0) == nil)
        #expect(RetryPolicy(attemptsMax: 1).wait(after: busy, attempts: 1, random: 0) == nil)
    }

    @Test func whatMayPassIsTriedAgain() {
        for status in [500, 502, 503, 504, 429] {
            #expect(RetryPolicy.isRetryable(.init(code: "x", message: "", status: status)), "\(status)")
        }
        for status in [400, 401, 403, 404, 409, 413, 501] {
            #expect(!RetryPolicy.isRetryable(.init(code: "x", message: "", status: status)), "\(status)")
        }
        #expect(RetryPolicy.isRetryable(.init(code: .connection, message: "")))
        #expect(!RetryPolicy.isRetryable(.init(code: .configuration, message: "")))
        #expect(
            RetryPolicy.isRetryable(
                .init(code: "ProvisionedThroughputExceededException", message: "", status: 400)))
    }

    @Test func retriesAreBoughtAndEarned() {
        var quota = RetryQuota()
        var bought = 0
        while quota.spend() { bought += 1 }
        #expect(bought == 100)
        quota.earn(retries: 1)
        let afterRetry = quota.spend()
        #expect(afterRetry)
        for _ in 0..<4 { quota.earn(retries: 0) }
        let afterFour = quota.spend()
        #expect(!afterFour)
        for _ in 0..<2_000 { quota.earn(retries: 0) }
        #expect(quota.available == RetryQuota.capacity)
    }
}
