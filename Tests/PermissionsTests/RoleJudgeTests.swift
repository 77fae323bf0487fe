import Permissions
import Stacks
import Testing

/// What roles say to single calls.
@Suite struct RoleJudgeTests {
    private static let place = "us-east-1:000000000000"
    private static let orders = "arn:aws:dynamodb:\(place):table/orders"

    /// A stack with a table, and a function whose role has these statements and other properties.
    private func judge(_ statements: String, _ more: String = "") throws -> RoleJudge {
        RoleJudge(
            try Fixture.stack(
                of: """
                    Resources:
                      Orders:
                        Type: AWS::DynamoDB::Table
                        Properties:
                          TableName: orders
                          AttributeDefinitions: [{AttributeName: p, AttributeType: S}]
                          KeySchema: [{AttributeName: p, KeyType: HASH}]
                          BillingMode: PAY_PER_REQUEST
                          StreamSpecification: {StreamViewType: NEW_IMAGE}
                      Role:
                        Type: AWS::IAM::Role
                        Properties:
                          RoleName: worker
                          AssumeRolePolicyDocument:
                            Version: "2012-10-17"
                            Statement:
                              - {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}
                    \(more.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n"))
                          Policies:
                            - PolicyName: rights
                              PolicyDocument:
                                Version: "2012-10-17"
                                Statement:
                    \(statements.split(separator: "\n").map { "              \($0)" }.joined(separator: "\n"))
                    """))
    }

    private let worker = RoleJudge.Holder(
        roleARN: "arn:aws:iam::000000000000:role/worker", sessionName: "Worker",
        functionARN: "arn:aws:lambda:\(place):function:Worker")

    @Test func whoHasARoleIsNamedAsAWSNamesThem() {
        #expect(worker.arn == "arn:aws:sts::000000000000:assumed-role/worker/Worker")
        let path = RoleJudge.Holder(roleARN: "arn:aws-cn:iam::1:role/service/x/worker", sessionName: "W")
        #expect(path.arn == "arn:aws-cn:sts::1:assumed-role/worker/W")
    }

    // MARK: The project's own template

    /// Each action of each function's role is allowed, and taken out it is refused with the statement that brings it back.
    @Test func noActionOfAFunctionsRoleCanBeTakenOutUnnoticed() throws {
        let stack = try Fixture.projectStack()
        var count = 0
        for function in stack.functions {
            let place = try #require(stack.roles.firstIndex { $0.arn == function.roleARN })
            let holder = RoleJudge.Holder(
                roleARN: function.roleARN, sessionName: function.name, functionARN: function.arn)
            for (index, statement) in stack.roles[place].policies[0].document.statements.enumerated() {
                guard case .these(let actions) = statement.actions, case .these(let resources) = statement.resources
                else { continue }
                for action in actions {
                    var changed = stack
                    changed.roles[place].policies[0].document.statements[index].actions = .these(
                        actions.filter { $0 != action })
                    for pattern in resources {
                        let resource = pattern.replacing(":*", with: ":log-stream:x")
                        #expect(RoleJudge(stack).verdict(on: action, resource, by: holder).isAllowed)
                        let verdict = RoleJudge(changed).verdict(on: action, resource, by: holder)
                        #expect(verdict.outcome == .noIdentityPolicy)
                        #expect(verdict.statement?.contains(#"Action: "\#(action)""#) == true)
                        #expect(verdict.remedy.contains(stack.roles[place].logicalID))
                        count += 1
                    }
                }
            }
        }
        #expect(count == 15)
    }

