import Foundation
import Readiness
import Testing

/// Each rule has a page in Documentation/checks and a line in its index, in the order of the rules.
@Suite struct RulePageTests {
    @Test(arguments: Rule.all)
    func aRulesPageSaysWhatFindingsLeadTo(rule: Rule) throws {
        let text = try Project.text(Project.folder.appendingPathComponent(rule.page))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.first == "# \(rule.id)")
        #expect(text.contains("\n\(rule.title), \(rule.severity.rawValue). "))
        for heading in ["In production", "Repair", "When to ignore it"] {
            #expect(lines.contains("## \(heading)"))
        }
        #expect(text.contains("\n    "), "the repair has a snippet")
        #expect(lines.count <= 40)
    }

    @Test func theIndexHasEveryRuleAndNoOther() throws {
        let index = try Project.text(Project.pages.appendingPathComponent("README.md"))
        let rows = index.split(separator: "\n").filter { $0.hasPrefix("| [") }
        #expect(rows == Rule.all.map { "| [\($0.id)](\($0.id).md) | \($0.severity.rawValue) | \($0.summary) |" })
    }

    @Test func everyPageHasItsRule() throws {
        let pages = try Project.names(in: Project.pages)
        #expect(pages == (Rule.all.map { "\($0.id).md" } + ["README.md"]).sorted())
    }

    @Test(arguments: Rule.all)
    func aRuleIsNamedAndSaidShortly(rule: Rule) {
        #expect(rule.id.utf8.allSatisfy { (97...122).contains($0) || $0 == 45 })
        #expect(!rule.title.hasSuffix("."))
        #expect(rule.summary.hasSuffix("."))
        #expect(Rule.all.count { $0.id == rule.id } == 1)
    }
}
