/// Why an item is no order. Messages name attributes and the order's id, never contents or addresses.
public struct OrderError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of an error. Open: later versions may add codes, so a `switch` needs a `default`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private let name: String

        private init(_ name: String) { self.name = name }

        public var description: String { name }

        /// An attribute that each order has is absent or of another type.
        public static let missingAttribute = Code("missingAttribute")
        /// An attribute is there, but its value means nothing: an unknown status, an amount with a tenth of a cent.
        public static let invalidAttribute = Code("invalidAttribute")
        /// The stream record holds no image where its event needs one: the stream's view type is too small.
        public static let missingImage = Code("missingImage")
    }

    public var code: Code
    public var message: String
    /// The order, if its id could be read.
    public var orderId: String?

    public init(code: Code, message: String, orderId: String?) {
        self.code = code
        self.message = message
        self.orderId = orderId
    }

    public var description: String {
        orderId.map { "\(code): \(message) (order \($0))" } ?? "\(code): \(message)"
    }
}