    /// Of a pipe each part is looked at where it is used.
    @Test func noActionOfAPipesRoleCanBeTakenOutUnnoticed() throws {
        let stack = try Fixture.projectStack()
        let parts = [
            "ReadStream": Need.Part.source, "InvokeTarget": .target, "SendDeadLetters": .deadLetters,
            "WriteLogs": .logs,
        ]
        for pipe in stack.pipes {
            for part in parts.values { #expect(RoleJudge(stack).refusal(of: pipe, part) == nil) }
            let place = try #require(stack.roles.firstIndex { $0.arn == pipe.roleARN })
            for (index, statement) in stack.roles[place].policies[0].document.statements.enumerated() {
                guard case .these(let actions) = statement.actions else { continue }
                let part = try #require(statement.sid.flatMap { parts[$0] })
                for action in actions {
                    var changed = stack
                    changed.roles[place].policies[0].document.statements[index].actions = .these(
                        actions.filter { $0 != action })
                    let refusals = parts.values.filter { RoleJudge(changed).refusal(of: pipe, $0) != nil }
                    #expect(refusals == [part])
                    let refusal = try #require(RoleJudge(changed).refusal(of: pipe, part))
                    #expect(refusal.action == action)
                    #expect(refusal.statement?.contains(#"Action: "\#(action)", Resource: !GetAtt "#) == true)
                }
            }
        }
    }

    /// The line is YAML, and does what it says once it is pasted.
    @Test(arguments: ["dynamodb:PutItem", "dynamodb:Query"]) func theMissingStatementCanBePasted(action: String) throws
    {
        let resource = action == "dynamodb:Query" ? "\(Self.orders)/index/byDay" : Self.orders
        let before = "- {Effect: Allow, Action: s3:GetObject, Resource: \"*\"}"
        let refused = try judge(before).verdict(on: action, resource, by: worker)
        #expect(!refused.isAllowed)
        let statement = try #require(refused.statement)
        #expect(!statement.contains("\n"))
        #expect(try judge("\(before)\n\(statement)").verdict(on: action, resource, by: worker).isAllowed)
    }

    // MARK: IAM's rules

    @Test func aDenyOutweighsAndIsToldByItsLine() throws {
        let verdict = try judge(
            """
            - {Effect: Allow, Action: "dynamodb:*", Resource: "*"}
            - {Effect: Deny, Action: "dynamodb:Delete*", Resource: !GetAtt Orders.Arn}
            """)
        #expect(verdict.verdict(on: "dynamodb:PutItem", Self.orders, by: worker).isAllowed)
        let refused = verdict.verdict(on: "dynamodb:DeleteItem", Self.orders, by: worker)
        #expect(refused.outcome == .explicitDeny && refused.statement == nil)
        #expect(refused.remedy.contains("Take dynamodb:DeleteItem on Orders out of the Deny of line "))
    }

    @Test func aBoundaryBoundsWhatIsAllowed() throws {
        let judge = try judge(
            #"- {Effect: Allow, Action: "dynamodb:*", Resource: "*"}"#,
            "PermissionsBoundary: arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
        #expect(judge.verdict(on: "dynamodb:PutItem", Self.orders, by: worker).outcome == .noBoundary)
        #expect(
            judge.verdict(on: "sqs:SendMessage", "arn:aws:sqs:\(Self.place):q", by: worker).outcome == .noIdentityPolicy
        )
    }

    /// The review takes it as allowing everything, and reports it.
    @Test func aBoundaryThatIsNotKnownAllowsNothing() throws {
        let judge = try judge(
            """
            - {Effect: Allow, Action: "dynamodb:*", Resource: "*"}
            - {Effect: Deny, Action: "dynamodb:DeleteItem", Resource: "*"}
            """,
            "PermissionsBoundary: arn:aws:iam::aws:policy/ReadOnlyAccess")
        let refused = judge.verdict(on: "dynamodb:PutItem", Self.orders, by: worker)
        #expect(refused.outcome == .noBoundary && refused.statement == nil)
        let reason = "as what the permissions boundary arn:aws:iam::aws:policy/ReadOnlyAccess allows is not known here"
        #expect(refused.remedy.contains(reason), "\(refused.remedy)")
        #expect(refused.remedy.hasSuffix("declare the boundary in the template as AWS::IAM::ManagedPolicy."))
        // What the policies say is told as without it.
        #expect(judge.verdict(on: "dynamodb:DeleteItem", Self.orders, by: worker).outcome == .explicitDeny)
        let lacking = judge.verdict(on: "sqs:SendMessage", "arn:aws:sqs:\(Self.place):q", by: worker)
        #expect(lacking.outcome == .noIdentityPolicy && lacking.statement != nil)
    }

    @Test func managedPoliciesOfAWSCount() throws {
        let judge = try judge(
            #"- {Effect: Allow, Action: "s3:GetObject", Resource: "*"}"#,
            "ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]")
        let stream = "arn:aws:logs:\(Self.place):log-group:/aws/lambda/Worker:log-stream:x"
        #expect(judge.verdict(on: "logs:PutLogEvents", stream, by: worker).isAllowed)
        #expect(!judge.verdict(on: "logs:DeleteLogStream", stream, by: worker).isAllowed)
    }

    @Test func whatCannotBeDecidedCountsAgainstTheCaller() throws {
        let allow = try judge(
            """
            - Effect: Allow
              Action: dynamodb:PutItem
              Resource: "*"
              Condition: {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [one]}}
            """)
        let refused = allow.verdict(on: "dynamodb:PutItem", Self.orders, by: worker)
        #expect(refused.outcome == .noIdentityPolicy)
        #expect(refused.remedy.contains("dynamodb:LeadingKeys"), "\(refused.remedy)")
        let deny = try judge(
            """
            - {Effect: Allow, Action: "dynamodb:PutItem", Resource: "*"}
            - Effect: Deny
              Action: dynamodb:PutItem
              Resource: "*"
              Condition: {IpAddress: {"aws:SourceIp": 192.0.2.0/24}}
            """)
        #expect(deny.verdict(on: "dynamodb:PutItem", Self.orders, by: worker).outcome == .explicitDeny)
    }

    @Test func conditionsOnTheCallerAreEvaluated() throws {
        let judge = try judge(
            """
            - Effect: Allow
              Action: dynamodb:PutItem
              Resource: "*"
              Condition: {ArnEquals: {"lambda:SourceFunctionArn": "arn:aws:lambda:\(Self.place):function:Worker"}}
            """)
        #expect(judge.verdict(on: "dynamodb:PutItem", Self.orders, by: worker).isAllowed)
        var other = worker
        other.functionARN = "arn:aws:lambda:\(Self.place):function:Other"
        #expect(!judge.verdict(on: "dynamodb:PutItem", Self.orders, by: other).isAllowed)
    }

    /// The template says `!GetAtt Orders.StreamArn`, and a real stream has a time in its name.
    @Test func aStreamIsTheOneThatTheTemplateNames() throws {
        let judge = try judge("- {Effect: Allow, Action: dynamodb:GetRecords, Resource: !GetAtt Orders.StreamArn}")
        let stream = "\(Self.orders)/stream/2026-11-27T08:00:00.000"
        #expect(judge.verdict(on: "dynamodb:GetRecords", stream, by: worker).isAllowed)
        let other = "arn:aws:dynamodb:\(Self.place):table/others/stream/2026-11-27T08:00:00.000"
        #expect(!judge.verdict(on: "dynamodb:GetRecords", other, by: worker).isAllowed)
    }

    @Test func aRoleThatIsNotInTheTemplateAllowsNothing() throws {
        let judge = try judge(#"- {Effect: Allow, Action: "*", Resource: "*"}"#)
        var stranger = worker
        stranger.roleARN = "arn:aws:iam::000000000000:role/stranger"
        #expect(judge.knows(roleARN: worker.roleARN) && !judge.knows(roleARN: stranger.roleARN))
        let refused = judge.verdict(on: "dynamodb:PutItem", Self.orders, by: stranger)
        #expect(refused.outcome == .noIdentityPolicy && refused.remedy.contains("declare it as AWS::IAM::Role"))
    }
}
