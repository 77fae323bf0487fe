import ArgumentParser
import AsyncHTTPClient
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

    /// The address given, or else the environment's, or else the default.
    static func url(_ given: String?) -> String {
        given ?? ProcessInfo.processInfo.environment["AWS_ENDPOINT_URL"] ?? "http://127.0.0.1:4566"
    }

    /// Runs `body` with a client of the table, and closes it whatever happens.
    func withTable<Result>(_ body: (TableClient) async throws -> Result) async throws -> Result {
        let client = TableClient(url: Self.url(endpointURL), table: table)
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

    private static let answerBytesMax = 64 << 20

    private let url: String
    private let table: String
    private let client: HTTPClient

    init(url: String, table: String) {
        self.url = url.hasSuffix("/") ? url : url + "/"
        self.table = table
        var configuration = HTTPClient.Configuration()
        configuration.timeout = .init(connect: .seconds(3), read: .seconds(60))
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func shutDown() async { try? await client.shutdown() }

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
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-amz-json-1.0")
        request.headers.add(name: "X-Amz-Target", value: "DynamoDB_20120810.\(operation)")
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(parameters)))
        let response: HTTPClientResponse
        let body: Data
        do {
            response = try await client.execute(request, timeout: .seconds(60))
            body = Data(try await response.body.collect(upTo: Self.answerBytesMax).readableBytesView)
        } catch {
            let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
            throw OrdersError(
                "No engine answers at \(url) (\(reason)); start one with `sluice up`, or name its address with --endpoint-url."
            )
        }
        guard response.status != .ok else { return body }
        struct Failure: Decodable {
            let __type: String
            let message: String?
        }
        guard let failure = try? JSONDecoder().decode(Failure.self, from: body) else {
            throw OrdersError(
                "\(url) answered \(response.status), which is no answer of DynamoDB's; check --endpoint-url.")
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
