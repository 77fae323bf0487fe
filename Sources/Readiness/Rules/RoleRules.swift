import Permissions

/// What the roles of pipes and functions allow, and to whom.
enum RoleRules {
    static let all: [Check] = [
        check(
            .missing, .error, title: "A role that lacks a permission",
            summary: "A role allows all that its pipes and functions need."),
        check(
            .trust, .error, title: "A role that the wrong ones can take on",
            summary: "A trust policy lets exactly the pipes and functions that have the role take it on."),
        check(
            .excessive, .warning, title: "A role that allows too much",
            summary: "A role allows nothing that none of its pipes and functions needs."),
        check(
            .wildcard, .warning, title: "A role with a wildcard",
            summary: "A role names its actions, and its resources where AWS lets it."),
        check(
            .roleNotInTemplate, .note, title: "A role that is not in the template",
            summary: "The roles of pipes and functions are resources of the template."),
        check(
            .undecidable, .note, title: "A role that cannot be decided here",
            summary: "What a role allows can be read from the template."),
    ]

    private static func check(
        _ kind: PermissionProblem.Kind, _ severity: Rule.Severity, title: String, summary: String
    ) -> Check {
        Check(Rule(kind.ruleID, severity, title: title, summary: summary)) { review in
            review.roleProblems.filter { $0.kind == kind }.map { problem in
                Check.Problem(
                    line: problem.line, logicalID: problem.logicalID, message: problem.message, repair: problem.repair,
                    snippet: problem.statement)
            }
        }
    }
}
