import AWSClient
import Items
public import Orders

/// Pays loyalty points, then tells the systems: what comes of the points stands in the message to VIP care.
///
/// The points are paid once for an event, however often it comes. Messages may be sent again, with the same
/// deduplication id and the same contents, since what came of the points is kept with the record that they were paid.
public struct LoyaltySink: RoutingSink {
    private let accounts: LoyaltyAccounts
    private let queues: QueueSink

    public init(accounts: LoyaltyAccounts, queues: QueueSink) {
        self.accounts = accounts
        self.queues = queues
    }

    public func send(_ routings: [Routing]) async -> [(any Error)?] {
        var errors = [(any Error)?](repeating: nil, count: routings.count)
        var paid: [(index: Int, routing: Routing)] = []
        for (index, routing) in routings.enumerated() {
            do {
                var routing = routing
                if let award = routing.award {
                    let standing = try await accounts.pay(award)
                    routing.messages.insert(.vipCare(VipMessage(award, standing)), at: 0)
                }
                paid.append((index, routing))
            } catch {
                errors[index] = error
            }
        }
        for ((index, _), error) in zip(paid, await queues.send(paid.map(\.routing))) { errors[index] = error }
        return errors
    }
}
