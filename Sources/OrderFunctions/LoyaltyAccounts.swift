public import AWSClient
import Foundation
import Items
public import Orders

/// The Customers table, and the record of which events have paid.
public struct LoyaltyAccounts: Sendable {
    /// How often a payment is tried anew because others change the same account.
    private static let attemptsMax = 10
    /// How long it is known that an event has paid. A stream keeps its records for 24 hours and a dead letter waits for 14
    /// days at most: behind that, no event comes again.
    private static let recordLifetimeSeconds: Int64 = 30 * 86_400

    private enum Attribute {
        static let id = "id"
        static let expiration = "expiration"
        static let result = "data"
    }

    private let client: AWSClient
    private let customersTable: String
    private let idempotencyTable: String
    private let now: @Sendable () -> Int64

    /// - Parameter now: seconds since 1970.
    public init(
        client: AWSClient, customersTable: String, idempotencyTable: String, now: @escaping @Sendable () -> Int64
    ) {
        self.client = client
        self.customersTable = customersTable
        self.idempotencyTable = idempotencyTable
        self.now = now
    }

    /// Names the record that an event has paid, in the idempotency table's key `id`.
    public static func recordId(eventId: String) -> String { "loyalty.award#\(eventId)" }

    /// Adds an award to its customer's account, once for its event: account and record change in one transaction.
    ///
    /// - Returns: what came of it, also when it was paid before.
    /// - Throws: `AWSError`, and `OrderError` for an account that cannot be read or a sum that is too large.
    public func pay(_ award: LoyaltyAward) async throws -> LoyaltyStanding {
        var attempts = 0
        while true {
            let account = try await account(of: award.customerId)
            var paid = account ?? CustomerAccount(customerId: award.customerId)
            let (standing, changes) = try paid.pay(award)
            let writes = [
                try record(award, standing),
                update(award.customerId, changes, from: account),
            ]
            do {
                try await client.transactWriteItems(writes)
                return standing
            } catch let error as AWSError where error.code == .transactionCanceled {
                let isRefused = AWSError.CancellationReason.conditionalCheckFailed
                if error.cancellationReasons.first?.code == isRefused { return try await result(of: award) }
                attempts += 1
                guard attempts < Self.attemptsMax else { throw error }
            }
        }
    }

    private func account(of customerId: String) async throws -> CustomerAccount? {
        try await client.getItem(
            tableName: customersTable, key: [CustomerAccount.AttributeName.customerId: .string(customerId)],
            isConsistent: true
        ).map { try CustomerAccount(customerId: customerId, item: $0) }
    }

    private func record(_ award: LoyaltyAward, _ standing: LoyaltyStanding) throws -> ItemWrite {
        .put(
            .init(
                tableName: idempotencyTable,
                item: [
                    Attribute.id: .string(Self.recordId(eventId: award.order.eventId)),
                    Attribute.expiration: .number(Number(now() + Self.recordLifetimeSeconds)),
                    Attribute.result: .string(String(decoding: try JSONEncoder().encode(standing), as: UTF8.self)),
                ], condition: .init("attribute_not_exists(#id)", names: ["#id": Attribute.id])))
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
                tableName: customersTable, key: [CustomerAccount.AttributeName.customerId: .string(customerId)],
                expression: "SET " + settings.joined(separator: ", "), condition: condition, names: names,
                values: values))
    }

    private func result(of award: LoyaltyAward) async throws -> LoyaltyStanding {
        let id = Self.recordId(eventId: award.order.eventId)
        let item = try await client.getItem(
            tableName: idempotencyTable, key: [Attribute.id: .string(id)], isConsistent: true)
        guard let text = item?[Attribute.result]?.string else {
            throw OrderError(
                code: .missingAttribute, message: "The record \(id) in \(idempotencyTable) holds no result",
                orderId: award.order.orderId)
        }
        return try JSONDecoder().decode(LoyaltyStanding.self, from: Data(text.utf8))
    }
}
