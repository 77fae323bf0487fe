/// The filters of a pipe: up to five patterns, of which an event must match one. Without any, every event passes.
///
/// Source: AWS API reference, `FilterCriteria` of EventBridge Pipes. The patterns are compiled into one matcher, so
/// several cost one pass over the event.
public struct FilterCriteria: Sendable {
    /// Nil when there are no patterns.
    private let compiled: CompiledPatterns?

    /// Compiles the filters.
    ///
    /// - Throws: `PatternError` when there are more than `PatternLimits.patternCountMax`, when one has more than
    ///   `PatternLimits.patternCharactersMax` characters, or is no pattern. The path and the message name the filter,
    ///   as in `Filters[1].Pattern: $.a`.
    public init(patterns: [String], dialect: PatternDialect = .pipes) throws(PatternError) {
        guard patterns.count <= PatternLimits.patternCountMax else {
            throw PatternError(
                code: .tooManyPatterns,
                message: "The filter criteria hold \(patterns.count) patterns at Filters; a pipe takes "
                    + "\(PatternLimits.patternCountMax), so join some with $or.",
                path: "Filters", offset: nil)
        }
        guard !patterns.isEmpty else {
            compiled = nil
            return
        }
        var compiler = PatternCompiler()
        for (index, pattern) in patterns.enumerated() {
            let place = "Filters[\(index)].Pattern"
            do {
                try Self.refuseLongText(pattern)
                try compiler.add(pattern, dialect: dialect)
            } catch {
                throw error.within(place)
            }
        }
        compiled = compiler.compile()
    }

    /// Refuses a pattern that is too long for a filter. AWS counts characters, not bytes.
    static func refuseLongText(_ pattern: String) throws(PatternError) {
        let length = pattern.unicodeScalars.count
        guard length > PatternLimits.patternCharactersMax else { return }
        throw PatternError(
            code: .tooLong,
            message:
                "The pattern has \(length) characters; a pipe takes \(PatternLimits.patternCharactersMax), so remove "
                + "white space or split it.",
            path: "$", offset: nil)
    }

    /// Whether an event, as UTF-8 JSON text, matches one of the patterns; true for anything, unread, if there are none.
    ///
    /// - Throws: `EventError` when the event is no JSON object. Cost: see
    ///   ``EventPattern/matches(_:reading:)-(RawSpan,_)``.
    public func matches(_ event: RawSpan, reading: EventReading = .whole) throws(EventError) -> Bool {
        guard let compiled else { return true }
        return try compiled.matches(event, reading: reading)
    }

    /// Whether an event, as UTF-8 JSON text, matches one of the patterns. See ``matches(_:reading:)-(RawSpan,_)``.
    public func matches(_ event: [UInt8], reading: EventReading = .whole) throws(EventError) -> Bool {
        try matches(event.span.bytes, reading: reading)
    }
}
