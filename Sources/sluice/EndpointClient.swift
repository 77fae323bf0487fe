import ArgumentParser
import Foundation
import Items
import NIOCore
import NIOHTTP1
import Orders

/// Where a running engine is.
struct EndpointArguments: ParsableArguments {
    @Option(help: "Address of the running engine (default: AWS_ENDPOINT_URL, or http://127.0.0.1:4566).")
    var endpointURL: String?

    @Option(help: "Name of the table that holds the orders.")
    var table = "Orders"

    /// The address given, or else the environment's unless that is empty, or else the default.
    static func url(
        _ given: String?, environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> String {
        given ?? environment["AWS_ENDPOINT_URL"].flatMap { $0.isEmpty ? nil : $0 } ?? "http://127.0.0.1:4566"
    }

    /// Runs `body` with a client of the table, and closes it whatever happens.
    func withTable<Result>(_ body: (TableClient) async throws -> Result) async throws -> Result {
        let client = try TableClient(url: Self.url(endpointURL), table: table)
        do {
            let result = try await body(client)
            await client.shutDown()
            return result
        } catch {
            await client.shutDown()
            throw error
        }
    }
}

/// DynamoDB's item operations against a running engine.
struct TableClient: Sendable {
    /// An error that the service answered.
    struct ServiceFailure: Error, CustomStringConvertible {
        let type: String
        let description: String
    }

    private static let timeout = TimeAmount.seconds(60)

    private let connection: EndpointConnection
    private let table: String

    init(url: String, table: String) throws {
        connection = try EndpointConnection(url: url)
        self.table = table
    }

    func shutDown() async { await connection.shutDown() }

    /// Stores a new order.
    ///
    /// - Returns: false when there is an order with this id and time already.
    func create(_ order: Order) async throws -> Bool {
        do {
            _ = try await send(
                "PutItem",
                [
                    "Item": .init(order.item), "ConditionExpression": .init("attribute_not_exists(#id)"),
                    "ExpressionAttributeNames": .init(["#id": Order.AttributeName.orderId]),
                ])
            return true
        } catch let failure as ServiceFailure where failure.type == "ConditionalCheckFailedException" {
            return false
        }
    }

    /// Stores an order over the one that was read before, unless its status has changed since.
    func replace(_ old: Order, with new: Order) async throws {
        do {
            _ = try await send(
                "PutItem",
                [
                    "Item": .init(new.item), "ConditionExpression": .init("#status = :old"),
                    "ExpressionAttributeNames": .init(["#status": Order.AttributeName.status]),
                    "ExpressionAttributeValues": .init([":old": AttributeValue.string(old.status.rawValue)]),
                ])
        } catch let failure as ServiceFailure where failure.type == "ConditionalCheckFailedException" {
            throw OrdersError("Order \(old.orderId) was changed by somebody else meanwhile; look at it and try again.")
        }
    }

    /// All orders with this id; there is one unless ids were given twice.
    func orders(id: String) async throws -> [Item] {
        try await query(index: nil, name: Order.AttributeName.orderId, value: id)
    }

    /// All orders of a customer.
    func orders(ofCustomer id: String) async throws -> [Item] {
        try await query(index: "customerId-index", name: Order.AttributeName.customerId, value: id)
    }

    private func query(index: String?, name: String, value: String) async throws -> [Item] {
        struct Answer: Decodable {
            let Items: [Item]
            let LastEvaluatedKey: Item?
        }
        var parameters: [String: JSONValue] = [
            "KeyConditionExpression": .init("#key = :value"), "ExpressionAttributeNames": .init(["#key": name]),
            "ExpressionAttributeValues": .init([":value": AttributeValue.string(value)]),
        ]
        if let index { parameters["IndexName"] = .init(index) }
        var items: [Item] = []
        while true {
            let page = try JSONDecoder().decode(Answer.self, from: try await send("Query", parameters))
            items += page.Items
            guard let last = page.LastEvaluatedKey else { return items }
            parameters["ExclusiveStartKey"] = .init(last)
        }
    }

    private func send(_ operation: String, _ parameters: [String: JSONValue]) async throws -> Data {
        var parameters = parameters
        parameters["TableName"] = .init(table)
        let headers: HTTPHeaders = [
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.\(operation)",
        ]
        let (status, body) = try await connection.send(
            .POST, [], headers, ByteBuffer(bytes: try JSONEncoder().encode(parameters)), timeout: Self.timeout)
        let url = connection.url
        guard status != .ok else { return body }
        struct Failure: Decodable {
            let __type: String
            let message: String?
        }
        guard let failure = try? JSONDecoder().decode(Failure.self, from: body) else {
            throw OrdersError(
                "\(url) answered \(status), which is no answer of DynamoDB's; check --endpoint-url.")
        }
        let type = failure.__type.split(separator: "#").last.map(String.init) ?? failure.__type
        if type == "ResourceNotFoundException" {
            throw OrdersError("There is no table \(table) at \(url); name the one that holds the orders with --table.")
        }
        throw ServiceFailure(
            type: type, description: "\(type): \(failure.message ?? "no message") (table \(table) at \(url))")
    }
}

/// Any encodable value as a member of a JSON object.
struct JSONValue: Encodable, Sendable {
    private let value: any Encodable & Sendable

    init(_ value: any Encodable & Sendable) { self.value = value }

    func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}

/// What is wrong with a request about orders.
struct OrdersError: Error, CustomStringConvertible {
    /// One sentence: the thing, the place, the remedy.
    let description: String
    init(_ description: String) { self.description = description }
}
