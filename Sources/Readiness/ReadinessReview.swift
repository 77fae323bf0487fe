public import Stacks

/// What keeps a stack from being fit for production, by all rules.
///
/// ```swift
/// let stack = try Stack(Template(yaml: text, file: "template.yaml"))
/// let review = ReadinessReview(stack, file: "template.yaml", text: text)
/// for finding in review.findings { print(finding) }
/// ```
public struct ReadinessReview: Sendable {
    /// Shards of a stream where nothing else is known: as many as `sluice up` makes.
    public static let shardsDefault = 4
    /// What a stream may be taken to have: more than any table's partitions.
    public static let shardsRange = 1...100_000

    /// The template's file, as its reader named it.
    public let file: String
    /// In the order of the file, and there in that of the rules.
    public let findings: [Finding]
    /// Those that a comment with a reason answers, in the same order.
    public let ignored: [IgnoredFinding]

    /// - Parameters:
    ///   - stack: what the template comes to, with its parameters.
    ///   - file: the template's file, for messages.
    ///   - text: the template's text, for its comments `# sluice:ignore RULE reason`.
    ///   - shards: how many shards side by side a table's stream is taken to have, within
    ///     ``shardsRange``. On AWS, one for each of the table's partitions.
    public init(_ stack: Stack, file: String, text: String, shards: Int = shardsDefault) {
        precondition(Self.shardsRange.contains(shards))
        let reviewed = ReviewedStack(stack, file: file, shards: shards)
        let comments = IgnoreComment.all(in: text)
        var used: Set<IgnoreComment> = []
        var findings: [Finding] = []
        var ignored: [IgnoredFinding] = []
        for check in Check.all {
            for problem in check.problems(reviewed) {
                let finding = Finding(
                    rule: check.rule, file: file, line: problem.line, logicalID: problem.logicalID,
                    message: problem.message, repair: problem.repair, snippet: problem.snippet)
                let places = [problem.line, reviewed.source(problem.logicalID).line]
                let answers = comments.filter { comment in
                    comment.ruleID == check.rule.id && comment.target.map(places.contains) ?? false
                }
                used.formUnion(answers)
                if let answer = answers.first(where: { !$0.reason.isEmpty }) {
                    ignored.append(IgnoredFinding(finding: finding, reason: answer.reason))
                } else {
                    findings.append(finding)
                }
            }
        }
        findings += comments.compactMap { $0.finding(isUsed: used.contains($0), file: file) }
        self.file = file
        self.findings = Self.inOrder(findings, \.line)
        self.ignored = Self.inOrder(ignored, \.finding.line)
    }

    /// How many findings of a severity there are.
    public func count(_ severity: Rule.Severity) -> Int { findings.count { $0.rule.severity == severity } }

    /// Whether a finding is at least as bad.
    public func fails(at level: Rule.Severity) -> Bool { findings.contains { $0.rule.severity >= level } }

    /// By lines; those of one line keep their order.
    private static func inOrder<T>(_ values: [T], _ line: (T) -> Int) -> [T] {
        values.enumerated().sorted { (line($0.element), $0.offset) < (line($1.element), $1.offset) }.map(\.element)
    }
}
