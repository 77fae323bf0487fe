import AWSClient
import Items
import Orders

/// Holds, takes and gives back money, at a provider that declines, keeps silent, and sometimes leaves open what has
/// happened. It is then asked again under the same idempotency key, which it decides once.
struct Payment: ShopSystem {
    let progress: OrderProgress
    let settings: ShopSettings

    let system = SystemMessage.System.payment

    func handle(_ message: PaymentMessage, attempt: Int) async throws -> Settlement {
        guard let order = try await progress.book.order(message.order) else { return .withoutEffect }
        let isUnderWay = order.status == .pending || order.status == .shipped
        switch (message.action, order.paymentState) {
        case (.authorise, nil) where isUnderWay: return try await authorise(message, attempt)
        case (.capture, .authorised) where order.status == .shipped: return try await capture(message, attempt)
        // The authorisation has not been decided: its message is on its way.
        case (.capture, nil) where order.status == .shipped: return .postponed
        case (.void, .authorised) where order.status == .cancelled:
            return try await move(message, from: .authorised, to: .voided, status: .cancelled)
        case (.refund, .captured) where order.status == .cancelled:
            return try await move(message, from: .captured, to: .refunded, status: .refunded)
        default:
            // A repeat, or an order that was cancelled meanwhile; what is due for it is done all the same.
            if message.action == .authorise || message.action == .capture {
                try await progress.advance(order, message.order)
            }
            return .withoutEffect
        }
    }

    private func authorise(_ message: PaymentMessage, _ attempt: Int) async throws -> Settlement {
        switch ask(message, attempt) {
        case .approved:
            return try await settle(
                message, to: [state(.authorised)], if: OrderBook.status(.pending, .shipped), OrderBook.payment(nil))
        case .declined:
            return try await settle(
                message, to: [state(.declined), cancelled], if: OrderBook.status(.pending, .shipped),
                OrderBook.payment(nil))
        case .timedOut, .unknown: return .postponed
        }
    }

    private func capture(_ message: PaymentMessage, _ attempt: Int) async throws -> Settlement {
        switch ask(message, attempt) {
        case .approved:
            return try await settle(
                message, to: [state(.captured)], if: OrderBook.status(.shipped), OrderBook.payment(.authorised))
        case .declined:
            return try await settle(
                message, to: [state(.declined), cancelled], if: OrderBook.status(.shipped),
                OrderBook.payment(.authorised))
        case .timedOut, .unknown: return .postponed
        }
    }

    private func move(
        _ message: PaymentMessage, from: PaymentState, to: PaymentState, status: OrderStatus
    ) async throws -> Settlement {
        let order = try await progress.book.change(
            message.order,
            to: [
                Order.AttributeName.paymentState: .string(to.rawValue),
                Order.AttributeName.status: .string(status.rawValue),
            ], if: OrderBook.status(.cancelled), OrderBook.payment(from))
        return order == nil ? .withoutEffect : .done
    }

    // MARK: Changes

    private typealias Change = (name: String, value: AttributeValue)

    private func state(_ state: PaymentState) -> Change { (Order.AttributeName.paymentState, .string(state.rawValue)) }
    private var cancelled: Change { (Order.AttributeName.status, .string(OrderStatus.cancelled.rawValue)) }

    private func settle(
        _ message: PaymentMessage, to changes: [Change], if status: OrderBook.Expectation,
        _ payment: OrderBook.Expectation
    ) async throws -> Settlement {
        let order = try await progress.book.change(
            message.order, to: Dictionary(uniqueKeysWithValues: changes.map { ($0.name, $0.value) }), if: status,
            payment)
        // Nothing was written when the order was cancelled meanwhile: what the provider holds under this key lapses.
        try await progress.advance(order, message.order)
        return order == nil ? .withoutEffect : .done
    }

    /// An unknown outcome is asked about at once; after silence the message waits.
    private func ask(_ message: PaymentMessage, _ attempt: Int) -> PaymentWeather.Answer {
        let key = "\(message.order.orderId)-\(message.action.rawValue)"
        var answer = settings.payments.answer(key: key, attempt: attempt)
        progress.book.ledger.note { $0.answers[answer, default: 0] += 1 }
        if answer == .unknown {
            answer = settings.payments.answer(key: key, attempt: attempt + 1)
            progress.book.ledger.note { $0.answers[answer, default: 0] += 1 }
        }
        return answer
    }
}
