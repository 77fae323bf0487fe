import Foundation
import Items

/// Requests as bytes that are ready to be sent, but for the orders' ids.
package struct HTTPRequests {
    struct Template {
        var bytes: [UInt8]
        /// Where the ids stand, one for each order of the request.
        let places: [Int]
    }

    private var templates: [Template]
    /// The ids that a request takes: `ordersPerRequest` from this one on.
    private let firstNumber: (_ request: Int) -> Int
    package let ordersPerRequest: Int

    /// Orders to keys that are not there.
    package static func put(_ orders: Orders) -> HTTPRequests {
        HTTPRequests("DynamoDB_20120810.PutItem", 1, orders) { number in
            #"{"TableName":"Orders","Item":\#(text(orders.item(number)))}"#
        }
    }

    /// As many orders as one BatchWriteItem takes.
    package static func batch(_ orders: Orders) -> HTTPRequests {
        HTTPRequests("DynamoDB_20120810.BatchWriteItem", 25, orders) { number in
            let puts = (number..<number + 25).map { #"{"PutRequest":{"Item":\#(text(orders.item($0)))}}"# }
            return #"{"RequestItems":{"Orders":[\#(puts.joined(separator: ","))]}}"#
        }
    }

    /// Orders that are there, in no order.
    package static func get(_ orders: Orders, among stored: Int) -> HTTPRequests {
        HTTPRequests("DynamoDB_20120810.GetItem", 1, orders, firstNumber: { $0 &* 7_919 % stored }) { number in
            #"{"TableName":"Orders","Key":\#(text(orders.key(number)))}"#
        }
    }

    /// Ten orders of a customer.
    package static func query(_ orders: Orders) -> HTTPRequests {
        HTTPRequests("DynamoDB_20120810.Query", 0, orders) { number in
            let customer = orders.templates[number % Orders.templateCount]["customerId"]!.string!
            return #"{"TableName":"Orders","IndexName":"customerId-index","Limit":10,"#
                + #""KeyConditionExpression":"customerId = :c","ExpressionAttributeValues":{":c":{"S":"\#(customer)"}}}"#
        }
    }

    /// Messages of as many bytes as orders have, to a queue.
    package static func send(_ orders: Orders, to queue: String) -> HTTPRequests {
        HTTPRequests("AmazonSQS.SendMessage", 1, orders) { number in
            let id = Orders.id(number)
            let padding = String(repeating: "x", count: Orders.itemBytes - id.utf8.count - 1)
            return #"{"QueueUrl":"http://localhost/000000000000/\#(queue)","MessageBody":"\#(id) \#(padding)"}"#
        }
    }

    private init(
        _ target: String, _ ordersPerRequest: Int, _ orders: Orders, firstNumber: ((Int) -> Int)? = nil,
        _ body: (Int) -> String
    ) {
        self.ordersPerRequest = ordersPerRequest
        self.firstNumber = firstNumber ?? { $0 * max(1, ordersPerRequest) }
        let step = max(1, ordersPerRequest)
        templates = (0..<Orders.templateCount).map { template in
            let body = body(template * step)
            let bytes = Array(
                """
                POST / HTTP/1.1\r
                Host: 127.0.0.1\r
                X-Amz-Target: \(target)\r
                Content-Type: application/x-amz-json-1.0\r
                Authorization: AWS4-HMAC-SHA256 Credential=local/20250102/us-east-1/dynamodb/aws4_request, \
                SignedHeaders=host, Signature=0\r
                X-Amz-Date: 20250102T030000Z\r
                Content-Length: \(body.utf8.count)\r
                \r
                \(body)
                """.utf8)
            let places = (0..<ordersPerRequest).map { order in
                let id = Array(Orders.id(template * step + order).utf8)
                return bytes.indices.first { bytes[$0...].starts(with: id) }!
            }
            return Template(bytes: bytes, places: places)
        }
    }

    private static func text(_ item: Item) -> String { String(decoding: item.json, as: UTF8.self) }

    /// Shows the bytes of a request. Every template belongs to the orders whose numbers have its remainder.
    package mutating func withRequest(_ request: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        let first = firstNumber(request)
        let index = first / max(1, ordersPerRequest) % Orders.templateCount
        let places = templates[index].places
        try templates[index].bytes.withUnsafeMutableBytes { bytes in
            for (order, place) in places.enumerated() {
                Orders.write(id: first + order, to: bytes.baseAddress! + place)
            }
            try body(UnsafeRawBufferPointer(bytes))
        }
    }
}
