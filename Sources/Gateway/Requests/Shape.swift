/// What a parameter of a request may be, in the words of AWS's API model: types and constraints of single values.
///
/// One description serves both of AWS's checks: of types, while the JSON is read (``RequestReader``), and of constraints,
/// afterwards (``ConstraintCheck``).
indirect enum Shape: Sendable {
    case string(StringRule = StringRule())
    case integer(IntegerType, ClosedRange<Int>? = nil)
    case boolean
    case list(Shape, count: ClosedRange<Int> = 0...Int.max)
    /// Texts by names that the client chooses.
    case map(key: StringRule, value: StringRule, count: ClosedRange<Int>)
    /// - Parameter name: the structure's name in AWS's model, which its messages show.
    case structure(_ name: String, [Member])

    /// AWS's two kinds of whole numbers; they differ in messages alone.
    enum IntegerType: String, Sendable {
        case integer = "Integer"
        case long = "Long"
    }

    struct StringRule: Sendable {
        var length = 0...Int.max
        var pattern: Pattern?
        var values: [String]?
        /// Whether AWS's messages keep the value to themselves.
        var isSensitive = false
    }

    /// The regular expressions of AWS's model.
    enum Pattern: String, Sendable {
        case name = "[a-zA-Z0-9_.-]+"
        case pipeName = #"[\.\-_A-Za-z0-9]+"#
        case line = ".*"
        case kmsKey = #"[a-zA-Z0-9_\-/:]*"#
        case arn =
            #"arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-]+):([a-z]{2,4}((-gov)|(-de)|(-iso([a-z]?)))?-[a-z]+(-\d{1})?)?:(\d{12})?:(.+)"#
        case optionalARN =
            #"$|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-]+):([a-z]{2,4}((-gov)|(-de)|(-iso([a-z]?)))?-[a-z]+(-\d{1})?)?:(\d{12})?:(.+)"#
        case arnOrURL =
            #"smk://(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\-]*[a-zA-Z0-9])\.)*([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9\-]*[A-Za-z0-9]):[0-9]{1,5}|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-]+):([a-z]{2,4}((-gov)|(-de)|(-iso([a-z]?)))?-[a-z]+(-\d{1})?)?:(\d{12})?:(.+)"#
        case roleARN = #"arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z0-9+=,.@\-_/]+"#
        case pipeARN = #"arn:aws([a-z]|\-)*:([a-zA-Z0-9\-]+):([a-z]|\d|\-)*:([0-9]{12})?:(.+)"#
        case logGroupARN =
            #"(^arn:aws([a-z]|\-)*:logs:([a-z]{2,4}((-gov)|(-de)|(-iso([a-z]?)))?-[a-z]+(-\d{1})?):(\d{12}):log-group:[\.\-_/#A-Za-z0-9]{1,512}(:\*)?)"#
        case firehoseARN =
            #"(^arn:aws([a-z]|\-)*:firehose:([a-z]{2,4}((-gov)|(-de)|(-iso([a-z]?)))?-[a-z]+(-\d{1})?):(\d{12}):deliverystream/[a-zA-Z0-9_.-]{1,64})"#
        case noSpace = #"[^\s]+"#
        case variableName = "[a-zA-Z]([a-zA-Z0-9_])+"
        case account = #"\d{12}"#
        case logGroupName = #"[\.\-_/#A-Za-z0-9]+"#
        case logGroupNamePart = #"[\.\-_/#A-Za-z0-9]*"#
        case logStreamName = "[^:*]*"
        case logGroupIdentifier = #"[\w#+=/:,.@-]*"#

        func matches(_ text: String) -> Bool {
            switch self {
            case .name, .pipeName: Self.isName(text)
            case .logGroupName, .logGroupNamePart: Self.isLogGroupName(text, mayBeEmpty: self == .logGroupNamePart)
            case .logStreamName: !text.utf8.contains { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "*") }
            default: matchesExpression(text)
            }
        }

        /// For rare requests. A text beyond every length that goes with a pattern is refused for its length alone.
        private func matchesExpression(_ text: String) -> Bool {
            guard text.utf8.count <= Self.textBytesMax else { return true }
            // Each expression is in the table above and has a test.
            let expression = try! Regex(rawValue).asciiOnlyCharacterClasses()
            return (try? expression.wholeMatch(in: text)) != nil
        }

        /// Most bytes of a text that an expression is tried on: the longest that a rule allows has 2,048 characters.
        private static let textBytesMax = 16_384

        // The hot ones, by hand.

        private static func isLogGroupName(_ text: String, mayBeEmpty: Bool) -> Bool {
            (mayBeEmpty || !text.isEmpty)
                && text.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "-")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "#"):
                        true
                    default: false
                    }
                }
        }

        private static func isName(_ text: String) -> Bool {
            !text.isEmpty
                && text.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
                        true
                    default: false
                    }
                }
        }
    }

    struct Member: Sendable {
        let name: String
        let isRequired: Bool
        let shape: Shape

        init(_ name: String, _ shape: Shape, isRequired: Bool = false) {
            self.name = name
            self.isRequired = isRequired
            self.shape = shape
        }
    }

    static func string(length: ClosedRange<Int>, pattern: Pattern? = nil, isSensitive: Bool = false) -> Shape {
        .string(StringRule(length: length, pattern: pattern, isSensitive: isSensitive))
    }

    /// One of the given texts. AWS lists them in its messages in an order of its own, which is kept here.
    static func oneOf(_ values: String...) -> Shape { .string(StringRule(values: values)) }

    /// A name as tables and indexes have it.
    static let name = Shape.string(length: 3...255, pattern: .name)
    static let any = Shape.string()
}
