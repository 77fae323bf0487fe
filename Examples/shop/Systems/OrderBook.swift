import AWSClient
import Items
import Orders

/// The Orders table as the shop changes it: every change is conditional on where the order is, so a message that comes
/// twice, late, or beside another changes nothing that it should not.
struct OrderBook: Sendable {
    let client: AWSClient
    let tableName: String
    let ledger: ShopLedger

    /// What must hold of an attribute: its value, or that it is absent (nil); of several values, one.
    typealias Expectation = (name: String, values: [AttributeValue]?)

    static func status(_ statuses: OrderStatus...) -> Expectation {
        (Order.AttributeName.status, statuses.map { .string($0.rawValue) })
    }

    static func payment(_ state: PaymentState?) -> Expectation {
        (Order.AttributeName.paymentState, state.map { [.string($0.rawValue)] })
    }

    static func fulfillment(_ states: FulfillmentState?...) -> Expectation {
        let known = states.compactMap { $0 }
        return (Order.AttributeName.fulfillmentState, known.isEmpty ? nil : known.map { .string($0.rawValue) })
    }

    private static func key(_ order: OrderReference) -> Item {
        [
            Order.AttributeName.orderId: .string(order.orderId),
            Order.AttributeName.timestamp: .number(Number(order.timestamp)),
        ]
    }

    /// The order as it is now; nil when there is none.
    /// - Throws: `OrderError` when the item is no order, and `AWSError`.
    func order(_ reference: OrderReference) async throws -> Order? {
        try await client.getItem(tableName: tableName, key: Self.key(reference), isConsistent: true)
            .map { try Order(item: $0) }
    }

    /// Sets attributes.
    ///
    /// - Returns: the order as it is then; nil, with nothing changed, when one of the expectations does not hold.
    func change(
        _ reference: OrderReference, to values: [String: AttributeValue], if expectations: Expectation...
    ) async throws -> Order? {
        do {
            let item = try await client.updateItem(
                Self.update(tableName, reference, values, expectations), returnValues: .allNew)
            ledger.note { $0.orderChanges += 1 }
            return try item.map { try Order(item: $0) }
        } catch let error as AWSError where error.code == .conditionalCheckFailed {
            return nil
        }
    }

    /// The same change as a part of a transaction, which the caller counts.
    func write(
        _ reference: OrderReference, to values: [String: AttributeValue], if expectations: Expectation...
    ) -> ItemWrite {
        .update(Self.update(tableName, reference, values, expectations))
    }

    private static func update(
        _ tableName: String, _ reference: OrderReference, _ changes: [String: AttributeValue],
        _ expectations: [Expectation]
    ) -> ItemWrite.Update {
        var names: [String: String] = [:]
        var values: [String: AttributeValue] = [:]
        var settings: [String] = []
        for (index, change) in changes.sorted(by: { $0.key < $1.key }).enumerated() {
            names["#s\(index)"] = change.key
            values[":s\(index)"] = change.value
            settings.append("#s\(index) = :s\(index)")
        }
        // Without it an order that somebody has deleted would come back in part.
        names["#id"] = Order.AttributeName.orderId
        var conditions = ["attribute_exists(#id)"]
        for (index, expectation) in expectations.enumerated() {
            names["#e\(index)"] = expectation.name
            guard let allowed = expectation.values else {
                conditions.append("attribute_not_exists(#e\(index))")
                continue
            }
            let places = allowed.indices.map { ":e\(index)x\($0)" }
            for (place, value) in zip(places, allowed) { values[place] = value }
            conditions.append("#e\(index) IN (\(places.joined(separator: ", ")))")
        }
        return ItemWrite.Update(
            tableName: tableName, key: key(reference), expression: "SET " + settings.joined(separator: ", "),
            condition: conditions.joined(separator: " AND "), names: names, values: values)
    }
}
