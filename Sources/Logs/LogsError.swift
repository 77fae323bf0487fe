/// A request that CloudWatch Logs refuses.
public struct LogsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The name of AWS's exception.
    public struct Code: Hashable, Sendable {
        public let name: String
        public static let invalidParameter = Code(name: "InvalidParameterException")
        public static let resourceNotFound = Code(name: "ResourceNotFoundException")
        public static let resourceAlreadyExists = Code(name: "ResourceAlreadyExistsException")
        public static let tooManyTags = Code(name: "TooManyTagsException")
        public static let validation = Code(name: "ValidationException")
    }

    public let code: Code
    /// One sentence, in AWS's words where they are known.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    static let noSuchGroup = LogsError(.resourceNotFound, "The specified log group does not exist.")
    static let noSuchStream = LogsError(.resourceNotFound, "The specified log stream does not exist.")
    static let groupExists = LogsError(.resourceAlreadyExists, "The specified log group already exists")
    static let streamExists = LogsError(.resourceAlreadyExists, "The specified log stream already exists")
    static let invalidToken = LogsError(.invalidParameter, "The specified nextToken is invalid.")
}
