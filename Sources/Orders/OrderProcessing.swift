public import Items

/// The standard function's decision. Pure: the same record always gets the same answer.
///
/// The pipe's filter is a saving, not a guarantee: it trusts derived attributes and passes orders that lack them. So
/// amount, address and status are checked here again, on the order itself.
public enum OrderProcessing {
    /// - Throws: `OrderError` when the record holds no valid order; the record then fails and becomes a dead letter.
    public static func decide(_ record: StreamRecord) throws(OrderError) -> Decision {
        let order: Order
        var from: OrderStatus?
        switch try OrderEvent(record) {
        case .removed: return .skipped(.removed)
        case .changed: return .skipped(.statusUnchanged)
        case .placed(let placed): order = placed
        case .statusChanged(let changed, let old, _): (order, from) = (changed, old)
        }
        guard order.status == .pending || order.status == .shipped else { return .skipped(.statusNotHandled) }
        if let from, !from.canMove(to: order.status) { return .skipped(.moveNotAllowed) }
        guard order.amount.isOver(AmountTier.processedOver) else { return .skipped(.amountNotOver100) }
        guard !order.isFromTestAddress else { return .skipped(.testAddress) }
        return .route(
            Routing(OrderReference(order, eventId: record.eventID), messages: messages(order, record.eventID)))
    }

    /// A pending order takes goods and secures the money; a shipped one takes the money and sends the goods.
    private static func messages(_ order: Order, _ eventId: String) -> [SystemMessage] {
        order.status == .pending
            ? [
                .inventory(InventoryMessage(.reserve, order, eventId: eventId)),
                .payment(PaymentMessage(.authorise, order, eventId: eventId)),
            ]
            : [
                .payment(PaymentMessage(.capture, order, eventId: eventId)),
                .fulfillment(FulfillmentMessage(.ship, order, eventId: eventId)),
            ]
    }

    /// Whether the order is one that the functions act upon when its status asks for it.
    public static func concerns(_ order: Order) -> Bool {
        order.amount.isOver(AmountTier.processedOver) && !order.isFromTestAddress
    }
}
