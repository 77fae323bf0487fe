import Testing

@testable import Stacks

@Suite struct ConditionTests {
    @Test(arguments: [
        ("!Equals [a, a]", true),
        ("!Equals [!Ref Stage, live]", false),
        ("{Fn::Equals: [!Ref Stage, test]}", true),
        ("!Not [!Equals [a, a]]", false),
        ("!And [!Equals [a, a], !Equals [a, b]]", false),
        ("!And [!Equals [a, a], !Condition IsTest]", true),
        ("!Or [!Equals [a, b], {Condition: IsTest}]", true),
        ("!Or [!Equals [a, b], !Not [{Condition: IsTest}]]", false),
        ("!Condition IsTest", true),
        ("!Equals [!Sub \"${Stage}-1\", test-1]", true),
        ("!Equals [\"true\", true]", true),
    ])
    func outcome(text: String, holds: Bool) throws {
        let sections = """
            Parameters: {Stage: {Type: String, Default: test}}
            Conditions:
              Asked: \(text)
              IsTest: !Equals [!Ref Stage, test]
            """
        #expect(try output("!If [Asked, \"1\", \"0\"]", sections: sections) == (holds ? "1" : "0"))
    }

    @Test(arguments: [
        ("!Equals [a]", "Fn::Equals takes [value, value]"),
        ("!And [!Equals [a, a]]", "Fn::And takes a list of 2 to 10 conditions"),
        ("!Not [a, b]", "Fn::Not takes [condition]"),
        ("!Equals [!Ref Letters, a]", "a condition cannot use the resource Letters"),
        ("!Condition Asked", "depends on itself"),
        ("!Condition Missing", "Missing is not a condition of the template"),
        ("!Equals [!Ref Missing, a]", "Missing is not a parameter"),
        ("true", "a condition is Fn::Equals"),
    ])
    func refusal(text: String, expected: String) {
        let found = errors(in: TemplateText.pipeline + "\nConditions:\n  Asked: \(text)\n")
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.message.contains(expected) == true, "\(found)")
        #expect(found.first?.logicalID == "Asked")
    }

    @Test func resourcesAndOutputsWithAFalseConditionDoNotExist() throws {
        let yaml = """
            Conditions: {Never: !Equals [a, b]}
            Resources:
              Kept: {Type: AWS::SQS::Queue}
              Gone: {Type: AWS::SQS::Queue, Condition: Never}
            Outputs:
              Kept: {Value: !Ref Kept}
              Gone: {Value: !Ref Gone, Condition: Never}
            """
        let stack = try makeStack(yaml)
        #expect(stack.queues.map(\.logicalID) == ["Kept"])
        #expect(stack.outputs.map(\.name) == ["Kept"])
    }

    @Test func aReferenceToWhatDoesNotExistNamesTheCondition() {
        let yaml = """
            Conditions: {Never: !Equals [a, b]}
            Resources:
              Kept: {Type: AWS::SQS::Queue}
              Gone: {Type: AWS::SQS::Queue, Condition: Never}
            Outputs:
              Out: {Value: !Ref Gone}
            """
        #expect(
            errors(in: yaml).map(\.description) == [
                "template.yaml:6: Out: Gone does not exist, because its condition Never is false; use Fn::If with the"
                    + " same condition here"
            ])
    }
}
