/// What is wrong with the comments that ignore findings. Nothing ignores these.
extension Rule {
    static let aboutIgnores = [ignoreWithoutReason, ignoreUnknownRule, ignoreUnused]

    static let ignoreWithoutReason = Rule(
        "ignore-without-reason", .warning, title: "An ignoring comment without a reason",
        summary: "A comment that ignores a rule says why.")
    static let ignoreUnknownRule = Rule(
        "ignore-unknown-rule", .warning, title: "An ignoring comment for no rule",
        summary: "A comment that ignores names a rule that there is.")
    static let ignoreUnused = Rule(
        "ignore-unused", .note, title: "An ignoring comment that ignores nothing",
        summary: "A comment that ignores stands where its rule finds something.")
}

extension IgnoreComment {
    /// What is wrong with the comment.
    ///
    /// - Parameter isUsed: whether it answers a finding, or would with a reason.
    func finding(isUsed: Bool, file: String) -> Finding? {
        func finding(_ rule: Rule, _ message: String, repair: String) -> Finding {
            Finding(rule: rule, file: file, line: line, logicalID: nil, message: message, repair: repair, snippet: nil)
        }
        let isKnown = Rule.all.contains { $0.id == ruleID } && !Rule.aboutIgnores.contains { $0.id == ruleID }
        guard isKnown else {
            return finding(
                .ignoreUnknownRule,
                ruleID.isEmpty
                    ? "This comment names no rule, so it ignores nothing."
                    : "There is no rule \(ruleID) to ignore, so this comment ignores nothing.",
                repair: "Write the id of a rule, as sluice check --list-rules shows it.")
        }
        guard isUsed else {
            return finding(
                .ignoreUnused,
                "Nothing here breaks \(ruleID), and this comment would hide the next thing that does.",
                repair: "Remove the comment, or move it above the property or the resource that it is for.")
        }
        guard !reason.isEmpty else {
            return finding(
                .ignoreWithoutReason,
                "Nobody can tell later whether \(ruleID) was thought about here, so the finding stays.",
                repair: "Write the reason behind the rule: # sluice:ignore \(ruleID) REASON.")
        }
        return nil
    }
}
