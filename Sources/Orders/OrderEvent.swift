public import Items

/// What a stream record says about an order.
public enum OrderEvent: Hashable, Sendable {
    /// A new order.
    case placed(Order)
    /// The status is another than before; `from` is nil when the old image had none that is known.
    case statusChanged(Order, from: OrderStatus?, to: OrderStatus)
    /// Something else of the order changed: no reason to act again.
    case changed(Order)
    /// The order is gone, deleted or expired.
    case removed(orderId: String)

    /// - Throws: `OrderError` when the new image is no order, or when the stream does not carry the images that tell a
    ///   change of status (it needs `NEW_AND_OLD_IMAGES`).
    public init(_ record: StreamRecord) throws(OrderError) {
        guard record.eventName != .remove else {
            self = .removed(orderId: try OrderReader(item: record.dynamodb.keys).orderId)
            return
        }
        guard let image = record.dynamodb.newImage else { throw OrderEvent.missingImage("NewImage", record) }
        let order = try Order(item: image)
        guard record.eventName == .modify else {
            self = .placed(order)
            return
        }
        guard let oldImage = record.dynamodb.oldImage else { throw OrderEvent.missingImage("OldImage", record) }
        let oldStatus = oldImage[Order.AttributeName.status]?.string.flatMap { OrderStatus(rawValue: $0) }
        self = oldStatus == order.status ? .changed(order) : .statusChanged(order, from: oldStatus, to: order.status)
    }

    private static func missingImage(_ name: String, _ record: StreamRecord) -> OrderError {
        OrderError(
            code: .missingImage,
            message: "The record \(record.eventID) has no \(name); the stream's view type is "
                + "\(record.dynamodb.streamViewType) and must be NEW_AND_OLD_IMAGES",
            orderId: record.dynamodb.keys[Order.AttributeName.orderId]?.string)
    }
}
