import Foundation
import TestTraits
import Testing

@testable import Stacks

@Suite struct TemplateReaderTests {
    @Test func windowsLineEndsKeepTheirLines() throws {
        let yaml = TemplateText.pipeline("BatchSize: 10", "BatchSize: 0").replacing("\n", with: "\r\n")
        let plain = TemplateText.pipeline("BatchSize: 10", "BatchSize: 0")
        #expect(errors(in: yaml) == errors(in: plain))
        #expect(try makeStack("\u{FEFF}" + TemplateText.pipeline.replacing("\n", with: "\r\n")).pipes.count == 1)
    }

    @Test func json() throws {
        let json = """
            {
            \t"Parameters": {"Delay": {"Type": "Number", "Default": 5}},
            \t"Resources": {
            \t\t"Letters": {
            \t\t\t"Type": "AWS::SQS::Queue",
            \t\t\t"Properties": {"DelaySeconds": {"Ref": "Delay"}, "FifoQueue": false, "QueueName": "a\\u002db"}
            \t\t}
            \t}
            }
            """
        let queue = try #require(try makeStack(json).queues.first)
        #expect(queue.delaySeconds == 5)
        #expect(queue.name == "a-b")
        #expect(errors(in: json.replacing("\"Delay\"}", with: "\"Dealy\"}")).map(\.line) == [6])
    }

    @Test func numbersAndTextConvertAsOnAWS() throws {
        let yaml = TemplateText.queue("DelaySeconds: \"7\"\nFifoQueue: \"false\"\nQueueName: 12345")
        let queue = try makeStack(yaml).queues[0]
        #expect(queue.delaySeconds == 7)
        #expect(queue.name == "12345")
    }

    @Test func patternsKeepTextAndLine() throws {
        let yaml = TemplateText.pipeline(
            "      SourceParameters:",
            """
                  SourceParameters:
                    FilterCriteria:
                      Filters:
                        - Pattern: '{"eventName":["INSERT"]}'
                        - Pattern: |
                            {"a": [1]}
            """)
        let patterns = try makeStack(yaml).pipes[0].patterns
        #expect(patterns.map(\.text) == ["{\"eventName\":[\"INSERT\"]}", "{\"a\": [1]}\n"])
        #expect(patterns.map(\.line) == [26, 27])
    }

    @Test func hostileNestingIsRefused() {
        for yaml in [
            String(repeating: "[", count: 100_000), String(repeating: "- ", count: 100_000),
            String(repeating: "{a: ", count: 900) + "1" + String(repeating: "}", count: 900),
        ] {
            #expect(errors(in: yaml).count == 1)
        }
    }

