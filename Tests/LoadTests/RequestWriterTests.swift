import Foundation
import Items
import Load
import Orders
import Testing

@Suite struct RequestWriterTests {
    private static let orders = Array(OrderShares().catalogue(seed: 1, timestamp: 1_700_000_000_000).prefix(80))

    private static func writer(batch: Int, run: UInt64 = 1, signing: RequestWriter.Signing? = nil) -> RequestWriter {
        RequestWriter(
            orders,
            to: .init(authority: "127.0.0.1:4566", table: "Orders", headers: [("X-More", "a")], signing: signing),
            batch: batch, run: run)
    }

    /// The request's lines, and its body.
    private static func parts(_ request: [UInt8]) throws -> (head: [Substring], body: [UInt8]) {
        let text = String(decoding: request, as: UTF8.self)
        let end = try #require(text.range(of: "\r\n\r\n"))
        return (text[..<end.lowerBound].split(separator: "\r\n"), Array(text[end.upperBound...].utf8))
    }

    private struct Put: Decodable {
        let TableName: String?
        let Item: Items.Item
    }

    private struct Batch: Decodable {
        struct Request: Decodable { let PutRequest: Put }
        let RequestItems: [String: [Request]]
    }

    @Test func aSingleWriteIsAPutItemOfTheWholeOrder() throws {
        let writer = Self.writer(batch: 1)
        var request: [UInt8] = [1, 2, 3]
        writer.write([OrderWrite(order: 7, isUpdate: false)], to: &request)
        let (head, body) = try Self.parts(request)
        #expect(head[0] == "POST / HTTP/1.1")
        #expect(head.contains("Host: 127.0.0.1:4566"))
        #expect(head.contains("X-Amz-Target: DynamoDB_20120810.PutItem"))
        #expect(head.contains("X-More: a"))
        #expect(head.contains("Content-Length: \(body.count)"))
        let put = try JSONDecoder().decode(Put.self, from: Data(body))
        var expected = Self.orders[7]
        expected.orderId = writer.orderId(7, of: Self.orders)
        #expect(put.TableName == "Orders")
        #expect(try Order(item: put.Item) == expected)
        #expect(body == writer.body(of: [OrderWrite(order: 7, isUpdate: false)]))
    }

    @Test func anUpdateIsTheSameOrderShipped() throws {
        let writer = Self.writer(batch: 1)
        // A number beyond the catalogue begins it anew with another id.
        let number = Self.orders.count + 3
        func order(_ isUpdate: Bool) throws -> Order {
            let body = writer.body(of: [OrderWrite(order: number, isUpdate: isUpdate)])
            return try Order(item: try JSONDecoder().decode(Put.self, from: Data(body)).Item)
        }
        var (pending, shipped) = (try order(false), try order(true))
        #expect(pending.status == .pending)
        #expect(shipped.status == .shipped)
        shipped.status = .pending
        #expect(pending == shipped)
        pending.orderId = Self.orders[3].orderId
        #expect(pending == Self.orders[3])
        #expect(shipped.orderId != writer.orderId(3, of: Self.orders))
    }

    @Test func aBatchIsOneRequestWithAllItsOrders() throws {
        let writer = Self.writer(batch: 25)
        let writes = (0..<25).map { OrderWrite(order: $0 * 3, isUpdate: $0.isMultiple(of: 2)) }
        var request: [UInt8] = []
        writer.write(writes, to: &request)
        let (head, body) = try Self.parts(request)
        #expect(head.contains("X-Amz-Target: DynamoDB_20120810.BatchWriteItem"))
        #expect(head.contains("Content-Length: \(body.count)"))
        let items = try #require(try JSONDecoder().decode(Batch.self, from: Data(body)).RequestItems["Orders"])
        let orders = try items.map { try Order(item: $0.PutRequest.Item) }
        #expect(orders.map(\.orderId) == writes.map { writer.orderId($0.order, of: Self.orders) })
        #expect(orders.map { $0.status == .shipped } == writes.map(\.isUpdate))
    }

    @Test func idsDifferBetweenOrdersAndRuns() {
        let (one, other) = (Self.writer(batch: 1, run: 1), Self.writer(batch: 1, run: 2))
        let ids = (0..<1_000).flatMap { [one.orderId($0, of: Self.orders), other.orderId($0, of: Self.orders)] }
        #expect(Set(ids).count == 2_000)
        #expect(Self.writer(batch: 1, run: 1).orderId(5, of: Self.orders) == one.orderId(5, of: Self.orders))
    }

    @Test func aSignedRequestHasTheHeadersThatItsBodyGives() throws {
        let writer = Self.writer(batch: 1) { [("Authorization", "of \($0.count) bytes")] }
        var request: [UInt8] = []
        writer.write([OrderWrite(order: 0, isUpdate: false)], to: &request)
        let (head, body) = try Self.parts(request)
        #expect(head.contains("Authorization: of \(body.count) bytes"))
        #expect(head.contains("Content-Length: \(body.count)"))
        #expect(writer.headers(of: body).map(\.name) == ["X-Amz-Target", "Content-Type", "X-More", "Authorization"])
    }
}
