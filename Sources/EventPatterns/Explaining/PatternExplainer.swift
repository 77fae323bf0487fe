/// Says why an event does or does not match a pattern: for people, and for tools that show it to them.
///
/// ```swift
/// let explainer = try PatternExplainer(#"{"status": ["shipped"]}"#)
/// let explanation = try explainer.explain(Array(#"{"status": "Shipped"}"#.utf8))
/// // $.status is the string "Shipped", which is not "shipped" (it differs from "shipped" in case only).
/// ```
///
/// The verdicts, on the whole pattern and on each clause, are those of ``EventPattern``; only the words are found here.
/// It is a value: copy it and share it between tasks as you like.
public struct PatternExplainer: Sendable {
    private let dialect: PatternDialect
    private let source: PatternSource
    private let pattern: EventPattern
    private let clauses: [PatternClause]
    /// The ways through the pattern's `$or`s: the indices of the clauses that must hold together, in the text's order.
    private let ways: [[Int]]

    /// Reads a pattern. Cost: as for ``EventPattern``, and once more for each clause.
    ///
    /// - Throws: `PatternError`, exactly when `EventPattern` does.
    public init(_ text: String, dialect: PatternDialect = .pipes) throws(PatternError) {
        self.dialect = dialect
        pattern = try EventPattern(text, dialect: dialect)
        source = PatternSource(text)
        clauses = try source.clauses(try PatternReader.read(text), dialect: dialect)
        var literals = Literals()
        let parsed = try PatternParser.parse(text, dialect: dialect, literals: &literals)
        precondition(parsed.rules.count == clauses.count, "the parser has other rules than the text")
        ways = parsed.combinations.map { $0.values.sorted() }
    }

    /// Explains the verdict on an event, which is UTF-8 JSON text.
    ///
    /// Cost: one match when the event matches; otherwise one more for each clause, a tree of the event, and for clauses
    /// that hold alone but not together some matches for each of them.
    ///
    /// - Throws: `EventError`, exactly when ``EventPattern/matches(_:reading:)-([UInt8],_)`` does.
    public func explain(_ event: [UInt8]) throws(EventError) -> MatchExplanation {
        if try pattern.matches(event) { return MatchExplanation(matches: true, failures: [], moreWays: 0) }
        let holds = clauses.map { (try? $0.pattern.matches(event)) ?? true }
        let nearest = ways.enumerated().sorted { a, b in
            let failed = (a.element.count { !holds[$0] }, b.element.count { !holds[$0] })
            return failed.0 == failed.1 ? a.offset < b.offset : failed.0 < failed.1
        }
        let reasons = FailureReasons(tree: try EventTree(event), source: source, dialect: dialect)
        var failures: [ClauseFailure] = []
        var told = 0
        for (_, way) in nearest {
            let failure = failure(way, holds, event, reasons)
            if !failures.contains(failure) {
                guard failures.count < MatchExplanation.failureCountMax else { break }
                failures.append(failure)
            }
            told += 1
        }
        return MatchExplanation(matches: false, failures: failures, moreWays: ways.count - told)
    }

    /// The first clause of a way that does not hold by itself; if there is none, clauses that do not hold together.
    private func failure(
        _ way: [Int], _ holds: [Bool], _ event: [UInt8], _ reasons: FailureReasons
    ) -> ClauseFailure {
        for index in way where !holds[index] && !reasons.mayHoldInSomeElement(clauses[index]) {
            return reasons.failure(of: clauses[index])
        }
        // The matcher takes fields in the order of their names, so the first clause to fail is looked for in that order.
        let ordered = way.map { clauses[$0] }.sorted { a, b in
            NameOrder.precedes(a.name, b.name)
        }
        let last = ordered.indices.first { !holdTogether(ordered[...$0], event) } ?? ordered.count - 1
        let failed = ordered[last]
        // Only a value that passed ties what comes after it to an element.
        var others = ordered[..<last].filter { reasons.passes($0) && reasons.sharedArray(failed, $0) != nil }
        // What `exists: false` finds missing depends on every field beside it, so there nothing can be left out.
        if !failed.allowsAbsence {
            for other in others {
                let fewer = others.filter { $0.offset != other.offset }
                if !holdTogether(fewer + [failed], event) { others = fewer }
            }
        }
        return others.isEmpty ? reasons.failure(of: failed) : reasons.conflict(of: failed, with: others)
    }

    private func holdTogether(_ clauses: some Collection<PatternClause>, _ event: [UInt8]) -> Bool {
        guard let pattern = try? EventPattern(PatternClause.text(of: clauses), dialect: dialect) else { return true }
        return (try? pattern.matches(event)) ?? true
    }
}
