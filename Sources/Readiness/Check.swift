/// A rule with what finds the places that break it.
///
/// A group of rules is a list of these in a file of its own; ``all`` names the groups.
struct Check: Sendable {
    /// A place that breaks the rule.
    struct Problem: Sendable {
        let line: Int
        let logicalID: String
        /// What happens in production, in one sentence.
        let message: String
        /// What to write, in one sentence.
        let repair: String
        /// YAML to paste; nil where the sentence says it all.
        var snippet: String?
    }

    let rule: Rule
    let problems: @Sendable (ReviewedStack) -> [Problem]

    init(_ rule: Rule, problems: @escaping @Sendable (ReviewedStack) -> [Problem]) {
        self.rule = rule
        self.problems = problems
    }
}

extension Check {
    /// Every check but those of the ignoring comments themselves. A new group is added here.
    static let all =
        FilterRules.all + PipeRules.all + FunctionRules.all + QueueRules.all + TableRules.all + LogRules.all
        + AlarmRules.all + RoleRules.all
}
