import Testing

@testable import Orders

@Suite struct ChosenFailuresTests {
    private let orders = (0..<10_000).map { "CD-\($0)" }

    @Test(arguments: [("0.1", 0.1), ("0", 0), ("1", 1)])
    func environment(_ text: String, _ rate: Double) {
        #expect(ChosenFailures(environment: ["SLUICE_FAIL_RATE": text])?.rate == rate)
    }

    @Test(arguments: ["", "x", "-0.1", "1.01", "nan"])
    func refused(_ text: String) { #expect(ChosenFailures(environment: ["SLUICE_FAIL_RATE": text]) == nil) }

    @Test func absent() { #expect(ChosenFailures(environment: [:]) == nil) }

    /// Bounds are five standard deviations of the binomial distribution, so the fixed ids either pass for good or not.
    @Test func sharesAreAsPromised() {
        let failures = ChosenFailures(rate: 0.2)
        var (always, sometimes, failedFirst) = (0, 0, 0)
        for order in orders {
            let attempts = (0..<20).map { failures.fails(orderId: order, requestId: "r\($0)") }
            guard attempts.contains(true) else { continue }
            if attempts.allSatisfy(\.self) { always += 1 } else { sometimes += 1 }
            if attempts[0] { failedFirst += 1 }
        }
        #expect(abs(always - 1_000) < 150)
        #expect(abs(sometimes - 1_000) < 150)
        #expect(abs(failedFirst - 1_500) < 180)
    }

    @Test func ratesZeroAndOne() {
        let never = ChosenFailures(rate: 0)
        let chosen = ChosenFailures(rate: 1)
        #expect(!orders.contains { never.fails(orderId: $0, requestId: "r") })
        #expect(orders.allSatisfy { order in (0..<64).contains { chosen.fails(orderId: order, requestId: "\($0)") } })
    }

    /// A larger rate only adds orders, so that two runs of a demo can be compared.
    @Test func choicesNest() {
        let (few, many) = (ChosenFailures(rate: 0.05), ChosenFailures(rate: 0.3))
        for order in orders where few.fails(orderId: order, requestId: "r") {
            #expect(many.fails(orderId: order, requestId: "r"))
        }
    }

    /// Known answers: the same orders fail in each release.
    @Test func hashIsStable() {
        #expect(StableHash.hash("o-1") == StableHash.hash("o-1"))
        #expect(StableHash.hash("o-1") != StableHash.hash("o-2"))
        #expect(StableHash.hash("o-1") != StableHash.hash("o-1", seed: 1))
        #expect(StableHash.hash("") == 0xF52A_15E9_A9B5_E89B)
    }
}
