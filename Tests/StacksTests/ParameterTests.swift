import Testing

@testable import Stacks

@Suite struct ParameterTests {
    @Test(arguments: [
        ("{Type: String, AllowedPattern: \"[a-z]+\"}", "abc", nil),
        ("{Type: String, AllowedPattern: \"[a-z]+\"}", "abc1", "does not match AllowedPattern [a-z]+"),
        ("{Type: String, AllowedPattern: \"[\"}", "abc", "is not a regular expression"),
        ("{Type: String, AllowedValues: [a, b]}", "b", nil),
        ("{Type: String, AllowedValues: [a, b]}", "c", "is not one of AllowedValues: a, b"),
        ("{Type: String, MinLength: 2, MaxLength: 3}", "ab", nil),
        ("{Type: String, MinLength: 2, MaxLength: 3}", "a", "must have 2 to 3 characters"),
        ("{Type: String, AllowedValues: [a], ConstraintDescription: only a}", "c", "(only a)"),
        ("{Type: Number, MinValue: 1, MaxValue: 10}", "10", nil),
        ("{Type: Number, MinValue: 1, MaxValue: 10}", "11", "is outside of 1 to 10"),
        ("{Type: Number, MaxValue: 10}", "11", "is outside of any to 10"),
        ("{Type: Number}", "many", "is not a number"),
        ("{Type: List<Number>}", "1,2,x", "\"x\" is not a number"),
        ("{Type: \"AWS::EC2::VPC::Id\"}", "vpc-1", nil),
        ("{Type: \"AWS::SSM::Parameter::Value<String>\", Default: /x}", "/y", "use String"),
        ("{Type: Strng}", "a", "Strng is not a parameter type (did you mean String?)"),
        ("{Default: a}", "a", "Type is missing"),
        ("{Type: String, Defualt: a}", "a", "Defualt is not an attribute of a parameter (did you mean Default?)"),
        ("{Type: Number, MinValue: a}", "1", "MinValue must be a number, not a"),
        ("{Type: Number, MinValue: 3, MaxValue: 1}", "2", "MinValue is above MaxValue"),
        ("text", "a", "a parameter is a mapping"),
    ])
    func rule(declaration: String, value: String, problem: String?) {
        let yaml = TemplateText.pipeline + "\nParameters:\n  Given: \(declaration)\n"
        let found = errors(in: yaml, StackOptions(parameters: ["Given": value]))
        if let problem {
            #expect(found.contains { $0.message.contains(problem) && $0.logicalID == "Given" }, "\(found)")
        } else {
            #expect(found == [])
        }
    }

    @Test func noValue() {
        let found = errors(in: TemplateText.pipeline + "\nParameters:\n  Open: {Type: String}\n")
        #expect(
            found.map(\.message) == [
                "the parameter has no value; add a Default or pass one with --parameter Open=VALUE"
            ])
    }

    @Test func unknownParameter() {
        let yaml = TemplateText.pipeline + "\nParameters:\n  Table: {Type: String, Default: x}\n"
        let found = errors(in: yaml, StackOptions(parameters: ["Tabel": "y"]))
        #expect(
            found.map(\.description) == [
                "template.yaml: Tabel: the parameter Tabel was given, but the template has none of that name"
                    + " (did you mean Table?)"
            ])
    }

    @Test func numbersFillNumericProperties() throws {
        let yaml = TemplateText.queue(
            "DelaySeconds: !Ref Delay", sections: "Parameters: {Delay: {Type: Number, Default: 5}}")
        #expect(try makeStack(yaml).queues[0].delaySeconds == 5)
        #expect(try makeStack(yaml, StackOptions(parameters: ["Delay": "9"])).queues[0].delaySeconds == 9)
        let found = errors(in: yaml, StackOptions(parameters: ["Delay": "901"]))
        #expect(found.map(\.message) == ["DelaySeconds must be 0 to 900, not 901"])
    }
}
