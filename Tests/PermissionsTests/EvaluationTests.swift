import Stacks
import Testing

@testable import Permissions

/// A statement and a request, and whether the one allows the other.
struct EvaluationCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var statements: [PolicyDocument.Statement]
    var request: AccessRequest
    var outcome: AccessDecision.Outcome
    var hasDoubts: Bool

    init(
        _ name: String, _ statements: [PolicyDocument.Statement], action: String = "sqs:SendMessage",
        on resource: String = EvaluationCase.queue, with context: [String: [String]] = [:], isComplete: Bool = true,
        _ outcome: AccessDecision.Outcome, hasDoubts: Bool = false
    ) {
        testDescription = name
        self.statements = statements
        request = AccessRequest(
            action: action, resource: resource, context: RequestContext(context, isComplete: isComplete))
        self.outcome = outcome
        self.hasDoubts = hasDoubts
    }

    static let queue = "arn:aws:sqs:eu-west-1:123456789012:orders"

    static func allow(
        _ actions: [String], _ resources: [String] = ["*"], _ conditions: [PolicyDocument.Condition] = []
    ) -> PolicyDocument.Statement {
        .init(actions: .these(actions), resources: .these(resources), conditions: conditions)
    }

    static func deny(
        _ actions: [String], _ resources: [String] = ["*"], _ conditions: [PolicyDocument.Condition] = []
    ) -> PolicyDocument.Statement {
        .init(effect: .deny, actions: .these(actions), resources: .these(resources), conditions: conditions)
    }

    static func when(_ operation: String, _ key: String, _ values: String...) -> [PolicyDocument.Statement] {
        [allow(["sqs:SendMessage"], ["*"], [.init(operation, key, values)])]
    }
}

@Suite struct EvaluationTests {
    typealias Case = EvaluationCase

