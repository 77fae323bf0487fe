import AWSClient
import Items
import Orders

/// Hands parcels over, those of the priority lane first, and calls them back.
struct Fulfillment: ShopSystem {
    let progress: OrderProgress

    let system = SystemMessage.System.fulfillment

    func handle(_ message: FulfillmentMessage, attempt: Int) async throws -> Settlement {
        switch message.action {
        case .ship: try await ship(message)
        case .cancel: try await callBack(message)
        case .prioritise: try await prioritise(message)
        }
    }

    private func ship(_ message: FulfillmentMessage) async throws -> Settlement {
        guard let order = try await progress.book.order(message.order) else { return .withoutEffect }
        guard order.status == .shipped else {
            try await progress.advance(order, message.order)
            return .withoutEffect
        }
        switch order.fulfillmentState {
        // Inventory has not been heard: its message is on its way.
        case nil: return .postponed
        case .reserved, .packed:
            // An order that somebody has moved to shipped by hand is packed now.
            if order.fulfillmentState == .reserved {
                _ = try await progress.book.change(
                    message.order,
                    to: [Order.AttributeName.fulfillmentState: .string(FulfillmentState.packed.rawValue)],
                    if: OrderBook.status(.shipped), OrderBook.fulfillment(.reserved))
            }
            let next = try await progress.book.change(
                message.order,
                to: [Order.AttributeName.fulfillmentState: .string(FulfillmentState.handedOver.rawValue)],
                if: OrderBook.status(.shipped), OrderBook.fulfillment(.packed))
            try await progress.advance(next, message.order)
            return next == nil ? .withoutEffect : .done
        case .handedOver, .delivered, .outOfStock, .released:
            try await progress.advance(order, message.order)
            return .withoutEffect
        }
    }

    /// What comes back goes to the shelf.
    private func callBack(_ message: FulfillmentMessage) async throws -> Settlement {
        guard let order = try await progress.book.order(message.order),
            order.status == .cancelled || order.status == .refunded,
            order.fulfillmentState == .packed || order.fulfillmentState == .handedOver
        else { return .withoutEffect }
        try await progress.tell([.inventory(InventoryMessage(.release, order, eventId: message.order.eventId))])
        return .done
    }

    private func prioritise(_ message: FulfillmentMessage) async throws -> Settlement {
        let order = try await progress.book.change(
            message.order, to: [Order.AttributeName.isPriority: .bool(true)], if: OrderBook.status(.shipped),
            (Order.AttributeName.isPriority, nil))
        return order == nil ? .withoutEffect : .done
    }

    /// Parcels that somebody has asked to be quick with go first.
    func isUrgent(_ message: FulfillmentMessage) -> Bool { message.action == .prioritise }
}

/// The people who care for valued customers; here every case is closed at once.
struct VipCare: ShopSystem {
    let system = SystemMessage.System.vipCare

    func handle(_ message: VipMessage, attempt: Int) async throws -> Settlement { .done }
}
