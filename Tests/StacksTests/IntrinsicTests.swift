import Testing

@testable import Stacks

@Suite struct IntrinsicTests {
    private static let sections = """
        Parameters:
          Stage: {Type: String, Default: test}
          Count: {Type: Number, Default: 3}
          Zones: {Type: CommaDelimitedList, Default: "a, b,c"}
        Mappings:
          Sizes: {test: {batch: 5}, live: {batch: 50}}
        Conditions:
          IsTest: !Equals [!Ref Stage, test]
        """

    @Test(arguments: [
        ("!Ref Stage", "test"),
        ("{Ref: Stage}", "test"),
        ("!Ref Count", "3"),
        ("!Ref Orders", "sluice-Orders"),
        ("!Ref Letters", "http://127.0.0.1:4566/000000000000/sluice-Letters"),
        ("!Ref Flow", "sluice-Flow"),
        ("!Ref AWS::Region", "us-east-1"),
        ("!Ref AWS::AccountId", "000000000000"),
        ("!Ref AWS::Partition", "aws"),
        ("!Ref AWS::StackName", "sluice"),
        ("!Ref AWS::URLSuffix", "amazonaws.com"),
        (
            "!Ref AWS::StackId",
            "arn:aws:cloudformation:us-east-1:000000000000:stack/sluice/00000000-0000-0000-0000-000000000000"
        ),
        ("!GetAtt Orders.Arn", "arn:aws:dynamodb:us-east-1:000000000000:table/sluice-Orders"),
        ("!GetAtt [Orders, Arn]", "arn:aws:dynamodb:us-east-1:000000000000:table/sluice-Orders"),
        ("{Fn::GetAtt: [Orders, Arn]}", "arn:aws:dynamodb:us-east-1:000000000000:table/sluice-Orders"),
        ("{Fn::GetAtt: Letters.QueueName}", "sluice-Letters"),
        ("!GetAtt Worker.Arn", "arn:aws:lambda:us-east-1:000000000000:function:sluice-Worker"),
        ("!GetAtt Flow.Arn", "arn:aws:pipes:us-east-1:000000000000:pipe/sluice-Flow"),
        ("!Sub \"${Stage}-${AWS::Region}-${Letters.QueueName}\"", "test-us-east-1-sluice-Letters"),
        ("!Sub \"${!Stage} costs $5 and ${Stage}\"", "${Stage} costs $5 and test"),
        ("!Sub [\"${Stage}/${X}\", {X: !Ref Count}]", "test/3"),
        ("!Sub [\"${Stage}\", {Stage: other}]", "other"),
        ("{Fn::Sub: \"${Stage}\"}", "test"),
        ("!Join [\"-\", [a, !Ref Stage, 7]]", "a-test-7"),
        ("!Join [\"\", !Ref Zones]", "abc"),
        ("{Fn::Join: [\":\", [arn, aws]]}", "arn:aws"),
        ("!Select [1, !Ref Zones]", "b"),
        ("!Select [\"0\", [x, y]]", "x"),
        ("!Select [2, !Split [\"/\", \"a/b/c\"]]", "c"),
        ("!FindInMap [Sizes, !Ref Stage, batch]", "5"),
        ("!If [IsTest, yes-it-is, no-it-is-not]", "yes-it-is"),
        ("{Fn::If: [IsTest, !Ref Count, 0]}", "3"),
        ("!Join [\",\", [a, !If [IsTest, !Ref AWS::NoValue, b], c]]", "a,c"),
    ])
    func value(text: String, expected: String) throws {
        #expect(try output(text, sections: Self.sections) == expected)
    }

