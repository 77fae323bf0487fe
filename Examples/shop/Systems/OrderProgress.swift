import AWSClient
import Items
import OrderFunctions
import Orders

/// Takes the steps that an order is due for, whoever has made it so.
struct OrderProgress: Sendable {
    /// Most times that an order is looked at again because it has moved meanwhile. It has fewer moves than this.
    private static let looksMax = 10

    let book: OrderBook
    let sink: QueueSink
    /// Milliseconds since 1970.
    let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - order: as it was just seen; nil to look.
    ///   - cause: the message that was handled.
    /// - Throws: `AWSError`, after which the message comes again and the rest is done then.
    func advance(_ order: Order?, _ cause: OrderReference) async throws {
        var seen = order
        for _ in 0..<Self.looksMax {
            let order: Order
            if let seen {
                order = seen
            } else {
                guard let found = try await book.order(cause) else { return }
                order = found
            }
            guard let step = order.dueSteps.first else { return }
            switch step {
            case .pack:
                seen = try await book.change(
                    cause, to: [Order.AttributeName.fulfillmentState: .string(FulfillmentState.packed.rawValue)],
                    if: OrderBook.status(.pending), OrderBook.payment(.authorised), OrderBook.fulfillment(.reserved))
            case .ship:
                seen = try await book.change(
                    cause,
                    to: [
                        Order.AttributeName.status: .string(OrderStatus.shipped.rawValue),
                        Order.AttributeName.shippedAt: .number(Number(now())),
                    ], if: OrderBook.status(.pending), OrderBook.fulfillment(.packed))
            case .deliver:
                seen = try await book.change(
                    cause,
                    to: [
                        Order.AttributeName.status: .string(OrderStatus.delivered.rawValue),
                        Order.AttributeName.fulfillmentState: .string(FulfillmentState.delivered.rawValue),
                    ], if: OrderBook.status(.shipped), OrderBook.payment(.captured), OrderBook.fulfillment(.handedOver))
            case .voidPayment, .refundPayment, .releaseGoods:
                try await tell(order.dueSteps.compactMap { undoing($0, of: order, cause) })
                return
            }
        }
    }

    /// Tells the other systems.
    /// - Throws: the first reason why a message was not taken.
    func tell(_ messages: [SystemMessage]) async throws {
        for message in messages {
            let routing = Routing(message.order, messages: [message])
            if let error = await sink.send([routing])[0] { throw error }
        }
    }

    /// Goods on the shelf are inventory's; a parcel must be called back first.
    private func undoing(_ step: OrderStep, of order: Order, _ cause: OrderReference) -> SystemMessage? {
        switch step {
        case .voidPayment: .payment(PaymentMessage(.void, order, eventId: cause.eventId))
        case .refundPayment: .payment(PaymentMessage(.refund, order, eventId: cause.eventId))
        case .releaseGoods where order.fulfillmentState == .reserved:
            .inventory(InventoryMessage(.release, order, eventId: cause.eventId))
        case .releaseGoods: .fulfillment(FulfillmentMessage(.cancel, order, eventId: cause.eventId))
        case .pack, .ship, .deliver: nil
        }
    }
}
