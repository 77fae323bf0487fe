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
    /// Each clause as a pattern of its own.
    private let alone: PatternSet
    /// The ways through the pattern's `$or`s: the indices of the clauses that must hold together, in the text's order.
    private let ways: [[Int]]

    /// Reads a pattern. Cost: as for ``EventPattern``, and twice more for each clause.
    ///
    /// - Throws: `PatternError`, exactly when `EventPattern` does.
    public init(_ text: String, dialect: PatternDialect = .pipes) throws(PatternError) {
        self.dialect = dialect
        pattern = try EventPattern(text, dialect: dialect)
        source = PatternSource(text)
        clauses = try source.clauses(try PatternReader.read(text), dialect: dialect)
        alone = try PatternSet(clauses.map { PatternClause.text(of: [$0]) }, dialect: dialect)
        var literals = Literals()
        let parsed = try PatternParser.parse(text, dialect: dialect, literals: &literals)
        precondition(parsed.rules.count == clauses.count, "the parser has other rules than the text")
        ways = parsed.combinations.map { $0.values.sorted() }
    }

    /// Explains the verdict on an event, which is UTF-8 JSON text.
    ///
    /// Cost: one match when the event matches. Otherwise one more for all clauses, a tree of the event (forty bytes of
    /// memory for a value, and sixteen for a field's name), and for clauses that hold alone but not together some matches
    /// for each of them, in ``MatchExplanation/failureCountMax`` ways at most. All of it is linear in the event's size.
    ///
    /// - Throws: `EventError`, exactly when ``EventPattern/matches(_:reading:)-([UInt8],_)`` does.
    public func explain(_ event: [UInt8]) throws(EventError) -> MatchExplanation {
        if try pattern.matches(event) { return .match }
        let holding = Set(try alone.matches(event))
        let nearest = ways.map { way in (clauses: way, failed: way.count { !holding.contains($0) }) }.enumerated()
            .sorted { ($0.element.failed, $0.offset) < ($1.element.failed, $1.offset) }
            .map(\.element.clauses)
        let reasons = FailureReasons(tree: try EventTree(event), source: source, dialect: dialect)
        let failing = clauses.indices.filter {
            !holding.contains($0) && !reasons.mayHoldInSomeElement(clauses[$0])
        }
        var answers = Answers(event: event, reasons: reasons, failing: Set(failing))
        let (failures, moreClauses) = failures(nearest[0], &answers)
        var otherWays: [ClauseFailure] = []
        var told = 1
        for way in nearest.dropFirst() {
            guard let failure = firstFailure(way, &answers) else { continue }
            if !failures.contains(failure), !otherWays.contains(failure) {
                guard failures.count + otherWays.count < MatchExplanation.failureCountMax else { break }
                otherWays.append(failure)
            }
            told += 1
        }
        return MatchExplanation(
            matches: false, failures: failures, moreClauses: moreClauses, otherWays: otherWays,
            moreWays: ways.count - told)
    }

    /// What is known of one event.
    private struct Answers {
        let event: [UInt8]
        let reasons: FailureReasons
        /// The clauses that do not hold by themselves.
        let failing: Set<Int>
        /// Their failures, worked out once, as ways share clauses.
        var failures: [Int: ClauseFailure] = [:]
        /// How often it was worked out which clauses do not hold together.
        var jointCount = 0

        mutating func failure(of index: Int, _ clause: PatternClause) -> ClauseFailure {
            if let failure = failures[index] { return failure }
            let failure = reasons.failure(of: clause)
            failures[index] = failure
            return failure
        }
    }

    /// The clauses of a way that do not hold by themselves, and how many there are beyond those; if there are none, the
    /// clauses that do not hold together.
    private func failures(_ way: [Int], _ answers: inout Answers) -> ([ClauseFailure], more: Int) {
        let failing = way.filter(answers.failing.contains)
        guard !failing.isEmpty else {
            answers.jointCount += 1
            return ([jointFailure(way, answers)], 0)
        }
        let told = failing.prefix(MatchExplanation.clauseCountMax)
        return (told.map { answers.failure(of: $0, clauses[$0]) }, failing.count - told.count)
    }

    /// Nil when no clause of the way fails by itself, and that was so of as many ways as are looked into: each costs
    /// matches for each of its clauses, and there may be a thousand.
    private func firstFailure(_ way: [Int], _ answers: inout Answers) -> ClauseFailure? {
        guard let index = way.first(where: answers.failing.contains) else {
            guard answers.jointCount < MatchExplanation.failureCountMax else { return nil }
            answers.jointCount += 1
            return jointFailure(way, answers)
        }
        return answers.failure(of: index, clauses[index])
    }

    /// The failure of clauses of which none fails by itself.
    private func jointFailure(_ way: [Int], _ answers: Answers) -> ClauseFailure {
        let (event, reasons) = (answers.event, answers.reasons)
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
