import Clocks
import Testing

@testable import AccessKeys

struct LockoutTests {
    private var lockout = Lockout()
    private var now = Timestamp(seconds: 1_000)

    private mutating func fail(_ count: Int, id: String = "A", address: String = "1.1.1.1") {
        for _ in 0..<count { lockout.failed(id: id, address: address, now: now) }
    }

    private func wait(id: String = "A", address: String = "1.1.1.1") -> Duration? {
        lockout.wait(id: id, address: address, now: now)
    }

    @Test mutating func theTenthFailureWithinAMinuteHoldsUp() {
        fail(9)
        #expect(wait() == nil)
        fail(1)
        #expect(wait() == .seconds(1))
        #expect(wait(id: "B") == .seconds(1))
        now = now + .milliseconds(400)
        #expect(wait() == .milliseconds(600))
        now = now + .milliseconds(600)
        #expect(wait() == nil)
    }

    @Test mutating func eachFurtherFailureDoublesTheWaitUpToAMinute() {
        fail(10)
        for seconds in [2, 4, 8, 16, 32, 60, 60] {
            now = now + (wait() ?? .zero)
            fail(1)
            #expect(wait() == .seconds(seconds))
        }
    }

    @Test mutating func aMinuteWithoutFailuresForgetsThem() {
        fail(10)
        now = now + .seconds(61)
        fail(9)
        #expect(wait() == nil)
        fail(1)
        #expect(wait() == .seconds(1))
    }

    @Test mutating func slowFailuresAreNoAttack() {
        for _ in 0..<100 {
            fail(1)
            now = now + .seconds(7)
            #expect(wait() == nil)
        }
    }

    @Test mutating func aGoodSignatureOfAnotherAddressIsNotHeldUp() {
        fail(10)
        #expect(wait(address: "2.2.2.2") == nil)
    }

    @Test mutating func aKeyTriedFromManyAddressesHoldsUpThoseThatHaveFailed() {
        for number in 0..<10 { lockout.failed(id: "A", address: "10.0.0.\(number)", now: now) }
        #expect(wait(address: "10.0.0.3") == .seconds(1))
        #expect(wait(id: "B", address: "10.0.0.3") == nil)
        #expect(wait(address: "10.0.0.99") == nil)
    }

    @Test mutating func whoHasSignedRightlyGoesOnBesideWhoGuesses() {
        lockout.succeeded(id: "A", address: "1.1.1.1", now: now)
        fail(20, id: "B")
        #expect(wait(id: "B") != nil && wait(id: "C") != nil)
        #expect(wait() == nil)
    }

    /// An id is no secret: who knows it, at the same address, must not keep its owner out.
    @Test mutating func whoHasSignedRightlyGoesOnAlsoBesideWhoGuessesWithItsID() {
        lockout.succeeded(id: "A", address: "1.1.1.1", now: now)
        fail(20)
        #expect(wait(id: "B") != nil)
        #expect(wait() == nil)
        for _ in 0..<9 { lockout.failed(id: "A", address: "2.2.2.2", now: now) }
        #expect(wait(address: "2.2.2.2") != nil)
        #expect(wait() == nil)
    }

    @Test mutating func aClockThatIsSetBackHoldsNobodyUp() {
        fail(20)
        now = now - .seconds(10)
        #expect(wait() == nil)
    }

    @Test mutating func theTablesAreBounded() {
        fail(10, id: "first", address: "first")
        now = now + .milliseconds(1)
        for number in 0..<5_000 {
            lockout.failed(id: "id-\(number)", address: "address-\(number)", now: now)
            lockout.succeeded(id: "good-\(number)", address: "address", now: now)
        }
        let mirror = Mirror(reflecting: lockout).children
        for name in ["addresses", "ids", "proven"] {
            let table = mirror.first { $0.label == name }.map { Mirror(reflecting: $0.value).children.count }
            #expect(table == Lockout.entriesMax, "\(name)")
        }
        #expect(wait(id: "first", address: "first") == nil)
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"), ("::1", "::1"), ("fe80::1%eth0", "fe80:0:0:0::/64"), ("", ""),
    ]) func oneCustomerIsOneOrigin(_ address: String, _ origin: String) {
        #expect(Lockout.origin(address) == origin)
    }

    @Test func refusalsAreWrittenDownAtABoundedRate() {
        var limit = RefusalLimit()
        var now = Timestamp(seconds: 1_000)
        for _ in 0..<RefusalLimit.burst { #expect(limit.take(now) == 0) }
        for _ in 0..<7 { #expect(limit.take(now) == nil) }
        now = now + .milliseconds(999)
        #expect(limit.take(now) == nil)
        now = now + .milliseconds(1)
        #expect(limit.take(now) == 8)
        #expect(limit.take(now) == nil)
        now = now + .seconds(3_600)
        #expect(limit.take(now) == 1)
        for _ in 1..<RefusalLimit.burst { #expect(limit.take(now) == 0) }
        #expect(limit.take(now) == nil)
        // A clock that is set back starts anew.
        now = now - .seconds(3_600)
        #expect(limit.take(now) == nil)
        now = now + .seconds(1)
        #expect(limit.take(now) == 2)
    }
}
