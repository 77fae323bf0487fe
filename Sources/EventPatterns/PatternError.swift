/// Why a pattern was refused.
public struct PatternError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of mistake. More may come, so a `switch` over codes needs a default.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        public let description: String
        private init(_ name: String) { description = name }

        /// The text is no JSON.
        public static let malformedJSON = Code("malformedJSON")
        /// The text is JSON but not an object.
        public static let notAnObject = Code("notAnObject")
        /// An object, array or operator without content.
        public static let empty = Code("empty")
        /// A field whose value is neither an array of alternatives nor an object of fields.
        public static let fieldNotArrayOrObject = Code("fieldNotArrayOrObject")
        /// An array inside a field's array.
        public static let nestedArray = Code("nestedArray")
        /// A key that is no operator.
        public static let unknownOperator = Code("unknownOperator")
        /// An operator that exists, but not in this dialect.
        public static let unsupportedOperator = Code("unsupportedOperator")
        /// Two keys in the object of one operator.
        public static let moreThanOneOperator = Code("moreThanOneOperator")
        /// An operand of the wrong type or value.
        public static let invalidOperand = Code("invalidOperand")
        /// A number whose text is not the shortest text of its double, which AWS cannot compare.
        public static let inexactNumber = Code("inexactNumber")
        /// `$or` with less than two alternatives, something else than objects, or a reserved word as a field.
        public static let invalidOr = Code("invalidOr")
        /// More characters than a filter may have, or more bytes than any pattern.
        public static let tooLong = Code("tooLong")
        /// More levels than `PatternLimits.patternDepthMax`.
        public static let tooDeep = Code("tooDeep")
        /// More filters than a pipe may have.
        public static let tooManyPatterns = Code("tooManyPatterns")
        /// More combinations of `$or` than AWS allows.
        public static let tooManyCombinations = Code("tooManyCombinations")
    }

    public var code: Code
    /// One sentence: what is wrong, where (JSON path and byte offset), and how to repair it.
    public var message: String
    /// The JSON path of the culprit, such as `$.dynamodb.NewImage.status.S[0]`; with the filter's name before it
    /// (`Filters[1].Pattern: $.a`) when it comes from `FilterCriteria`.
    public var path: String
    /// Where in the pattern's UTF-8 text it stands, in bytes; nil when no place is to blame.
    public var offset: Int?

    public var description: String { message }

    /// The error with the name of the pattern before its path and message.
    func within(_ name: String) -> PatternError {
        PatternError(code: code, message: "\(name): \(message)", path: "\(name): \(path)", offset: offset)
    }
}

/// Why an event could not be judged: it is no JSON object, or beyond a limit. Such an event never matches.
public struct EventError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of trouble. More may come, so a `switch` over codes needs a default.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        // A byte, not a name: every step of the scanner may throw the error, so it is kept small.
        private enum Kind: UInt8 { case malformed, tooDeep, tooManyCombinations }

        private let kind: Kind

        /// The event is no JSON object.
        public static let malformed = Code(kind: .malformed)
        /// More levels than `PatternLimits.eventDepthMax`.
        public static let tooDeep = Code(kind: .tooDeep)
        /// The elements of its arrays would take too many steps to join.
        public static let tooManyCombinations = Code(kind: .tooManyCombinations)

        public var description: String { "\(kind)" }
    }

    public var code: Code
    /// What is wrong, without the place.
    public var message: String
    /// Where in the event, in bytes from its start.
    public var offset: Int

    public var description: String { "The event \(message) at byte \(offset)." }

    init(_ message: String, at offset: Int, code: Code = .malformed) {
        self.code = code
        self.message = message
        self.offset = offset
    }

    static func tooDeep(_ offset: Int) -> EventError {
        EventError("is nested deeper than \(PatternLimits.eventDepthMax) levels", at: offset, code: .tooDeep)
    }
}

/// The limits of patterns and events, each with its source.
public enum PatternLimits {
    /// Most filters of one pipe. Source: AWS API reference, `FilterCriteria.Filters` of Pipes: 0 to 5 items.
    public static let patternCountMax = 5
    /// Most characters of one filter's pattern. Source: AWS API reference, `Filter.Pattern` of Pipes: 0 to 4,096.
    public static let patternCharactersMax = 4_096
    /// Most combinations that the `$or`s of one pattern may give. Source: AWS, "Comparison operators", `$or`: 1,000.
    public static let orCombinationsMax = 1_000
    /// Most bytes of any pattern's text. Ours, sixteen times what a pipe takes: the compiler's time and memory grow with
    /// the square where long names hold many fields.
    public static let patternBytesMax = 65_536
    /// Most levels of objects and arrays in a pattern. Ours: the compiler recurses, AWS names no limit.
    public static let patternDepthMax = 256
    /// Most levels of objects and arrays in an event. Ours, and the default of the JSON parser that AWS's engine uses
    /// (Jackson 2.15, `StreamReadConstraints`); the scanner does not recurse.
    public static let eventDepthMax = 1_000
}