    @Test(arguments: logic + actions + resources + conditions + variables) func decides(_ given: EvaluationCase) {
        let document = PolicyDocument(statements: given.statements)
        let decision = document.decision(on: given.request)
        #expect(decision.outcome == given.outcome)
        #expect(decision.doubts.isEmpty == !given.hasDoubts, "\(decision.doubts)")
        #expect(
            document.allows(
                action: given.request.action, resource: given.request.resource, context: given.request.context)
                == (given.outcome == .allowed))
    }

    private static let send = Case.allow(["sqs:SendMessage"])

    static let logic: [Case] = [
        Case("nothing is allowed by no statement", [], .implicitlyDenied),
        Case("an Allow allows", [send], .allowed),
        Case("a Deny outweighs an Allow before it", [send, Case.deny(["sqs:*"])], .explicitlyDenied),
        Case("a Deny outweighs an Allow behind it", [Case.deny(["sqs:*"]), send], .explicitlyDenied),
        Case("a Deny of something else does not matter", [send, Case.deny(["sqs:PurgeQueue"])], .allowed),
        Case(
            "a Deny whose condition does not hold does not matter",
            [send, Case.deny(["sqs:*"], ["*"], [.init("Bool", "aws:SecureTransport", ["false"])])],
            with: ["aws:SecureTransport": ["true"]], .allowed),
        Case(
            "a Deny that cannot be decided counts",
            [send, Case.deny(["sqs:*"], ["*"], [.init("IpAddress", "aws:SourceIp", ["10.0.0.0/8"])])],
            with: ["aws:SourceIp": ["10.0.0.1"]], .explicitlyDenied, hasDoubts: true),
        Case(
            "a Deny that cannot be decided changes nothing without an Allow",
            [Case.deny(["sqs:*"], ["*"], [.init("IpAddress", "aws:SourceIp", ["10.0.0.0/8"])])],
            with: ["aws:SourceIp": ["10.0.0.1"]], .implicitlyDenied),
        Case(
            "an Allow that cannot be decided does not count", Case.when("IpAddress", "aws:SourceIp", "10.0.0.0/8"),
            with: ["aws:SourceIp": ["10.0.0.1"]], .implicitlyDenied, hasDoubts: true),
        Case(
            "a doubt beside a certain Allow is none",
            Case.when("IpAddress", "aws:SourceIp", "10.0.0.0/8") + [send], .allowed),
    ]

    static let actions: [Case] = [
        Case("the case of an action does not matter", [Case.allow(["SQS:sendmessage"])], .allowed),
        Case("another action is not allowed", [Case.allow(["sqs:ReceiveMessage"])], .implicitlyDenied),
        Case("a star fits anything", [Case.allow(["sqs:Send*"])], .allowed),
        Case("a star fits nothing at all too", [Case.allow(["sqs:SendMessage*"])], .allowed),
        Case("a star inside", [Case.allow(["sqs:S*d*age"])], .allowed),
        Case("a question mark fits one character", [Case.allow(["sqs:SendMessag?"])], .allowed),
        Case("a question mark does not fit none", [Case.allow(["sqs:SendMessage?"])], .implicitlyDenied),
        Case("a pattern covers all of the action", [Case.allow(["sqs:Send"])], .implicitlyDenied),
        Case("a plain star is every service", [Case.allow(["*"])], .allowed),
        Case(
            "NotAction allows the others", [.init(actions: .allBut(["iam:*"]), resources: .these(["*"]))], .allowed),
        Case(
            "NotAction does not allow its own", [.init(actions: .allBut(["sqs:*"]), resources: .these(["*"]))],
            .implicitlyDenied),
    ]

    private static func on(_ resource: String) -> [PolicyDocument.Statement] { [Case.allow(["sqs:*"], [resource])] }

    static let resources: [Case] = [
        Case("the same ARN", on(Case.queue), .allowed),
        Case("the case of a resource matters", on("arn:aws:sqs:eu-west-1:123456789012:Orders"), .implicitlyDenied),
        Case("a star in the name", on("arn:aws:sqs:eu-west-1:123456789012:ord*"), .allowed),
        Case("a star for region and account", on("arn:aws:sqs:*:*:orders"), .allowed),
        // IAM User Guide, "IAM JSON policy elements: Resource": "If the * wildcard is the last character of a resource
        // ARN segment, it can expand to match beyond the colon boundaries."
        Case("a star reaches across colons", on("arn:aws:sqs:*:orders"), .allowed),
        Case("a star reaches to the end", on("arn:aws:sqs:*"), .allowed),
        Case("a star does not reach past another name", on("arn:aws:sqs:*:others"), .implicitlyDenied),
        Case("a star is for its own service", on("arn:aws:sns:*"), .implicitlyDenied),
        Case(
            "a Deny reaches across colons too",
            on(Case.queue) + [Case.deny(["sqs:*"], ["arn:aws:sqs:*:orders"])], .explicitlyDenied),
        Case("a question mark in the name", on("arn:aws:sqs:eu-west-?:123456789012:orders"), .allowed),
        Case(
            "behind the fifth colon a star reaches everything",
            [Case.allow(["logs:*"], ["arn:aws:logs:*:*:log-group:/a:*"])],
            action: "logs:PutLogEvents", on: "arn:aws:logs:eu-west-1:1:log-group:/a:log-stream:b", .allowed),
        Case(
            "a group without :* is not its streams", [Case.allow(["logs:*"], ["arn:aws:logs:*:*:log-group:/a"])],
            action: "logs:PutLogEvents", on: "arn:aws:logs:eu-west-1:1:log-group:/a:log-stream:b", .implicitlyDenied),
        Case(
            "NotResource allows the others",
            [.init(actions: .these(["sqs:*"]), resources: .allBut(["arn:aws:sqs:*:*:other"]))], .allowed),
        Case(
            "NotResource does not allow its own",
            [.init(actions: .these(["sqs:*"]), resources: .allBut([Case.queue]))], .implicitlyDenied),
    ]

    private static let arn = "arn:aws:pipes:eu-west-1:123456789012:pipe/flow"

    static let conditions: [Case] = [
        Case("StringEquals holds", Case.when("StringEquals", "k", "a", "b"), with: ["K": ["b"]], .allowed),
        Case("StringEquals minds the case", Case.when("StringEquals", "k", "a"), with: ["k": ["A"]], .implicitlyDenied),
        Case(
            "StringEquals knows no wildcards", Case.when("StringEquals", "k", "a*"), with: ["k": ["ab"]],
            .implicitlyDenied),
        Case(
            "StringEquals takes a star for itself", Case.when("StringEquals", "k", "a*"), with: ["k": ["a*"]], .allowed),
        Case("StringEquals without the key", Case.when("StringEquals", "k", "a"), .implicitlyDenied),
        Case(
            "StringEquals with a key that is not known", Case.when("StringEquals", "k", "a"), isComplete: false,
            .implicitlyDenied, hasDoubts: true),
        Case("StringEqualsIfExists without the key", Case.when("StringEqualsIfExists", "k", "a"), .allowed),
        Case(
            "StringEqualsIfExists with another value", Case.when("StringEqualsIfExists", "k", "a"), with: ["k": ["b"]],
            .implicitlyDenied),
        Case(
            "StringNotEquals with another value", Case.when("StringNotEquals", "k", "a", "b"), with: ["k": ["c"]],
            .allowed),
        Case(
            "StringNotEquals is none of all", Case.when("StringNotEquals", "k", "a", "b"), with: ["k": ["b"]],
            .implicitlyDenied),
        Case("StringNotEquals without the key", Case.when("StringNotEquals", "k", "a"), .allowed),
        Case("StringEqualsIgnoreCase", Case.when("StringEqualsIgnoreCase", "k", "aB"), with: ["k": ["Ab"]], .allowed),
        Case("StringLike", Case.when("StringLike", "k", "a?c*"), with: ["k": ["abcd"]], .allowed),
        Case("StringLike reaches across colons", Case.when("StringLike", "k", "arn:*"), with: ["k": [arn]], .allowed),
        Case("StringNotLike", Case.when("StringNotLike", "k", "a*"), with: ["k": ["ab"]], .implicitlyDenied),
        Case("ArnLike", Case.when("ArnLike", "k", "arn:aws:pipes:*:*:pipe/*"), with: ["k": [arn]], .allowed),
        Case(
            "ArnEquals knows wildcards too", Case.when("ArnEquals", "k", "arn:aws:pipes:*:*:pipe/*"),
            with: ["k": [arn]], .allowed),
        Case(
            "ArnLike compares part by part", Case.when("ArnLike", "k", "arn:*:pipe/flow"), with: ["k": [arn]],
            .implicitlyDenied),
        Case(
            "ArnNotLike", Case.when("ArnNotLike", "k", "arn:aws:pipes:*:*:pipe/*"), with: ["k": [arn]],
            .implicitlyDenied),
        Case("Bool", Case.when("Bool", "k", "true"), with: ["k": ["True"]], .allowed),
        Case("Bool without the key", Case.when("Bool", "k", "false"), .implicitlyDenied),
        Case("BoolIfExists without the key", Case.when("BoolIfExists", "k", "true"), .allowed),
        Case("Null asks for absence", Case.when("Null", "k", "true"), .allowed),
        Case("Null asks for presence", Case.when("Null", "k", "false"), .implicitlyDenied),
        Case("ForAnyValue", Case.when("ForAnyValue:StringEquals", "k", "a"), with: ["k": ["b", "a"]], .allowed),
        Case(
            "ForAllValues", Case.when("ForAllValues:StringEquals", "k", "a"), with: ["k": ["b", "a"]], .implicitlyDenied
        ),
        Case("ForAllValues of none", Case.when("ForAllValues:StringEquals", "k", "a"), .allowed),
        Case("ForAnyValue of none", Case.when("ForAnyValue:StringEquals", "k", "a"), .implicitlyDenied),
        Case(
            "ForAnyValue of none, negated", Case.when("ForAnyValue:StringNotEquals", "k", "a"), .implicitlyDenied),
        Case(
            "ForAnyValue of none, if it exists", Case.when("ForAnyValue:StringEqualsIfExists", "k", "a"),
            .implicitlyDenied),
        Case(
            "all conditions must hold",
            [Case.allow(["*"], ["*"], [.init("StringEquals", "a", ["1"]), .init("StringEquals", "b", ["2"])])],
            with: ["a": ["1"], "b": ["3"]], .implicitlyDenied),
        Case(
            "a condition that does not hold ends all doubt",
            [Case.allow(["*"], ["*"], [.init("DateLessThan", "a", ["1"]), .init("StringEquals", "b", ["2"])])],
            with: ["a": ["1"], "b": ["3"]], .implicitlyDenied),
        Case(
            "no such operator", Case.when("StringEqual", "k", "a"), with: ["k": ["a"]], .implicitlyDenied,
            hasDoubts: true),
    ]

    static let variables: [Case] = [
        Case(
            "a variable in a resource", on("arn:aws:sqs:eu-west-1:${aws:PrincipalAccount}:orders"),
            with: ["aws:PrincipalAccount": ["123456789012"]], .allowed),
        Case(
            "a variable's value is taken literally", on("arn:aws:sqs:eu-west-1:123456789012:${k}"), with: ["k": ["*"]],
            .implicitlyDenied),
        Case("a variable without a value", on("arn:aws:sqs:eu-west-1:123456789012:${k}"), .implicitlyDenied),
        Case("a variable with a default", on("arn:aws:sqs:eu-west-1:123456789012:${k, 'orders'}"), .allowed),
        Case(
            "an unknown variable", on("arn:aws:sqs:eu-west-1:123456789012:${k}"), isComplete: false, .implicitlyDenied,
            hasDoubts: true),
        Case(
            "a star in braces is a star", Case.when("StringLike", "k", "a${*}"), with: ["k": ["ab"]], .implicitlyDenied),
        Case(
            "a variable in a condition", Case.when("StringEquals", "k", "${aws:PrincipalAccount}"),
            with: ["k": ["1"], "aws:PrincipalAccount": ["1"]], .allowed),
    ]

    @Test func policiesOfTheOldVersionHaveNoVariables() {
        let statement = Case.allow(["*"], ["arn:aws:sqs:eu-west-1:123456789012:${k, 'orders'}"])
        let old = PolicyDocument(version: nil, statements: [statement])
        #expect(!old.allows(action: "sqs:SendMessage", resource: Case.queue))
    }

    /// Says the same as the pattern, slowly and plainly.
    private static func matches(_ pattern: Substring, _ text: Substring) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        let rest = pattern.dropFirst()
        if first == "*" { return matches(rest, text) || !text.isEmpty && matches(pattern, text.dropFirst()) }
        guard let character = text.first else { return false }
        return (first == "?" || first == character) && matches(rest, text.dropFirst())
    }

    private static func words(of letters: String, lengthMax: Int) -> [String] {
        var all = [""]
        var longest = [""]
        for _ in 0..<lengthMax {
            longest = longest.flatMap { word in letters.map { word + String($0) } }
            all += longest
        }
        return all
    }

    @Test func everySmallPatternMatchesAsThePlainMatcherSays() {
        let texts = Self.words(of: "ab", lengthMax: 4)
        var differences: [String] = []
        for word in Self.words(of: "ab*?", lengthMax: 4) {
            let pattern = WildcardPattern(literally: word)
            for text in texts where pattern.matches(text) != Self.matches(word[...], text[...]) {
                differences.append("\(word) \(text)")
            }
        }
        #expect(differences == [])
    }

    /// A mark behind a prefix makes one letter with its last one, and still it is behind the prefix.
    @Test func aJoinedMarkIsACharacterOfItsOwn() {
        #expect(WildcardPattern(literally: "secret*").matches("secret\u{301}"))
        #expect(WildcardPattern(literally: "secret?").matches("secret\u{301}"))
        #expect(!WildcardPattern(literally: "secr\u{E9}").matches("secre\u{301}"))
        #expect(WildcardPattern(literally: "\u{C9}t*").lowercased().matches("\u{E9}t"))
    }

    @Test func aLongPatternOfStarsIsDecidedQuickly() {
        let pattern = WildcardPattern(literally: String(repeating: "a*", count: 200) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 2_000)))
    }

    @Test func aTrustPolicyAsksWhoCalls() {
        let policy = PolicyDocument(statements: [
            .init(
                actions: .these(["sts:AssumeRole"]), principals: .init([.init(.service, "pipes.amazonaws.com")]),
                conditions: [.init("ArnLike", "aws:SourceArn", [Self.arn])])
        ])
        func outcome(_ service: String, _ arn: String) -> AccessDecision.Outcome {
            policy.decision(
                on: AccessRequest(
                    action: "sts:AssumeRole", resource: "arn:aws:iam::123456789012:role/r",
                    principal: .init(.service, service), context: RequestContext(["aws:SourceArn": [arn]]))
            ).outcome
        }
        #expect(outcome("pipes.amazonaws.com", Self.arn) == .allowed)
        #expect(outcome("lambda.amazonaws.com", Self.arn) == .implicitlyDenied)
        #expect(outcome("pipes.amazonaws.com", Self.arn + "2") == .implicitlyDenied)
    }

    @Test func aBoundaryBoundsARole() throws {
        var role = try #require(try Fixture.stack("role-allows-too-much", "passes").roles.first)
        let letters = "arn:aws:sqs:us-east-1:000000000000:letters"
        #expect(role.allows(action: "sqs:SendMessage", resource: letters))
        role.permissionsBoundary = .init(arn: "arn:aws:iam::000000000000:policy/bound", line: 3)
        let open = role.decision(on: AccessRequest(action: "sqs:SendMessage", resource: letters))
        #expect(open.isAllowed)
        #expect(open.doubts.map(\.line) == [3])
        role.permissionsBoundaryDocument = PolicyDocument(statements: [Case.allow(["logs:*"])])
        #expect(!role.allows(action: "sqs:SendMessage", resource: letters))
    }

    @Test func whatAManagedPolicyHoldsIsKnownForThoseOfFunctions() throws {
        let arn = "arn:aws-cn:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"
        let policy = try #require(ManagedPolicies.document(arn))
        #expect(policy.allows(action: "sqs:DeleteMessage", resource: Case.queue))
        #expect(!policy.allows(action: "sqs:SendMessage", resource: Case.queue))
        #expect(ManagedPolicies.document("arn:aws:iam::123456789012:policy/AdministratorAccess") == nil)
        #expect(ManagedPolicies.document("arn:aws:iam::aws:policy/Unheard") == nil)
    }
}
