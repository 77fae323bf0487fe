/// Whether an event matches a pattern and, if not, why.
public struct MatchExplanation: Sendable, Hashable, CustomStringConvertible {
    /// The answer of ``EventPattern/matches(_:reading:)-([UInt8],_)``.
    public var matches: Bool
    /// What is in the way; empty when the event matches.
    ///
    /// Every way through the pattern's `$or`s fails somewhere, so there is one failure for each way, the nearest way (the
    /// fewest failed clauses) first. Ways that fail at the same clause share a failure. At most
    /// ``failureCountMax`` are worked out.
    public var failures: [ClauseFailure]
    /// The ways beyond those that `failures` tells of. Their clauses fail too.
    public var moreWays: Int

    /// Most failures in one explanation. Ours: more are not read.
    public static let failureCountMax = 8

    /// The explanation as text: one line, or one line more for each failure when there are several.
    public var description: String {
        if matches { return "The event matches." }
        if failures.count == 1, moreWays == 0 { return "The event does not match: \(failures[0].reason)" }
        var lines = ["The event does not match, whichever way is taken through $or:"]
        lines += failures.map(\.reason)
        if moreWays > 0 { lines.append("And \(moreWays) more.") }
        return lines.joined(separator: "\n")
    }
}

/// A clause of a pattern, that is a field with its rule, that does not hold for an event.
public struct ClauseFailure: Sendable, Hashable, CustomStringConvertible {
    /// What an event has at a field.
    public enum Found: Sendable, Hashable {
        /// No such field.
        case missing
        /// Values, as JSON text in the event's order: one, or as many as the arrays there hold, so none for an empty
        /// array.
        case values([String])
        /// An object, which no rule can match.
        case object
    }

    /// The field in the event, such as `$.dynamodb.NewImage.status.S`. Arrays leave no trace in it.
    public var path: String
    /// Where the rule stands in the pattern's UTF-8 text, in bytes.
    public var offset: Int
    /// The rule's JSON text, without white space, such as `["pending","shipped"]`.
    public var rule: String
    /// What the event has there.
    public var found: Found
    /// One sentence for people: the place, what is there, and why that does not do. Its words may change.
    public var reason: String

    public var description: String { reason }
}
