/// Finds what a pattern says in vain: clauses that no record of a DynamoDB stream can match, that all records match, or
/// that mean something else than they seem to.
///
/// Such a filter is valid, so AWS accepts it, and afterwards drops or delivers records without a word.
///
/// ```swift
/// let pattern = #"{"dynamodb": {"NewImage": {"amount": {"N": [{"numeric": [">", 100]}]}}}}"#
/// for finding in try PatternLint.findings(in: pattern, stream: .unknown) { print(finding) }
/// ```
public enum PatternLint {
    /// The findings of one pattern, in the order of its text; what follows for the whole pattern comes last.
    ///
    /// Each `.neverMatches`, `.alwaysHolds` and `.holdsForAnyValue` is true for every record the stream can hold; where
    /// that is not certain nothing is said. Cost: linear in the pattern's length, times its combinations of `$or`.
    ///
    /// - Parameters:
    ///   - pattern: the JSON text.
    ///   - stream: what is known of the stream's records; the more, the more can be found.
    ///   - dialect: which operators there are.
    /// - Throws: `PatternError` when the text is no pattern of the dialect, or longer than a pipe takes.
    public static func findings(
        in pattern: String, stream: StreamShape, dialect: PatternDialect = .pipes
    ) throws(PatternError) -> [PatternFinding] {
        if dialect != .eventBus { try FilterCriteria.refuseLongText(pattern) }
        _ = try EventPattern(pattern, dialect: dialect)
        let root = try PatternReader.read(pattern)
        let outline = PatternOutline(root, PatternSource(pattern), dialect)
        var findings = outline.findings
        for rule in outline.liveRules { findings += RuleLint(rule, stream).findings() }
        let combined = CombinationLint(outline, stream).findings()
        findings += combined.findings
        let inOrder = findings.enumerated().sorted { ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset) }
        return inOrder.map(\.element) + (combined.isDead ? [.patternNeverMatches(root.offset)] : [])
    }
}
