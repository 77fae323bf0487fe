/// A review as JSON for programs. New members may come; none vanish.
public struct ReviewReport: Encodable, Sendable {
    /// A finding.
    public struct Entry: Encodable, Sendable {
        /// The rule's id.
        public let rule: String
        public let severity: Rule.Severity
        public let file: String
        /// From 1.
        public let line: Int
        /// The resource's logical ID; not there for a comment.
        public let resource: String?
        public let message: String
        public let repair: String
        /// YAML to paste; not there where the repair says it all.
        public let snippet: String?
        /// The rule's page, from the project's folder.
        public let page: String
        /// Why the finding is ignored; not there for one that is not.
        public let reason: String?

        init(_ finding: Finding, reason: String? = nil) {
            rule = finding.rule.id
            severity = finding.rule.severity
            file = finding.file
            line = finding.line
            resource = finding.logicalID
            message = finding.message
            repair = finding.repair
            snippet = finding.snippet
            page = finding.rule.page
            self.reason = reason
        }
    }

    /// How many rules were looked at.
    public let rules: Int
    /// Findings that no comment ignores, by severity.
    public let errors: Int
    public let warnings: Int
    public let notes: Int
    public let findings: [Entry]
    public let ignored: [Entry]

    public init(_ review: ReadinessReview) {
        rules = Rule.all.count
        errors = review.count(.error)
        warnings = review.count(.warning)
        notes = review.count(.note)
        findings = review.findings.map { Entry($0) }
        ignored = review.ignored.map { Entry($0.finding, reason: $0.reason) }
    }
}

/// A rule as JSON for programs.
public struct RuleReport: Encodable, Sendable {
    public let id: String
    public let severity: Rule.Severity
    public let title: String
    public let summary: String
    /// The rule's page, from the project's folder.
    public let page: String

    public init(_ rule: Rule) {
        id = rule.id
        severity = rule.severity
        title = rule.title
        summary = rule.summary
        page = rule.page
    }
}
