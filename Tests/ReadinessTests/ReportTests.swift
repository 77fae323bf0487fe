import Foundation
import Readiness
import Testing

/// What programs read.
@Suite struct ReportTests {
    /// A finding with a resource, one without, and one that is ignored.
    private static let template = """
        Resources:
          Work:
            Type: AWS::Logs::LogGroup
            Properties: {LogGroupName: work}
          Others:  # sluice:ignore log-group-no-retention kept for the auditors
            Type: AWS::Logs::LogGroup
            Properties: {LogGroupName: others}  # sluice:ignore no-such-rule at all
        """

    private func object(_ value: some Encodable) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: JSONEncoder().encode(value)) as? [String: Any])
    }

    @Test func theReportHasItsDocumentedMembers() throws {
        let report = try object(ReviewReport(review(Self.template)))
        #expect(Set(report.keys) == ["rules", "errors", "warnings", "notes", "findings", "ignored"])
        #expect(report["rules"] as? Int == Rule.all.count)
        #expect(report["errors"] as? Int == 0)
        #expect(report["warnings"] as? Int == 2)
        #expect(report["notes"] as? Int == 0)
        let findings = try #require(report["findings"] as? [[String: Any]])
        try #require(findings.count == 2)
        #expect(
            Set(findings[0].keys) == ["rule", "severity", "file", "line", "resource", "message", "repair", "page"])
        #expect(findings[0]["rule"] as? String == "log-group-no-retention")
        #expect(findings[0]["severity"] as? String == "warning")
        #expect(findings[0]["file"] as? String == "template.yaml")
        #expect(findings[0]["line"] as? Int == 3 - 1)
        #expect(findings[0]["resource"] as? String == "Work")
        #expect(findings[0]["page"] as? String == "Documentation/checks/log-group-no-retention.md")
        #expect(findings[1]["rule"] as? String == "ignore-unknown-rule")
        #expect(findings[1]["resource"] == nil)
        let ignored = try #require(report["ignored"] as? [[String: Any]])
        #expect(ignored.map { $0["reason"] as? String } == ["kept for the auditors"])
        #expect(ignored.map { $0["line"] as? Int } == [5])
    }

    @Test func aRuleAsJSON() throws {
        let rule = try object(RuleReport(Rule.all[0]))
        #expect(Set(rule.keys) == ["id", "severity", "title", "summary", "page"])
    }

    @Test func theListingHasALineForEachRule() {
        let lines = Rule.listing.split(separator: "\n")
        #expect(lines.count == Rule.all.count)
        #expect(zip(lines, Rule.all).allSatisfy { $0.hasPrefix($1.id + " ") && $0.hasSuffix($1.summary) })
    }

    @Test func theSARIFLogHasRulesResultsAndSuppressions() throws {
        let log = try object(SARIFLog(review(Self.template), version: "0.1.0", pages: "https://example.com/checks"))
        #expect(log["$schema"] as? String == "https://json.schemastore.org/sarif-2.1.0.json")
        #expect(log["version"] as? String == "2.1.0")
        let run = try #require((log["runs"] as? [[String: Any]])?.first)
        let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
        #expect(driver["name"] as? String == "sluice check")
        #expect(driver["semanticVersion"] as? String == "0.1.0")
        let rules = try #require(driver["rules"] as? [[String: Any]])
        #expect(rules.map { $0["id"] as? String } == Rule.all.map(\.id))
        #expect(rules[0]["helpUri"] as? String == "https://example.com/checks/\(Rule.all[0].id).md")
        #expect((rules[0]["defaultConfiguration"] as? [String: String]) == ["level": Rule.all[0].severity.rawValue])
        #expect((rules[0]["shortDescription"] as? [String: String]) == ["text": Rule.all[0].title])

        let results = try #require(run["results"] as? [[String: Any]])
        try #require(results.count == 3)
        for result in results {
            let index = try #require(result["ruleIndex"] as? Int)
            #expect(rules[index]["id"] as? String == result["ruleId"] as? String)
            #expect(result["level"] as? String == "warning")
        }
        let location = try #require((results[0]["locations"] as? [[String: Any]])?.first)
        let place = try #require(location["physicalLocation"] as? [String: Any])
        #expect(place["artifactLocation"] as? [String: String] == ["uri": "template.yaml"])
        #expect(place["region"] as? [String: Int] == ["startLine": 2])
        #expect(location["logicalLocations"] as? [[String: String]] == [["kind": "resource", "name": "Work"]])
        #expect((results[0]["suppressions"] as? [Any])?.isEmpty == true)
        #expect(
            results[2]["suppressions"] as? [[String: String]]
                == [["kind": "inSource", "justification": "kept for the auditors"]])
    }

    @Test(arguments: [
        ("template.yaml", "template.yaml"), ("a b/tämplate.yaml", "a%20b/t%C3%A4mplate.yaml"),
        ("/x/t.yaml", "file:///x/t.yaml"), ("c:t#1.yaml", "c%3At%231.yaml"), ("a\nb", "a%0Ab"),
    ])
    func aPathAsURI(path: String, uri: String) { #expect(SARIFLog.uri(path: path) == uri) }
}
