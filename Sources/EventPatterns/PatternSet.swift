/// Any number of event patterns, compiled into one matcher that says which of them an event matches.
///
/// One pass over the event answers for all patterns. Its cost depends on the event and on how many patterns match, and
/// hardly on how many there are: equal rules are shared, names and values are looked up by hash, and a pattern whose
/// rarest rule does not hold is never looked at.
///
/// ```swift
/// let patterns = try PatternSet([
///     #"{"detail": {"state": ["failed"]}}"#,
///     #"{"detail": {"state": [{"prefix": "fail"}]}}"#,
/// ], dialect: .eventBus)
/// let matching = try patterns.matches(Array(#"{"detail": {"state": "failed"}}"#.utf8))  // [0, 1]
/// ```
///
/// It is a value: copy it and share it between tasks as you like.
public struct PatternSet: Sendable {
    private let compiled: CompiledPatterns

    /// The number of patterns.
    public let count: Int

    /// Compiles the patterns; there may be none. Cost: about linear in the patterns' length, times the number of
    /// combinations of their `$or`s.
    ///
    /// - Throws: `PatternError` for the first that is no pattern, or uses an operator that `dialect` has not. The path
    ///   and the message name the pattern, as in `Patterns[1]: $.a`.
    public init(_ patterns: some Sequence<String>, dialect: PatternDialect = .pipes) throws(PatternError) {
        var compiler = PatternCompiler()
        var count = 0
        for pattern in patterns {
            do {
                try compiler.add(pattern, dialect: dialect)
            } catch {
                throw error.within("Patterns[\(count)]")
            }
            count += 1
        }
        self.count = count
        compiled = compiler.compile()
    }

    /// Puts the indexes of the patterns that an event, as UTF-8 JSON text, matches into `matching`, in ascending order.
    ///
    /// Cost: as ``EventPattern/matches(_:reading:)-(RawSpan,_)``, and a little for each pattern that matches. Hand in the
    /// same array again and again, and nothing more is allocated for sets with up to 64 different rules; with more, a few
    /// bits a rule are.
    ///
    /// - Throws: `EventError` when the event is no JSON object; `matching` is then empty.
    public func match(
        _ event: RawSpan, reading: EventReading = .whole, into matching: inout [Int]
    ) throws(EventError) {
        matching.removeAll(keepingCapacity: true)
        try compiled.appendMatches(event, reading: reading, to: &matching)
        guard matching.count > 1 else { return }
        matching.sort()
        // A pattern with `$or` can match in several ways.
        var last = 0
        for index in 1..<matching.count where matching[index] != matching[last] {
            last += 1
            matching[last] = matching[index]
        }
        matching.removeSubrange((last + 1)...)
    }

    /// The indexes of the patterns that an event, as UTF-8 JSON text, matches. See ``match(_:reading:into:)``.
    public func matches(_ event: [UInt8], reading: EventReading = .whole) throws(EventError) -> [Int] {
        var matching: [Int] = []
        try match(event.span.bytes, reading: reading, into: &matching)
        return matching
    }
}
