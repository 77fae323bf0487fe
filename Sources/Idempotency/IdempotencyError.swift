/// Why a call was not made, or its stored result not returned.
public struct IdempotencyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Open: later versions may add codes, so a `switch` needs a `default`.
    public struct Code: Sendable, Hashable {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// Another call with this key runs now. Let the record fail: its retry finds the result.
        public static let alreadyInProgress = Code("alreadyInProgress")
        /// The key was used before with another payload. A retry cannot help.
        public static let payloadMismatch = Code("payloadMismatch")
        /// What the table holds under the key is no record of this kind, or its result is of another type.
        public static let unreadableRecord = Code("unreadableRecord")
        /// `AWS_LAMBDA_FUNCTION_NAME` is not set and no name was given.
        public static let noFunctionName = Code("noFunctionName")
    }

    public var code: Code
    /// One sentence: the record, and the remedy. Holds no contents of the payload.
    public var message: String

    public var description: String { message }
}
