import Readiness
import Testing

/// The lint of filters gives its findings to the rules, each once, in two sentences.
@Suite struct FilterFindingTests {
    private func findings(_ pattern: String) throws -> [Finding] {
        let fixture = try Project.fixture("pipe-no-filter", "trips")
        let filter = "        FilterCriteria:\n          Filters:\n            - Pattern: '\(pattern)'\n"
        let text = fixture.replacing("      SourceParameters:\n", with: "      SourceParameters:\n" + filter)
        try #require(text != fixture)
        return try review(text).findings.filter {
            $0.rule.id.hasPrefix("filter-") || $0.rule.id.hasPrefix("stream-view")
        }
    }

    @Test(arguments: [
        (#"{"eventName": ["INSERT"]}"#, []),
        (#"{"eventName": ["insert", "MODIFY"]}"#, ["filter-clause-never-matches"]),
        (#"{"eventName": ["insert"]}"#, ["filter-never-matches", "filter-clause-never-matches"]),
        (
            #"{"dynamodb": {"NewImage": {"a": {"N": [{"numeric": [">", 1]}]}}}}"#,
            ["filter-never-matches", "filter-clause-never-matches"]
        ),
        (
            #"{"dynamodb": {"OldImage": {"a": {"S": ["x"]}}}}"#,
            ["filter-never-matches", "stream-view-type-too-small"]
        ),
        (#"{"dynamodb": {"OldImage": [{"exists": false}]}}"#, ["filter-clause-idle"]),
        (
            #"{"eventName": ["INSERT"], "dynamodb": {"OldImage": {"a": {"S": [{"exists": false}]}}}}"#,
            ["filter-clause-idle"]
        ),
        (#"{"dynamodb": {"NewImage": {"a": {"S": ["test*"]}}}}"#, ["filter-suspicious"]),
        (#"{"eventName": "INSERT"}"#, ["filter-invalid"]),
    ])
    func aPatternsFindings(pattern: String, rules: [String]) throws {
        let findings = try findings(pattern)
        #expect(findings.map(\.rule.id) == rules)
        for finding in findings {
            #expect(finding.line == 25)
            #expect(finding.logicalID == "Flow")
            #expect(finding.message.contains("Filters[0].Pattern"))
        }
    }

    /// The lint says both in one sentence.
    @Test func whatHappensAndTheRepairAreApart() throws {
        let finding = try #require(try findings(#"{"dynamodb": {"NewImage": {"a": {"S": ["test*"]}}}}"#).first)
        #expect(
            finding.message
                == #"Filters[0].Pattern: * is an ordinary character in "test*" at $.dynamodb.NewImage.a.S[0] (byte 39)."#
        )
        #expect(finding.repair == #"In Filters[0].Pattern, use {"prefix": "test"}."#)
    }
}
