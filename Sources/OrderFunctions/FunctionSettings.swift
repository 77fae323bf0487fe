public import Orders

/// What the template tells the functions, and the shop, in their environment.
public struct FunctionSettings: Sendable, Hashable {
    /// The queue of each system that is told something.
    public var queueURLs: [SystemMessage.System: String]
    /// The Customers table, where loyalty accounts are.
    public var customersTable: String?
    /// The table of what has been done already.
    public var idempotencyTable: String?

    public init(environment: [String: String]) {
        queueURLs = [:]
        for system in SystemMessage.System.allCases { queueURLs[system] = environment[Self.variable(of: system)] }
        customersTable = environment["CUSTOMERS_TABLE"]
        idempotencyTable = environment["IDEMPOTENCY_TABLE"]
    }

    /// The function's own name, which Lambda tells it.
    public static func functionName(_ environment: [String: String]) -> String {
        environment["AWS_LAMBDA_FUNCTION_NAME"] ?? ""
    }

    /// The environment variable with the URL of a system's queue.
    public static func variable(of system: SystemMessage.System) -> String {
        switch system {
        case .inventory: "INVENTORY_QUEUE_URL"
        case .payment: "PAYMENT_QUEUE_URL"
        case .fulfillment: "FULFILLMENT_QUEUE_URL"
        case .vipCare: "VIP_QUEUE_URL"
        }
    }
}
