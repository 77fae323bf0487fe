/// Whether an event matches a pattern and, if not, why.
public struct MatchExplanation: Sendable, Hashable, CustomStringConvertible {
    /// The answer of ``EventPattern/matches(_:reading:)-([UInt8],_)``.
    public var matches: Bool
    /// What is in the way; empty when the event matches.
    ///
    /// A pattern without `$or` is one way, and each `$or` multiplies the ways. These are the failed clauses of the nearest
    /// way (that with the fewest), in the pattern's order, at most ``clauseCountMax``: all of them must be repaired. When
    /// its clauses hold alone but not together, there is one failure that says so.
    public var failures: [ClauseFailure]
    /// The failed clauses of the nearest way beyond those in `failures`.
    public var moreClauses: Int
    /// For each other way, the nearer ones first, its first failure. Ways that fail at the same clause share it, and a failure
    /// that `failures` has is not repeated. With `failures` at most ``failureCountMax``; as many ways are looked into
    /// whose clauses hold alone but not together.
    public var otherWays: [ClauseFailure]
    /// The ways beyond those that `failures` and `otherWays` tell of. Their clauses fail too.
    public var moreWays: Int

    /// Most failures in one explanation. Ours: more are not read.
    public static let failureCountMax = 8
    /// Most failures of the nearest way. Ours, so that what other ways lack is told too.
    public static let clauseCountMax = 5

    static let match = MatchExplanation(matches: true, failures: [], moreClauses: 0, otherWays: [], moreWays: 0)

    /// The explanation as text: one line, or one line more for each failure when there are several.
    public var description: String {
        if matches { return "The event matches." }
        let hasOthers = !otherWays.isEmpty || moreWays > 0
        if failures.count == 1, moreClauses == 0, !hasOthers {
            return "The event does not match: \(failures[0].reason)"
        }
        var lines = ["The event does not match\(hasOthers ? ", whichever way is taken through $or" : ""):"]
        lines += failures.map(\.reason)
        if moreClauses > 0 { lines.append("And \(moreClauses) more \(moreClauses == 1 ? "clause" : "clauses").") }
        lines += otherWays.map { "Another way: \($0.reason)" }
        if moreWays > 0 { lines.append("And \(moreWays) more \(moreWays == 1 ? "way" : "ways").") }
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
        /// array. At most ``ClauseFailure/valueCountMax``; each is cut to ``ClauseFailure/valueCharactersMax``
        /// characters, with three dots in place of the rest.
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
    /// How many values the event has there, also those that `found` leaves out.
    public var valueCount: Int
    /// One sentence for people: the place, what is there, and why that does not do. Its words may change.
    public var reason: String

    /// Most values in `found`. Ours: an event may hold millions.
    public static let valueCountMax = 20
    /// Most characters of a value in `found`. Ours: one value may be the whole event.
    public static let valueCharactersMax = 1_000

    public var description: String { reason }
}
