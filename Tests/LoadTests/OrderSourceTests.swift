import Load
import Orders
import Testing

@Suite struct OrderSourceTests {
    private static func writes(_ count: Int, updates: Double, distance: Int = 10, seed: UInt64 = 1) -> [OrderWrite] {
        var source = OrderSource(updates: updates, distance: distance, seed: seed)
        return (0..<count).map { _ in source.next() }
    }

    @Test func withoutUpdatesEachWriteMakesAnOrder() {
        #expect(Self.writes(3, updates: 0).map(\.order) == [0, 1, 2])
        #expect(Self.writes(1_000, updates: 0).allSatisfy { !$0.isUpdate })
    }

    @Test(arguments: [0.1, 0.3, 0.5])
    func theShareOfUpdatesIsTheOneAskedFor(share: Double) {
        let writes = Self.writes(20_000, updates: share)
        let updates = writes.count(where: \.isUpdate)
        #expect(abs(Double(updates) / 20_000 - share) < 0.015)
    }

    @Test func eachOrderIsUpdatedOnceAtMostAndLongAfterItWasMade() {
        let writes = Self.writes(2_000, updates: 0.5, distance: 50)
        var madeAt: [Int: Int] = [:]
        var updated: Set<Int> = []
        var made = 0
        for write in writes {
            if write.isUpdate {
                #expect(updated.insert(write.order).inserted)
                let before = madeAt[write.order]
                #expect(before.map { made - $0 >= 50 } == true, "so many orders came in between")
            } else {
                #expect(madeAt.updateValue(made, forKey: write.order) == nil)
                made += 1
            }
        }
        #expect(updated.count > 800)
    }

    @Test func aSeedGivesTheSameWritesAgain() {
        #expect(Self.writes(500, updates: 0.4, seed: 3) == Self.writes(500, updates: 0.4, seed: 3))
        #expect(Self.writes(500, updates: 0.4, seed: 3) != Self.writes(500, updates: 0.4, seed: 4))
    }

    @Test(arguments: [
        OrderShares(), OrderShares(premium: 0.05, small: 0.3, testAddresses: 0.1),
        OrderShares(premium: 1, small: 0, testAddresses: 0), OrderShares(premium: 0, small: 0, testAddresses: 1),
    ])
    func aCatalogueHasTheSharesExactly(shares: OrderShares) {
        let orders = shares.catalogue(seed: 5, timestamp: 1_700_000_000_000)
        let count = Double(orders.count)
        #expect(orders.count { $0.amountTier == .over1000 } == Int(shares.premium * count))
        #expect(orders.count { $0.amountTier == .upTo100 } == Int(shares.small * count))
        #expect(orders.count(where: \.isFromTestAddress) == Int(shares.testAddresses * count))
        #expect(orders.allSatisfy { $0.status == .pending && $0.timestamp == 1_700_000_000_000 })
    }

    @Test func aSeedGivesTheSameCatalogueAgain() {
        func catalogue(_ seed: UInt64) -> [Order] { OrderShares().catalogue(seed: seed, timestamp: 1) }
        #expect(catalogue(9) == catalogue(9))
        #expect(catalogue(9) != catalogue(10))
    }
}
