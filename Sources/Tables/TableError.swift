import Items

/// A request that a table refuses, under DynamoDB's names.
public struct TableError: Error, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        /// DynamoDB's exception name.
        public let name: String
        /// The condition of a write was not met.
        public static let conditionalCheckFailed = Code(name: "ConditionalCheckFailedException")
        /// The request is wrong in itself.
        public static let validation = Code(name: "ValidationException")
        /// The stored table and the template's differ in a way that is not changed in place.
        public static let definitionChanged = Code(name: "ResourceInUseException")
    }

    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    static let conditionalCheckFailed = TableError(.conditionalCheckFailed, "The conditional request failed")
}
