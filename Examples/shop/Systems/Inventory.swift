import AWSClient
import Items
import Orders

/// Sets goods aside and puts them back. The stock and the order change in one transaction: units are never counted for an
/// order twice, and never below zero.
struct Inventory: ShopSystem {
    private enum Attribute {
        static let shelf = "shelf"
        static let units = "units"
    }

    /// Other orders reach for the same shelf.
    private static let attemptsMax = 8

    let progress: OrderProgress
    let settings: ShopSettings

    let system = SystemMessage.System.inventory

    func handle(_ message: InventoryMessage, attempt: Int) async throws -> Settlement {
        switch message.action {
        case .reserve: try await reserve(message)
        case .release: try await release(message)
        }
    }

    private func reserve(_ message: InventoryMessage) async throws -> Settlement {
        guard message.units <= settings.unitsPerShelf else { return try await refuse(message) }
        let outcome = try await write(
            stock: stockUpdate(message, "SET #units = if_not_exists(#units, :full) - :units", [":full": full]) {
                "attribute_not_exists(#units) OR #units >= :units"
            },
            order: progress.book.write(
                message.order, to: [Order.AttributeName.fulfillmentState: .string(FulfillmentState.reserved.rawValue)],
                if: OrderBook.status(.pending, .shipped), OrderBook.fulfillment(nil)))
        switch outcome {
        case .written:
            try await progress.advance(nil, message.order)
            return .done
        case .orderHasMoved:
            try await progress.advance(nil, message.order)
            return .withoutEffect
        case .tooFewUnits: return try await refuse(message)
        }
    }

    private func refuse(_ message: InventoryMessage) async throws -> Settlement {
        let order = try await progress.book.change(
            message.order,
            to: [
                Order.AttributeName.status: .string(OrderStatus.cancelled.rawValue),
                Order.AttributeName.fulfillmentState: .string(FulfillmentState.outOfStock.rawValue),
            ], if: OrderBook.status(.pending, .shipped), OrderBook.fulfillment(nil))
        try await progress.advance(order, message.order)
        return order == nil ? .withoutEffect : .done
    }

    private func release(_ message: InventoryMessage) async throws -> Settlement {
        let outcome = try await write(
            stock: stockUpdate(message, "SET #units = #units + :units", [:]) { nil },
            order: progress.book.write(
                message.order, to: [Order.AttributeName.fulfillmentState: .string(FulfillmentState.released.rawValue)],
                if: OrderBook.status(.cancelled, .refunded),
                OrderBook.fulfillment(.reserved, .packed, .handedOver)))
        if case .written = outcome { return .done }
        return .withoutEffect
    }

    // MARK: The transaction

    private enum Outcome { case written, orderHasMoved, tooFewUnits }

    private var full: AttributeValue { .number(Number(settings.unitsPerShelf)) }

    private func stockUpdate(
        _ message: InventoryMessage, _ expression: String, _ values: [String: AttributeValue],
        _ condition: () -> String?
    ) -> ItemWrite {
        let shelf = StableHash.hash(message.order.orderId) % UInt64(settings.shelfCount)
        return .update(
            .init(
                tableName: settings.stockTable, key: [Attribute.shelf: .string("shelf-\(shelf)")],
                expression: expression, condition: condition(), names: ["#units": Attribute.units],
                values: values.merging([":units": .number(Number(message.units))]) { _, units in units }))
    }

    private func write(stock: ItemWrite, order: ItemWrite) async throws -> Outcome {
        var attempts = 0
        while true {
            do {
                try await progress.book.client.transactWriteItems([stock, order])
                progress.book.ledger.note { $0.orderChanges += 1 }
                return .written
            } catch let error as AWSError where error.code == .transactionCanceled {
                let reasons = error.cancellationReasons.map(\.code)
                let isRefused = AWSError.CancellationReason.conditionalCheckFailed
                guard reasons.count == 2 else { throw error }
                if reasons[1] == isRefused { return .orderHasMoved }
                if reasons[0] == isRefused { return .tooFewUnits }
                attempts += 1
                guard attempts < Self.attemptsMax else { throw error }
            }
        }
    }
}
