import EventPatterns
import Stacks

/// What the pipes' filters let through. What is wrong inside a pattern is found by the lint of filters.
enum FilterRules {
    static let all = [invalid, neverMatches, clauseNeverMatches, clauseIdle, suspicious, none]

    static let invalid = Check(
        Rule(
            "filter-invalid", .error, title: "A filter that is no pattern",
            summary: "Every pattern of a pipe's filter is one that pipes take.")
    ) { review in
        review.filterLint.refusals.map { refusal in
            .init(
                line: refusal.line ?? 1, logicalID: refusal.logicalID ?? "",
                message: "A pipe does not take this filter, so the stack cannot be deployed: \(refusal.message)",
                repair: "Correct the Pattern and try it with sluice filter test.")
        }
    }

    static let neverMatches = Check(
        Rule(
            "filter-never-matches", .error, title: "A filter that no record matches",
            summary: "Every pattern of a pipe's filter lets some record of its stream through.")
    ) { review in
        review.findings { $0.code == .patternNeverMatches }.map { located in
            review.problem(
                located,
                "No record of the stream matches Filters[\(located.filterIndex)].Pattern, and what it is for is dropped"
                    + " without a trace.",
                repair: "Correct the clauses of the Pattern that never match; each is a finding of its own.")
        }
    }

    static let clauseNeverMatches = Check(
        Rule(
            "filter-clause-never-matches", .warning, title: "A clause that no record matches",
            summary: "Every clause of a filter holds for some record of the stream.")
    ) { review in
        review.findings {
            $0.effect == .neverMatches && $0.code != .patternNeverMatches && $0.code != .imageNotInStream
        }.map(review.problem)
    }

    static let clauseIdle = Check(
        Rule(
            "filter-clause-idle", .warning, title: "A clause that every record passes",
            summary: "Every clause of a filter keeps some record of the stream out.")
    ) { review in
        review.findings { $0.effect == .alwaysHolds || $0.effect == .holdsForAnyValue }.map(review.problem)
    }

    static let suspicious = Check(
        Rule(
            "filter-suspicious", .warning, title: "A clause that means something else than it seems to",
            summary: "A filter's clauses mean what a reader takes them for.")
    ) { review in review.findings { $0.effect == .suspicious }.map(review.problem) }

    static let none = Check(
        Rule(
            "pipe-no-filter", .note, title: "A pipe without a filter",
            summary: "A pipe to a function has a filter, which is free where calls are not.")
    ) { review in
        review.stack.pipes.filter { $0.patterns.isEmpty && review.function($0.targetARN) != nil }.map { pipe in
            review.problem(
                pipe.logicalID, at: "SourceParameters.FilterCriteria",
                "Every write to the table calls the function and is paid for, also those that it then passes over.",
                repair:
                    "Write in SourceParameters.FilterCriteria.Filters a Pattern of the records that the function acts"
                    + " on."
            )
        }
    }
}

extension ReviewedStack {
    func findings(where isMeant: (PatternFinding) -> Bool) -> [LocatedFinding] {
        filterLint.findings.filter { isMeant($0.finding) }
    }

    /// A finding of the lint in its own words.
    func problem(_ located: LocatedFinding) -> Check.Problem {
        let pattern = "Filters[\(located.filterIndex)].Pattern"
        let remedy = located.finding.remedy ?? "correct the pattern"
        // The lint speaks of one pattern; what this asks for stands at the table.
        let isOfTable = located.finding.code == .imageNotInStream
        return problem(
            located, "\(pattern): \(located.finding.problem).",
            repair: isOfTable
                ? viewTypeRepair(pipe(of: located).sourceTableLogicalID) : "In \(pattern), \(remedy).")
    }

    /// The pipe that a finding of the lint is in.
    func pipe(of located: LocatedFinding) -> PipeResource {
        stack.pipes.first { $0.logicalID == located.diagnostic.logicalID }!
    }

    func problem(_ located: LocatedFinding, _ message: String, repair: String) -> Check.Problem {
        Check.Problem(
            line: located.diagnostic.line ?? 1, logicalID: located.diagnostic.logicalID ?? "", message: message,
            repair: repair)
    }
}
