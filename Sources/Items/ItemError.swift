/// What is wrong with an item, a key, a number or an expression.
///
/// `message` is AWS's own wording where it is known (recorded answers of DynamoDB), so that a protocol layer can hand
/// it to a client unchanged. Messages name attributes and placeholders; like AWS's they may repeat a refused number or
/// set member, so log the code and not the message where order contents must stay private.
public struct ItemError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of an error. Open: later versions may add codes, so a `switch` needs a `default`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private let name: String

        private init(_ name: String) { self.name = name }

        public var description: String { name }

        /// DynamoDB answers `ValidationException`, HTTP 400.
        public static let validation = Code("validation")
        /// The bytes are no JSON, or no valid UTF-8. DynamoDB answers `SerializationException`.
        public static let malformedJSON = Code("malformedJSON")
        /// JSON of the wrong shape, such as a JSON number where DynamoDB wants a string. `SerializationException`.
        public static let serialization = Code("serialization")
        /// Key bytes that no `KeyCoding` wrote: damaged storage, never a client's mistake.
        public static let malformedKey = Code("malformedKey")
    }

    public var code: Code
    public var message: String

    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code): \(message)" }
}

extension ItemError {
    static func validation(_ message: String) -> ItemError { ItemError(code: .validation, message: message) }

    /// A validation error that begins as most of DynamoDB's do.
    static func invalidParameter(_ detail: String) -> ItemError {
        .validation("One or more parameter values were invalid: \(detail)")
    }

    static func serialization(_ message: String) -> ItemError { ItemError(code: .serialization, message: message) }
}