    @Test func aliasBombIsRefused() {
        var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            yaml += "a\(level): &a\(level) [\(items)]\n"
        }
        #expect(errors(in: yaml).contains { $0.message.contains("repeats itself through aliases") })
    }

    /// Yams compares keys before anybody sees them: these would keep it busy for hours.
    @Test(arguments: ["? *a9\n: x\n", "*a9 : x\n", "{[*a9]: x, [*a8]: x}\n", "k: {? [*a9, *a9] : x}\n"])
    func anAliasBombInAKeyIsRefused(_ key: String) {
        for members in [1, 2] {
            var yaml = "list:\n"
            for level in 0...9 {
                let items = level == 0 ? "x, x" : Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
                // A bomb of lists, and one of mappings.
                yaml += members == 1 ? "- &a\(level) [\(items)]\n" : "- &a\(level) {k: [\(items)]}\n"
            }
            #expect(errors(in: yaml + key).contains { $0.message.contains("repeats itself through aliases") })
        }
    }

    @Test func anAnchorThatIsDefinedAnewHidesNoBomb() {
        // What the second alias stands for is the outer list, which ends after the inner one.
        var yaml = "a: &a [x, x]\n"
        for level in 1...40 { yaml += "b\(level): &a [&a [*a, *a], *a]\n" }
        #expect(!errors(in: yaml + "? *a\n: x\n").isEmpty)
    }

    @Test func aliasesOfAUsualTemplateAreFollowed() throws {
        let tags = (0..<40).map { "  Queue\($0): {Type: AWS::SQS::Queue, Properties: {Tags: *tags}}" }
        let yaml =
            "# R&D, AT&T &amp; &amp; *not-one*\nResources:\n"
            + "  Queue: {Type: AWS::SQS::Queue, Properties: {Tags: &tags [{Key: a, Value: b}]}}\n"
            + tags.joined(separator: "\n") + "\n"
        let stack = try Stack(Template(yaml: yaml, file: "template.yaml"))
        #expect(stack.queues.count == 41)
        #expect(stack.queues.allSatisfy { $0.tags == ["a": "b"] })
    }

    /// Where libyaml names the line behind it.
    @Test(arguments: ["?", "[", "Resources:\n  ?", "Resources:\n  A: ["])
    func whatIsMissingAtTheEndIsMissingInTheLastLine(yaml: String) {
        let lines = errors(in: yaml).compactMap(\.line)
        #expect(lines.max() == yaml.split(separator: "\n").count, "\(errors(in: yaml))")
    }

    @Test func tooLarge() {
        #expect(errors(in: String(repeating: "# x\n", count: 250_001))[0].message.contains("may have 1000000"))
    }

    /// No crash, whatever is broken: either a stack or errors that name the file.
    private func survives(_ yaml: String) {
        let found = errors(in: yaml)
        #expect(found.allSatisfy { $0.file == "template.yaml" && !$0.message.isEmpty && $0.severity == .error })
    }

    @Test(.slow) func everyCutOfATemplateIsReadOrRefused() throws {
        let text = try String(contentsOfFile: ProjectTemplateTests.path, encoding: .utf8)
        for length in stride(from: 0, to: text.count, by: 97) { survives(String(text.prefix(length))) }
    }

    @Test(arguments: [
        "", "[]", "{}", "~", "[[1]]", "{a: {b: 1}}", "!Ref Flow", "!GetAtt [Flow, !Ref X]", "-1", "!If [a]",
    ])
    func everyValueMayBeAnything(replacement: String) {
        let lines = TemplateText.pipeline.split(separator: "\n").map(String.init)
        for (index, line) in lines.enumerated() {
            guard let colon = line.firstRange(of: ":") else { continue }
            var broken = lines
            broken[index] = line[..<colon.upperBound] + " " + replacement
            survives(broken.joined(separator: "\n"))
            broken.remove(at: index)
            survives(broken.joined(separator: "\n"))
        }
    }

    @Test(arguments: ["[]", "{}", "~", "x", "[[1]]", "!Ref Flow", "!Ref AWS::NoValue", "-1"])
    func everyInlineValueMayBeAnything(replacement: String) {
        for old in [
            "S}", "HASH}", "id,", "NEW_IMAGE", "v1/Worker.zip", "!GetAtt Letters.Arn",
            "[{AttributeName: id, KeyType: HASH}]",
        ] {
            let close = old.hasSuffix("}") ? "}" : old.hasSuffix(",") ? "," : ""
            survives(TemplateText.pipeline(old, replacement + close))
        }
    }

    @Test func whatDoesNotRunHereIsListed() throws {
        let yaml = """
            Resources:
              Rule:
                Type: AWS::Events::Rule
                Properties: {Anything: goes}
              Mine: {Type: Custom::Thing}
              Net: {Type: AWS::EC2::VPC}
            """
        let stack = try makeStack(yaml)
        #expect(
            stack.notLocal == [
                NotLocalResource(logicalID: "Rule", type: "AWS::Events::Rule", line: 2),
                NotLocalResource(logicalID: "Mine", type: "Custom::Thing", line: 5),
                NotLocalResource(logicalID: "Net", type: "AWS::EC2::VPC", line: 6),
            ])
    }

    @Test func warnings() throws {
        let yaml = TemplateText.pipeline("          BatchSize: 10\n", "")
            .replacing(
                "BillingMode: PAY_PER_REQUEST",
                with: "ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1}")
        let stack = try makeStack(yaml)
        #expect(stack.warnings.map(\.logicalID) == ["Orders", "Flow"])
        #expect(stack.warnings[1].description.hasPrefix("template.yaml:24: warning: Flow: BatchSize is not set"))
        #expect(stack.pipes[0].batchSize == 100)
    }

    @Test func spelling() {
        #expect(Spelling.distance("kitten", "sitting") == 3)
        #expect(Spelling.distance("", "abc") == 3)
        #expect(Spelling.nearest(to: "timeout", among: ["Timeout", "Handler"]) == "Timeout")
        #expect(Spelling.nearest(to: "Enrichment", among: ["Timeout", "Handler"]) == nil)
    }
}
