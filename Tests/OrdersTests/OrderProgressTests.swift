import Items
import Orders
import Testing

@Suite struct OrderProgressTests {
    /// Every pair, so that a new move cannot slip in unnoticed.
    @Test func paymentMoves() {
        let allowed: Set<[PaymentState?]> = [
            [nil, .authorised], [nil, .declined], [.authorised, .captured], [.authorised, .voided],
            [.authorised, .declined], [.captured, .refunded],
        ]
        for from in [nil] + PaymentState.allCases.map(Optional.some) {
            for to in PaymentState.allCases {
                #expect(PaymentState.canMove(from: from, to: to) == allowed.contains([from, to]))
            }
        }
    }

    @Test func fulfillmentMoves() {
        let allowed: Set<[FulfillmentState?]> = [
            [nil, .reserved], [nil, .outOfStock], [.reserved, .packed], [.reserved, .released], [.packed, .handedOver],
            [.packed, .released], [.handedOver, .delivered], [.handedOver, .released],
        ]
        for from in [nil] + FulfillmentState.allCases.map(Optional.some) {
            for to in FulfillmentState.allCases {
                #expect(FulfillmentState.canMove(from: from, to: to) == allowed.contains([from, to]))
            }
        }
    }

    private func steps(_ status: OrderStatus, _ payment: PaymentState?, _ goods: FulfillmentState?) -> [OrderStep] {
        var order = Samples.order(status)
        order.paymentState = payment
        order.fulfillmentState = goods
        return order.dueSteps
    }

    /// Whichever comes second, money or goods, finds the order ready.
    @Test func stepsNeedBoth() {
        #expect(steps(.pending, nil, nil) == [])
        #expect(steps(.pending, .authorised, nil) == [])
        #expect(steps(.pending, nil, .reserved) == [])
        #expect(steps(.pending, .authorised, .reserved) == [.pack])
        #expect(steps(.pending, .authorised, .packed) == [.ship])
        #expect(steps(.shipped, .authorised, .handedOver) == [])
        #expect(steps(.shipped, .captured, .packed) == [])
        #expect(steps(.shipped, .captured, .handedOver) == [.deliver])
        #expect(steps(.delivered, .captured, .delivered) == [])
    }

    @Test func aCancelledOrderGivesBackWhatItHolds() {
        #expect(steps(.cancelled, nil, nil) == [])
        #expect(steps(.cancelled, .declined, .reserved) == [.releaseGoods])
        #expect(steps(.cancelled, .authorised, .outOfStock) == [.voidPayment])
        #expect(steps(.cancelled, .authorised, .packed) == [.voidPayment, .releaseGoods])
        #expect(steps(.cancelled, .captured, .handedOver) == [.refundPayment, .releaseGoods])
        #expect(steps(.cancelled, .voided, .released) == [])
        #expect(steps(.refunded, .refunded, .released) == [])
        #expect(steps(.refunded, .refunded, .handedOver) == [.releaseGoods])
    }

    /// Small enough to look at all: nothing that has ended is due for anything.
    @Test func endsAreEnds() {
        for status in OrderStatus.allCases where ![.pending, .shipped, .cancelled, .refunded].contains(status) {
            for payment in [nil] + PaymentState.allCases.map(Optional.some) {
                for goods in [nil] + FulfillmentState.allCases.map(Optional.some) {
                    #expect(steps(status, payment, goods) == [])
                }
            }
        }
    }

    @Test func progressIsReadAndWritten() throws {
        var order = Samples.order(.shipped)
        order.paymentState = .captured
        order.fulfillmentState = .handedOver
        order.isPriority = true
        order.shippedAt = 1_700_000_000_999
        #expect(try Order(item: order.item) == order)
        for name in ["paymentState", "fulfillmentState"] {
            var item = order.item
            item[name] = .string("lost")
            #expect(throws: OrderError.self) { try Order(item: item) }
        }
        var item = order.item
        item["isPriority"] = .string("yes")
        #expect(throws: OrderError.self) { try Order(item: item) }
    }
}
