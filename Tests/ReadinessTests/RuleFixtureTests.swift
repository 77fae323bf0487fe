import Foundation
import Readiness
import Testing

/// Each rule has two small templates: one that breaks it at the lines marked `# finding`, and one that does not.
@Suite struct RuleFixtureTests {
    private static let ids = Rule.all.map(\.id)

    @Test(arguments: ids)
    func breakingItIsFoundAtTheMarkedLines(id: String) throws {
        let text = try Project.fixture(id, "trips")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let marked = lines.indices.filter { lines[$0].hasSuffix("# finding") }.map { $0 + 1 }
        try #require(!marked.isEmpty, "a line must be marked")
        let found = try review(text).findings.filter { $0.rule.id == id }
        #expect(found.map(\.line) == marked)
    }

    @Test(arguments: ids)
    func keepingItIsNoFinding(id: String) throws {
        let review = try review(Project.fixture(id, "passes"))
        #expect(review.findings.filter { $0.rule.id == id } == [])
    }

    @Test func everyRuleHasItsFixturesAndEveryFixtureItsRule() throws {
        let folders = try Project.names(in: Project.fixtures)
        #expect(folders == Self.ids.sorted())
        for folder in folders {
            #expect(
                try Project.names(in: Project.fixtures.appendingPathComponent(folder)) == ["passes.yaml", "trips.yaml"])
        }
    }
}
