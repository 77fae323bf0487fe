import Orders
import Testing

@Suite struct OrderStatusTests {
    /// Every pair, so that a new move cannot slip in unnoticed.
    @Test func allMoves() {
        let allowed: Set<[OrderStatus]> = [
            [.created, .pending], [.created, .cancelled], [.pending, .shipped], [.pending, .cancelled],
            [.shipped, .delivered], [.shipped, .cancelled], [.delivered, .returned], [.returned, .refunded],
            [.cancelled, .refunded],
        ]
        for from in OrderStatus.allCases {
            for to in OrderStatus.allCases { #expect(from.canMove(to: to) == allowed.contains([from, to])) }
        }
    }

    @Test func everyStateIsReachableAndEndsInRefunded() {
        var reached: Set<OrderStatus> = [.created]
        for _ in OrderStatus.allCases { reached.formUnion(reached.flatMap(\.moves)) }
        #expect(reached == Set(OrderStatus.allCases))
        #expect(OrderStatus.allCases.filter(\.moves.isEmpty) == [.refunded])
    }
}
