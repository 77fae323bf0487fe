import Engine
import Foundation
import Orders
import Queues
import ShopSystems

/// What came to a system's queue in this run, and what became of it.
///
/// `before` + `sent` = `settled` + `deadLettered` + `expired` + `left`.
struct SystemReport: Encodable, Sendable, Hashable {
    /// "inventory"
    let name: String
    let queue: String
    /// Messages that were there before this run.
    let before: Int
    /// Messages that the queue took: from functions, and from other systems of the shop.
    let sent: Int
    let settled: Int
    let deadLettered: Int
    let expired: Int
    let left: Int
    /// What the shop itself says that it has settled; nil without a shop.
    let settledByShop: Int?

    init(_ system: SystemMessage.System, queue: String, _ account: QueueAccount, shop: ShopCounts?) {
        name = system.rawValue
        self.queue = queue
        before = account.traffic.before
        sent = account.traffic.arrived
        settled = account.traffic.deleted
        deadLettered = account.traffic.moved
        expired = account.traffic.expired
        left = account.present
        settledByShop = shop.map { $0[system].settled }
    }

    var isBalanced: Bool {
        before + sent == settled + deadLettered + expired + left && settledByShop.map { $0 == settled } ?? true
    }
}

/// What the orders themselves demand of one kind of message, and what there is of it.
///
/// `dueMin` <= `settled` + `left` + `deadLettered` <= `due`.
struct MessageReport: Encodable, Sendable, Hashable {
    /// "payment.authorise"
    let name: String
    /// One for each event that asks for it.
    let due: Int
    /// The same without events that ended as dead letters of a pipe, whose messages may have been sent or not.
    let dueMin: Int
    let settled: Int
    let deadLettered: Int
    let left: Int

    var isBalanced: Bool { (dueMin...due).contains(settled + deadLettered + left) }
}

/// Loyalty points: `earned` = `paid` + `owed`.
struct LoyaltyReport: Encodable, Sendable, Hashable {
    /// What the orders that were shipped earn, by the orders alone.
    let earned: Int64
    /// What the customers' accounts hold.
    let paid: Int64
    /// What events earn that ended as dead letters before they had paid.
    let owed: Int64
    /// Accounts with points.
    let customers: Int
    /// Accounts by tier.
    let tiers: [String: Int]
    /// What each customer has spent is the sum of the same orders, to the cent.
    let isSpendExact: Bool

    var isBalanced: Bool { earned == paid + owed && isSpendExact }
}
