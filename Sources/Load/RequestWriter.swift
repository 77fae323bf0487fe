import Items
public import Orders

/// Writes the bytes of requests: everything but the orders' ids was made before.
///
/// A write is PutItem of the whole order, so that an update is one change with an old and a new image as well, and can
/// stand in a batch: BatchWriteItem knows no updates.
public struct RequestWriter: Sendable {
    /// The headers that sign a request with this body.
    public typealias Signing = @Sendable (_ body: [UInt8]) -> [(name: String, value: String)]

    /// Where requests go, and what is the same in all of them.
    public struct Target: Sendable {
        /// Host and port, as the header `Host` has them.
        public var authority: String
        /// `/` for DynamoDB.
        public var path: String
        public var table: String
        /// Headers of each request beside those of the protocol.
        public var headers: [(name: String, value: String)]
        /// Nil for requests that are not signed.
        public var signing: Signing?

        public init(
            authority: String, path: String = "/", table: String, headers: [(name: String, value: String)] = [],
            signing: Signing? = nil
        ) {
            self.authority = authority
            self.path = path
            self.table = table
            self.headers = headers
            self.signing = signing
        }
    }

    /// Most writes in a BatchWriteItem request.
    public static let batchMax = 25

    /// A part of a request for one order and status.
    private struct Fragment {
        let range: Range<Int>
        /// Where the 16 digits of its id begin.
        let place: Int
    }

    private static let digitCount = 16
    private static let digits = Array("0123456789abcdef".utf8)

    public let target: Target
    /// Writes in a request.
    public let batch: Int
    private let run: UInt64
    private let head: [UInt8]
    private let opening: [UInt8]
    private let closing: [UInt8]
    /// All fragments' bytes: one piece of memory.
    private var bytes: [UInt8] = []
    /// Of each order pending, and behind them shipped.
    private var fragments: [Fragment] = []
    private let orderCount: Int

    /// - Parameters:
    ///   - orders: what is written, in turn; at least one.
    ///   - batch: writes in a request, 1 to 25; 1 makes PutItem requests.
    ///   - run: makes the ids different from those of other runs.
    public init(_ orders: [Order], to target: Target, batch: Int, run: UInt64) {
        self.target = target
        self.batch = batch
        self.run = SplitMix.mix(run)
        orderCount = orders.count
        let headers = Self.fixedHeaders(target, batch: batch).map { "\($0.name): \($0.value)\r\n" }.joined()
        head = Array("POST \(target.path) HTTP/1.1\r\nHost: \(target.authority)\r\n\(headers)".utf8)
        opening = batch == 1 ? [] : Array(#"{"RequestItems":{"\#(target.table)":["#.utf8)
        closing = batch == 1 ? [] : Array("]}}".utf8)
        for status in [OrderStatus.pending, .shipped] {
            for var order in orders {
                order.status = status
                append(order)
            }
        }
    }

    private static func fixedHeaders(_ target: Target, batch: Int) -> [(name: String, value: String)] {
        [
            ("X-Amz-Target", "DynamoDB_20120810.\(batch == 1 ? "PutItem" : "BatchWriteItem")"),
            ("Content-Type", "application/x-amz-json-1.0"),
        ] + target.headers
    }

    private mutating func append(_ order: Order) {
        let id = order.orderId
        var order = order
        order.orderId = "\(id)-\(String(decoding: Self.digits, as: UTF8.self))"
        let item = String(decoding: order.item.json, as: UTF8.self)
        let text =
            batch == 1
            ? #"{"TableName":"\#(target.table)","Item":\#(item)}"# : #"{"PutRequest":{"Item":\#(item)}}"#
        let fragment = Array(text.utf8)
        let sought = [UInt8(ascii: "-")] + Self.digits + [UInt8(ascii: "\"")]
        guard
            let place = fragment.indices.first(where: {
                fragment[$0] == UInt8(ascii: "-") && fragment[$0...].starts(with: sought)
            })
        else {
            preconditionFailure("an order's item holds its id")
        }
        fragments.append(Fragment(range: bytes.count..<bytes.count + fragment.count, place: place + 1))
        bytes += fragment
    }

    // MARK: Orders

    /// The id of an order; different orders have different ones.
    public func orderId(_ number: Int, of orders: [Order]) -> String {
        var digits: [UInt8] = []
        withDigits(of: number) { digits.append($0) }
        return "\(orders[number % orders.count].orderId)-\(String(decoding: digits, as: UTF8.self))"
    }

    private func withDigits(of number: Int, _ body: (UInt8) -> Void) {
        // In no order, so that writes go to keys all over the table.
        var value = SplitMix.mix(run &+ UInt64(number))
        for _ in 0..<Self.digitCount {
            body(Self.digits[Int(truncatingIfNeeded: value >> 60)])
            value <<= 4
        }
    }

    // MARK: Requests

    /// The headers of a request but `Host` and `Content-Length`, signature included.
    public func headers(of body: [UInt8]) -> [(name: String, value: String)] {
        Self.fixedHeaders(target, batch: batch) + (target.signing?(body) ?? [])
    }

    /// The body of a request.
    public func body(of writes: [OrderWrite]) -> [UInt8] {
        var body: [UInt8] = []
        appendBody(writes, to: &body)
        return body
    }

    /// Writes a whole HTTP/1.1 request over what `request` holds.
    public func write(_ writes: [OrderWrite], to request: inout [UInt8]) {
        request.removeAll(keepingCapacity: true)
        request += head
        if let signing = target.signing {
            let body = body(of: writes)
            for header in signing(body) { request += "\(header.name): \(header.value)\r\n".utf8 }
            appendLength(body.count, to: &request)
            request += body
        } else {
            appendLength(length(of: writes), to: &request)
            appendBody(writes, to: &request)
        }
    }

    private func appendLength(_ length: Int, to request: inout [UInt8]) {
        request += "Content-Length: \(length)\r\n\r\n".utf8
    }

    private func fragment(_ write: OrderWrite) -> Fragment {
        fragments[write.order % orderCount + (write.isUpdate ? orderCount : 0)]
    }

    private func length(of writes: [OrderWrite]) -> Int {
        writes.reduce(opening.count + closing.count + writes.count - 1) { $0 + fragment($1).range.count }
    }

    private func appendBody(_ writes: [OrderWrite], to body: inout [UInt8]) {
        body += opening
        for (index, write) in writes.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            let fragment = fragment(write)
            var place = body.count + fragment.place
            body += bytes[fragment.range]
            withDigits(of: write.order) {
                body[place] = $0
                place += 1
            }
        }
        body += closing
    }
}
