extension ReadinessReview {
    /// For people: each finding with its repair, what to paste, and its page, and a last line that counts.
    public var text: String {
        let blocks = findings.map { finding in
            let snippet = finding.snippet?.split(separator: "\n").map { "\n        \($0)" }.joined() ?? ""
            return "\(finding)\n    \(finding.repair)\(snippet)\n    \(finding.rule.page)"
        }
        return (blocks + [summary]).joined(separator: "\n")
    }

    /// "no findings; N rules", "2 errors, 1 warning; 1 ignored".
    public var summary: String {
        let counts = Rule.Severity.allCases.reversed().compactMap { severity -> String? in
            let count = count(severity)
            return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
        }
        let found = counts.isEmpty ? "no findings; \(Rule.all.count) rules" : counts.joined(separator: ", ")
        return ignored.isEmpty ? found : "\(found); \(ignored.count) ignored"
    }
}

extension Rule {
    /// For people: every rule with its severity and what it asks for.
    public static var listing: String {
        let width = all.map(\.id.count).max() ?? 0
        return all.map { rule in
            let id = rule.id + String(repeating: " ", count: width - rule.id.count)
            let severity = rule.severity.rawValue + String(repeating: " ", count: 7 - rule.severity.rawValue.count)
            return "\(id)  \(severity)  \(rule.summary)"
        }.joined(separator: "\n")
    }
}
