public import AWSClient
public import Idempotency
import Items
public import Orders

/// The Customers table, and the record of which events have paid.
public struct LoyaltyAccounts: Sendable {
    /// How often a payment is tried anew because others change the same account.
    private static let attemptsMax = 10
    /// How long it is known that an event has paid. A stream keeps its records for 24 hours and a dead letter waits for 14
    /// days at most: behind that, no event comes again.
    public static let recordLifetime = Duration.seconds(30 * 86_400)

    private let client: AWSClient
    private let tableName: String
    private let idempotency: Idempotency

    public init(client: AWSClient, tableName: String, idempotency: Idempotency) {
        self.client = client
        self.tableName = tableName
        self.idempotency = idempotency
    }

    /// Adds an award to its customer's account, once for its event: account and record change in one transaction.
    ///
    /// - Returns: what came of it, also when it was paid before.
    /// - Throws: `AWSError`, `IdempotencyError`, and `OrderError` for an account that cannot be read or a sum that is too
    ///   large.
    public func pay(_ award: LoyaltyAward) async throws -> LoyaltyStanding {
        var attempts = 0
        while true {
            let account = try await account(of: award.customerId)
            var paid = account ?? CustomerAccount(customerId: award.customerId)
            let (standing, changes) = try paid.pay(award)
            do {
                return try await idempotency.once(
                    award.order.eventId, result: standing, writes: [update(award.customerId, changes, from: account)]
                ).value
            } catch let error as AWSError where error.code == .transactionCanceled {
                // Somebody has paid into the account meanwhile, or does so now.
                attempts += 1
                guard attempts < Self.attemptsMax else { throw error }
            }
        }
    }

    private func account(of customerId: String) async throws -> CustomerAccount? {
        try await client.getItem(
            tableName: tableName, key: [CustomerAccount.AttributeName.customerId: .string(customerId)],
            isConsistent: true
        ).map { try CustomerAccount(customerId: customerId, item: $0) }
    }

    /// - Parameter account: as it was read, which it must still be.
    private func update(_ customerId: String, _ changes: Item, from account: CustomerAccount?) -> ItemWrite {
        var names = ["#before": CustomerAccount.AttributeName.orders]
        var values: [String: AttributeValue] = [:]
        var settings: [String] = []
        for (index, change) in changes.attributes.enumerated() {
            names["#n\(index)"] = change.name
            values[":n\(index)"] = change.value
            settings.append("#n\(index) = :n\(index)")
        }
        // Each payment adds one to the orders, so they tell whether anybody has paid in between.
        var condition = "attribute_not_exists(#before)"
        if let account, account.orders > 0 {
            values[":before"] = .number(Number(account.orders))
            condition = "#before = :before"
        }
        return .update(
            .init(
                tableName: tableName, key: [CustomerAccount.AttributeName.customerId: .string(customerId)],
                expression: "SET " + settings.joined(separator: ", "), condition: condition, names: names,
                values: values))
    }
}