    @Test(arguments: [
        ("!Base64 x", "Fn::Base64 is not supported here"),
        ("{Fn::ImportValue: x}", "Fn::ImportValue is not supported here"),
        ("{Fn::GetAZs: \"\"}", "Fn::GetAZs is not supported here"),
        ("!ToJsonString {a: 1}", "Fn::ToJsonString is not supported here"),
        ("!Equals [a, b]", "belongs in the section Conditions"),
        ("!Subb x", "!Subb is not a CloudFormation function (did you mean !Sub?)"),
        ("{Fn::Jion: [a, [b]]}", "Fn::Jion is not a CloudFormation function (did you mean Fn::Join?)"),
        ("!Ref Stag", "Stag is not a parameter or resource of the template (did you mean Stage?)"),
        ("!GetAtt Order.Arn", "Order is not a resource of the template (did you mean Orders?)"),
        ("!GetAtt Orders.Arm", "has no attribute Arm (did you mean Arn?)"),
        ("!GetAtt Stage.Arn", "Stage is a parameter"),
        ("!GetAtt Orders", "Fn::GetAtt takes"),
        ("!GetAtt Flow.CurrentState", "known only while it runs on AWS"),
        ("!Sub \"${Stag}\"", "Stag is not a parameter or resource"),
        ("!Sub \"${Orders.Stream}\"", "has no attribute Stream"),
        ("!Sub \"${Zones}\"", "use Fn::Join"),
        ("!Sub [x]", "Fn::Sub takes"),
        ("!Join [a]", "Fn::Join takes"),
        ("!Join [\",\", x]", "Fn::Join needs a list"),
        ("!Select [3, !Ref Zones]", "element 3 of a list of 3"),
        ("!Split [\"\", a]", "Fn::Split takes"),
        ("!FindInMap [Sizes, prod, batch]", "Mappings has no Sizes.prod"),
        ("!If [IsTset, a, b]", "IsTset is not a condition of the template (did you mean IsTest?)"),
        ("!If [IsTest, a]", "Fn::If takes"),
        ("!If [IsTest, a, !Ref Nowhere]", "Nowhere is not a parameter or resource"),
        ("!Ref Zones", "an output must be a single value, not a list"),
    ])
    func refusal(text: String, expected: String) {
        let yaml = TemplateText.pipeline + "\n" + Self.sections + "\nOutputs:\n  Out:\n    Value: \(text)\n"
        let found = errors(in: yaml)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.message.contains(expected) == true, "\(found)")
        #expect(found.first?.logicalID == "Out")
        #expect(found.first?.line == yaml.split(separator: "\n", omittingEmptySubsequences: false).count - 1)
    }

    @Test func substitutionText() {
        #expect(SubstitutionText("a${B}c").parts == [.literal("a"), .name("B"), .literal("c")])
        #expect(SubstitutionText("${A}${B.C}").parts == [.name("A"), .name("B.C")])
        #expect(SubstitutionText("$ $$ ${ open").parts == [.literal("$ $$ ${ open")])
        #expect(SubstitutionText("${!A}").parts == [.literal("${A}")])
        #expect(SubstitutionText("$${A}").parts == [.literal("$"), .name("A")])
        #expect(SubstitutionText("").parts.isEmpty)
    }

    @Test func absentPropertiesTakeTheirDefaults() throws {
        let yaml = TemplateText.queue(
            "VisibilityTimeout: !If [Never, 60, !Ref AWS::NoValue]\nDelaySeconds: !If [Never, 1, 7]",
            sections: "Conditions: {Never: !Equals [a, b]}")
        let queue = try #require(try makeStack(yaml).queues.first)
        #expect(queue.visibilityTimeoutSeconds == 30)
        #expect(queue.delaySeconds == 7)
    }

    @Test func madeUpNamesAreCutToTheirLimit() throws {
        let stack = try makeStack(TemplateText.pipeline, StackOptions(stackName: String(repeating: "x", count: 100)))
        #expect(stack.functions[0].name.count == 64)
        #expect(stack.tables[0].name.hasSuffix("-Orders"))
        let fifo = try makeStack(TemplateText.queue("FifoQueue: true")).queues[0]
        #expect(fifo.name == "sluice-Letters.fifo")
        #expect(fifo.isFIFO)
    }

    @Test func partitionsFollowTheRegion() throws {
        #expect(try output("!Ref AWS::Partition", StackOptions(region: "cn-north-1")) == "aws-cn")
        #expect(try output("!Ref AWS::URLSuffix", StackOptions(region: "cn-north-1")) == "amazonaws.com.cn")
        #expect(try output("!GetAtt Letters.Arn", StackOptions(region: "us-gov-west-1")).hasPrefix("arn:aws-us-gov:"))
    }
}
