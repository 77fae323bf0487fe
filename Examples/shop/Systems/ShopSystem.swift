import Orders

/// What came of a message.
enum Settlement: Sendable, Hashable {
    /// It had an effect.
    case done
    /// A repeat, or too late: nothing was left to do.
    case withoutEffect
    /// Its time has not come: it is received again after a pause.
    case postponed
}

/// A message of one system.
protocol ShopMessage: Decodable, Sendable {
    var systemMessage: SystemMessage { get }
}

extension InventoryMessage: ShopMessage { var systemMessage: SystemMessage { .inventory(self) } }
extension PaymentMessage: ShopMessage { var systemMessage: SystemMessage { .payment(self) } }
extension FulfillmentMessage: ShopMessage { var systemMessage: SystemMessage { .fulfillment(self) } }
extension VipMessage: ShopMessage { var systemMessage: SystemMessage { .vipCare(self) } }

/// One of the systems behind the queues.
protocol ShopSystem: Sendable {
    associatedtype Message: ShopMessage

    var system: SystemMessage.System { get }

    /// Handles a message that may be a repeat, and late.
    ///
    /// - Parameter attempt: how often it has been received, from 1.
    /// - Throws: what leaves the message in the queue.
    func handle(_ message: Message, attempt: Int) async throws -> Settlement

    /// Whether the messages of its order go before others that were received with it.
    func isUrgent(_ message: Message) -> Bool
}

extension ShopSystem {
    func isUrgent(_ message: Message) -> Bool { false }
}
