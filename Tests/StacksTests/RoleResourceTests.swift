import Testing

@testable import Stacks

@Suite struct RoleResourceTests {
    private static func role(_ policies: String = "", trust: String = "{Service: lambda.amazonaws.com}") -> String {
        """
        Resources:
          Letters:
            Type: AWS::SQS::Queue
          Role:
            Type: AWS::IAM::Role
            Properties:
              RoleName: worker
              AssumeRolePolicyDocument:
                Version: 2012-10-17
                Statement:
                  - Effect: Allow
                    Principal: \(trust)
                    Action: sts:AssumeRole

        """ + policies.split(separator: "\n").map { "      \($0)\n" }.joined()
    }

    private static func statement(_ text: String) -> String {
        "Policies:\n  - PolicyName: p\n    PolicyDocument:\n      Statement:\n        - \(text)"
    }

    @Test func isReadWithTheLineOfEachStatement() throws {
        let yaml = Self.role(
            """
            ManagedPolicyArns: ["arn:aws:iam::aws:policy/X"]
            PermissionsBoundary: arn:aws:iam::000000000000:policy/bound
            Policies:
              - PolicyName: send
                PolicyDocument:
                  Version: "2012-10-17"
                  Statement:
                    - Sid: Send
                      Effect: Allow
                      Action: sqs:SendMessage
                      Resource: !GetAtt Letters.Arn
                    - Effect: Deny
                      NotAction: ["sqs:*", "logs:*"]
                      NotResource: "*"
                      Condition: {Bool: {"aws:SecureTransport": false}, StringLike: {k: [a, b]}}
            """)
        let stack = try makeStack(yaml)
        let role = try #require(stack.roles.first)
        #expect(stack.roles.count == 1)
        #expect(role.logicalID == "Role")
        #expect(role.name == "worker")
        #expect(role.arn == "arn:aws:iam::000000000000:role/worker")
        #expect(role.line == 4)
        #expect(role.trustPolicyLine == 8)
        #expect(
            role.trustPolicy
                == PolicyDocument(statements: [
                    .init(
                        line: 11, actions: .these(["sts:AssumeRole"]),
                        principals: .init([.init(.service, "lambda.amazonaws.com")]))
                ]))
        #expect(role.managedPolicies == [.init(arn: "arn:aws:iam::aws:policy/X", line: 14)])
        #expect(role.permissionsBoundary == .init(arn: "arn:aws:iam::000000000000:policy/bound", line: 15))
        #expect(
            role.policies == [
                .init(
                    name: "send", logicalID: "Role", line: 17,
                    document: PolicyDocument(statements: [
                        .init(
                            sid: "Send", line: 21, actions: .these(["sqs:SendMessage"]),
                            resources: .these(["arn:aws:sqs:us-east-1:000000000000:sluice-Letters"])),
                        .init(
                            line: 25, effect: .deny, actions: .allBut(["sqs:*", "logs:*"]), resources: .allBut(["*"]),
                            conditions: [
                                .init("Bool", "aws:SecureTransport", ["false"]), .init("StringLike", "k", ["a", "b"]),
                            ]),
                    ]))
            ])
        #expect(stack.notLocal.map(\.logicalID) == ["Role"])
        #expect(stack.warnings == [])
    }

    @Test func everybodyIsAPrincipalToo() throws {
        let role = try #require(try makeStack(Self.role(trust: "\"*\"")).roles.first)
        #expect(role.trustPolicy?.statements[0].principals == .init([.init(.account, "*")]))
    }

    @Test func policiesOfOtherResourcesAreAttached() throws {
        let document = "PolicyDocument: {Statement: {Effect: Allow, Action: \"*\", Resource: \"*\"}}"
        let yaml =
            Self.role("ManagedPolicyArns: [!Ref Named]")
                + """
                Named:
                  Type: AWS::IAM::ManagedPolicy
                  Properties: {\(document)}
                Naming:
                  Type: AWS::IAM::ManagedPolicy
                  Properties: {Roles: [!Ref Role], \(document)}
                Policy:
                  Type: AWS::IAM::Policy
                  Properties: {PolicyName: p, Roles: [worker], \(document)}
                RolePolicy:
                  Type: AWS::IAM::RolePolicy
                  Properties: {PolicyName: r, RoleName: !Ref Role, \(document)}
                Elsewhere:
                  Type: AWS::IAM::Policy
                  Properties: {PolicyName: e, Roles: [other], \(document)}
                """.split(separator: "\n").map { "  \($0)\n" }.joined()
        let stack = try makeStack(yaml)
        let role = try #require(stack.roles.first)
        #expect(role.policies.map(\.logicalID) == ["Named", "Naming", "Policy", "RolePolicy"])
        #expect(role.managedPolicies == [])
        #expect(stack.notLocal.count == 6)
    }

    /// A role does not run here, so what only AWS knows must not keep the stack from running.
    @Test func whatCannotBeEvaluatedHereIsNoError() throws {
        let yaml = Self.role(
            Self.statement("{Effect: Allow, Action: sqs:SendMessage, Resource: !ImportValue Queue}"))
        let stack = try makeStack(yaml)
        #expect(stack.roles.first?.unreadable?.hasPrefix("Fn::ImportValue is not supported here") == true)
        #expect(stack.roles.first?.trustPolicy == nil)
        #expect(stack.warnings == [])
    }

    /// Its own role is the first, `other` the second: which of them cannot be read.
    @Test(arguments: [
        ("AWS::IAM::Policy", "PolicyName: p, Roles: [!Ref Role]", [true, false]),
        ("AWS::IAM::Policy", "PolicyName: p, Roles: [!ImportValue Name]", [true, true]),
        ("AWS::IAM::Policy", "PolicyName: p, Roles: !ImportValue Names", [true, true]),
        ("AWS::IAM::Policy", "PolicyName: p, Users: [somebody]", [false, false]),
        ("AWS::IAM::RolePolicy", "PolicyName: p, RoleName: worker", [true, false]),
        ("AWS::IAM::RolePolicy", "PolicyName: p, RoleName: !ImportValue Name", [true, true]),
        ("AWS::IAM::ManagedPolicy", "Roles: [worker]", [true, false]),
        ("AWS::IAM::ManagedPolicy", "ManagedPolicyName: !ImportValue Name, Roles: [worker]", [true, false]),
        ("AWS::IAM::ManagedPolicy", "Description: other names it", [false, true]),
    ])
    func anAttachedPolicyThatCannotBeEvaluatedIsSaidOfItsRoles(type: String, names: String, expected: [Bool]) throws {
        let attached = """
              Other:
                Type: AWS::IAM::Role
                Properties:
                  RoleName: other
                  ManagedPolicyArns: [!Ref More]
                  AssumeRolePolicyDocument:
                    Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}
              More:
                Type: \(type)
                Properties:
                  \(names.replacing(", ", with: "\n      "))
                  PolicyDocument: {Statement: {Effect: Allow, Action: sqs:SendMessage, Resource: !ImportValue Queue}}

            """
        let isNamed = names.hasPrefix("Description")
        let yaml =
            Self.role()
            + (isNamed ? attached : attached.replacing("      ManagedPolicyArns: [!Ref More]\n", with: ""))
        let stack = try makeStack(yaml)
        #expect(stack.roles.map { $0.unreadable != nil } == expected)
        #expect(stack.roles.allSatisfy { $0.trustPolicy != nil && $0.managedPolicies.isEmpty })
        let reasons = stack.roles.compactMap(\.unreadable)
        #expect(reasons.allSatisfy { $0.hasPrefix("in More, Fn::ImportValue is not supported here") }, "\(reasons)")
        #expect(stack.warnings == [])
    }

    @Test func aPolicyWithoutAnyStatementAllowsNothing() throws {
        let yaml = Self.role("Policies:\n  - PolicyName: p\n    PolicyDocument: {Statement: []}")
        #expect(try makeStack(yaml).roles.first?.policies.map(\.document) == [.init(version: nil, statements: [])])
    }

    @Test(arguments: malformed) func whatIAMWouldRefuseIsNamedByItsLine(message: String, yaml: String) {
        let found = errors(in: yaml)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.message.contains(message) == true, "\(found)")
        #expect(found.first?.logicalID == "Role")
        #expect(found.first?.line == TemplateText.markedLine(of: yaml), "\(found)")
    }

    static let malformed: [(String, String)] = [
        (
            "PolicyDocument has no Statement; add one",
            role("Policies:\n  - PolicyName: p\n    PolicyDocument: # !\n      Version: \"2012-10-17\"")
        ),
        (
            "Version must be 2012-10-17 or 2008-10-17, not 2024-01-01",
            role(
                "Policies:\n  - PolicyName: p\n    PolicyDocument:\n      Version: \"2024-01-01\" # !\n"
                    + "      Statement: {Effect: Allow, Action: \"*\", Resource: \"*\"}")
        ),
        ("PolicyDocument must be a mapping", role("Policies:\n  - PolicyName: p\n    PolicyDocument: \"{}\" # !")),
        ("needs the property PolicyName", role("Policies:\n  - PolicyDocument: {Statement: {}} # !")),
        (
            "Effect must be Allow or Deny, not Alow (did you mean Allow?)",
            role(statement("{Effect: Alow, Action: \"*\", Resource: \"*\"} # !"))
        ),
        ("needs Effect, which is missing", role(statement("{Action: \"*\", Resource: \"*\"} # !"))),
        ("needs Action, which is missing", role(statement("{Effect: Allow, Resource: \"*\"} # !"))),
        ("needs Resource, which is missing", role(statement("{Effect: Allow, Action: \"*\"} # !"))),
        (
            "has Action or NotAction, not both",
            role(statement("{Effect: Allow, Action: \"*\", NotAction: \"*\", Resource: \"*\"} # !"))
        ),
        (
            "an action is SERVICE:ACTION, such as sqs:SendMessage, or *, not SendMessage",
            role(statement("{Effect: Allow, Action: SendMessage, Resource: \"*\"} # !"))
        ),
        (
            "a resource is an ARN or *, not Letters",
            role(statement("{Effect: Allow, Action: \"*\", Resource: Letters} # !"))
        ),
        (
            "a role's permissions have no Principal",
            role(statement("{Effect: Allow, Action: \"*\", Resource: \"*\", Principal: \"*\"} # !"))
        ),
        (
            "Actoin is not a part of a statement (did you mean Action?)",
            role(statement("{Effect: Allow, Action: \"*\", Resource: \"*\", Actoin: \"*\"} # !"))
        ),
        (
            "Condition must be a mapping of operators",
            role(statement("{Effect: Allow, Action: \"*\", Resource: \"*\", Condition: x} # !"))
        ),
        (
            "Action must be a text or a list of texts, not an empty list",
            role(statement("{Effect: Allow, Action: [], Resource: \"*\"} # !"))
        ),
        ("Servce is no kind of principal (did you mean Service?)", role(trust: "{Servce: lambda.amazonaws.com} # !")),
        ("Principal must be * or a mapping such as", role(trust: "lambda.amazonaws.com # !")),
        (
            "needs the property AssumeRolePolicyDocument",
            "Resources:\n  Role: # !\n    Type: AWS::IAM::Role\n    Properties: {RoleName: r}"
        ),
    ]
}
