/// A CloudWatch Logs filter pattern: which log events are wanted.
///
///     ERROR -timeout                               terms, quoted phrases, `-excluded`, `?optional`, `%expressions%`
///     { $.level = "ERROR" && $.durationMs > 500 }  properties of JSON
///     [ip, ..., status = 4*, bytes > 1000]         fields between spaces
///
/// Words are compared by case. A term matches wherever it stands, inside of a longer word as well. Source: AWS's page "Filter
/// pattern syntax"; what it leaves open is listed in Documentation/differences.md.
public struct LogPattern: Sendable {
    /// Most characters of a pattern. AWS: 1,024.
    public static let lengthMax = 1_024
    /// Most expressions of a pattern for properties or fields. AWS: 2.
    static let expressionsMax = 2
    /// Most expressions of a pattern of terms, each of which goes over every message. Ours: bounded work; AWS names no
    /// limit for these.
    static let termExpressionsMax = 10

    private enum Form: Sendable {
        case terms(TermPattern)
        case properties(PropertyPattern)
        case fields(FieldPattern)
    }

    private let form: Form

    /// - Parameter text: nothing, or blanks alone, matches every event.
    /// - Throws: ``LogPatternError`` for a text that is no pattern.
    public init(_ text: String) throws(LogPatternError) {
        guard text.unicodeScalars.count <= Self.lengthMax else {
            throw LogPatternError(
                "The filter pattern has more than \(Self.lengthMax) characters; shorten it.")
        }
        var scanner = PatternScanner(text)
        form =
            switch scanner.next() {
            case UInt8(ascii: "{"): .properties(try PropertyPattern(&scanner))
            case UInt8(ascii: "["): .fields(try FieldPattern(&scanner))
            default: .terms(try TermPattern(&scanner))
            }
    }

    /// Whether a message is wanted. Linear in the message for terms; for the others in the message times the pattern's parts.
    public func matches(_ message: RawSpan) -> Bool {
        switch form {
        case .terms(let pattern): pattern.matches(message)
        case .properties(let pattern): pattern.matches(message)
        case .fields(let pattern): pattern.matches(message)
        }
    }

    public func matches(_ message: String) -> Bool {
        let bytes = Array(message.utf8)
        return matches(bytes.span.bytes)
    }
}
