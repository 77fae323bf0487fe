/// One EventBridge event pattern, compiled to be matched against events' bytes.
///
/// All fields of a pattern must match; the values in one field's array are alternatives. The answers are those of the
/// engine behind EventBridge (event-ruler 2.0.1), which the vectors in this module's tests record. Source: "Amazon
/// EventBridge event patterns" and "Comparison operators for use in event patterns" in the EventBridge user guide.
///
/// ```swift
/// let pattern = try EventPattern(#"{"eventName": ["INSERT", {"prefix": "MOD"}]}"#)
/// let isWanted = try pattern.matches(Array(#"{"eventName": "MODIFY"}"#.utf8))
/// ```
///
/// It is a value: copy it and share it between tasks as you like.
public struct EventPattern: Sendable {
    private let compiled: CompiledPatterns

    /// Compiles a pattern. Cost: about linear in its length, times the number of combinations of its `$or`s.
    ///
    /// - Throws: `PatternError` when the text is no pattern, or uses an operator that `dialect` has not.
    public init(_ text: String, dialect: PatternDialect = .pipes) throws(PatternError) {
        var compiler = PatternCompiler()
        try compiler.add(text, dialect: dialect)
        compiled = compiler.compile()
    }

    /// Whether an event, as UTF-8 JSON text, matches.
    ///
    /// Cost: one pass over the event or, with `.untilDecided`, over what it takes to know; two passes and the joining of
    /// elements when two fields of the pattern lie in objects within arrays. Nothing is allocated for events without such
    /// arrays, without escapes in what is compared, and with at most 32 levels of what is wanted, unless the pattern has
    /// more than 64 different rules.
    ///
    /// - Throws: `EventError` when the event is no JSON object, is nested too deeply, or would take too many combinations of
    ///   array elements.
    public func matches(_ event: RawSpan, reading: EventReading = .whole) throws(EventError) -> Bool {
        try compiled.matches(event, reading: reading)
    }

    /// Whether an event, as UTF-8 JSON text, matches. See ``matches(_:reading:)-(RawSpan,_)``.
    public func matches(_ event: [UInt8], reading: EventReading = .whole) throws(EventError) -> Bool {
        try compiled.matches(event.span.bytes, reading: reading)
    }
}
