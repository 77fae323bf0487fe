import Foundation
import Permissions
import Stacks
import Testing

@Suite struct RoleReviewTests {
    @Test(arguments: PermissionProblem.Kind.allCases) func eachRuleHasATemplateThatTripsItAndOneThatPasses(
        kind: PermissionProblem.Kind
    ) throws {
        let text = try Fixture.text(kind.ruleID, "trips")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let expected = lines.indices.filter { lines[$0].hasSuffix("# finding") }.map { $0 + 1 }
        #expect(!expected.isEmpty)
        let problems = try Fixture.problems(in: text)
        #expect(problems.map(\.kind) == expected.map { _ in kind }, "\(problems)")
        #expect(problems.map(\.line) == expected, "\(problems)")
        #expect(try Fixture.problems(in: Fixture.text(kind.ruleID, "passes")) == [])
    }

    @Test(arguments: PermissionProblem.Kind.allCases) func messagesAreSentences(kind: PermissionProblem.Kind) throws {
        for problem in try Fixture.problems(in: Fixture.text(kind.ruleID, "trips")) {
            for text in [problem.message, problem.repair] {
                #expect(text.hasSuffix("."))
                #expect(text.first?.isUppercase == true)
                #expect(!text.contains("\n"))
            }
        }
    }

    // MARK: The project's own template

    @Test(arguments: [
        StackOptions(),
        StackOptions(
            region: "eu-central-1", accountID: "123456789012", parameters: ["OrdersTableName": "Bestellungen"]),
        StackOptions(region: "cn-north-1", accountID: "123456789012"),
    ])
    func theProjectsTemplateAllowsWhatIsNeededAndNoMore(options: StackOptions) throws {
        let stack = try Fixture.projectStack(options)
        #expect(stack.roles.count == 4)
        #expect(RoleReview.problems(in: stack) == [])
    }

    /// Each action of each statement is taken out in turn: of a pipe's role every one is missed, with the right statement.
    @Test func noActionOfAPipesRoleCanBeTakenOut() throws {
        let stack = try Fixture.projectStack()
        var count = 0
        for (roleIndex, role) in stack.roles.enumerated() where role.logicalID.hasSuffix("PipeRole") {
            for (index, statement) in role.policies[0].document.statements.enumerated() {
                guard case .these(let actions) = statement.actions else { continue }
                for action in actions {
                    var changed = stack
                    changed.roles[roleIndex].policies[0].document.statements[index].actions = .these(
                        actions.filter { $0 != action })
                    let problems = RoleReview.problems(in: changed)
                    #expect(problems.map(\.kind) == [.missing])
                    #expect(problems.first?.logicalID == role.logicalID)
                    #expect(problems.first?.statement?.contains("Action: \(action)\n") == true)
                    count += 1
                }
            }
        }
        #expect(count == 18)
    }

    @Test func noStatementOfAFunctionsRoleCanBeTakenOut() throws {
        let stack = try Fixture.projectStack()
        var count = 0
        for (roleIndex, role) in stack.roles.enumerated() where role.logicalID.hasSuffix("FunctionRole") {
            for index in role.policies[0].document.statements.indices {
                var changed = stack
                changed.roles[roleIndex].policies[0].document.statements.remove(at: index)
                let problems = RoleReview.problems(in: changed)
                #expect(!problems.isEmpty)
                #expect(problems.allSatisfy { $0.kind == .missing && $0.logicalID == role.logicalID }, "\(problems)")
                count += 1
            }
        }
        #expect(count == 6)
    }

    @Test func theDocumentNamesEveryActionOfTheProjectsRoles() throws {
        let text = try String(
            contentsOf: Fixture.project.appendingPathComponent("Documentation/iam.md"), encoding: .utf8)
        let stack = try Fixture.projectStack()
        for role in stack.roles {
            #expect(text.contains("| \(role.logicalID)") || text.contains(", \(role.logicalID) |"))
            for statement in role.policies.flatMap(\.document.statements) {
                guard case .these(let actions) = statement.actions else { continue }
                for action in actions {
                    let name = action.split(separator: ":")[1]
                    #expect(text.contains("`\(action)`") || text.contains("`\(name)`"), "\(action)")
                }
            }
        }
        for kind in PermissionProblem.Kind.allCases {
            #expect(text.contains("[\(kind.ruleID)](checks/\(kind.ruleID).md)"))
        }
    }

    // MARK: Missing

    private func template(_ rule: PermissionProblem.Kind = .missing, _ name: String = "passes") throws -> String {
        try Fixture.text(rule.ruleID, name)
    }

    @Test func theStatementThatIsShownRepairsTheRole() throws {
        let text = try template(.missing, "trips")
        let problem = try #require(try Fixture.problems(in: text).first)
        #expect(
            problem.statement == """
                - Effect: Allow
                  Action: dynamodb:GetRecords
                  Resource: !GetAtt Orders.StreamArn
                """)
        #expect(
            problem.message
                == "Flow is not allowed dynamodb:GetRecords on Orders, so the pipe cannot read its source, and creating it"
                + " fails.")
        #expect(try Fixture.problems(in: adding(problem.statement ?? "", to: text)) == [])
    }

    /// The statements of a role's only policy are the end of these templates.
    private func adding(_ statement: String, to text: String) -> String {
        text + statement.split(separator: "\n").map { String(repeating: " ", count: 14) + $0 + "\n" }.joined()
    }

    @Test func allThatIsMissingOnOneResourceIsOneProblem() throws {
        let problems = try Fixture.problems(
            in: template(), "                Resource: !GetAtt Orders.StreamArn",
            "                Resource: arn:aws:dynamodb:us-east-1:000000000000:table/other/stream/x")
        #expect(problems.map(\.kind) == [.missing, .excessive])
        #expect(problems[0].statement?.split(separator: "\n").count == 7)
    }

    @Test func aDenyIsNamedByItsLine() throws {
        let text =
            try template()
                + """
                              - Effect: Deny
                                Action: sqs:*
                                Resource: !GetAtt Letters.Arn

                """.replacing("\n  ", with: "\n  ")
        let problems = try Fixture.problems(in: text)
        #expect(problems.count == 1)
        #expect(problems.first?.kind == .missing)
        #expect(problems.first?.statement == nil)
        #expect(problems.first?.message.hasPrefix("A Deny forbids Flow sqs:SendMessage on Letters") == true)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(problems.first.map { lines[$0.line - 1].hasSuffix("Effect: Deny") } == true)
    }

    @Test func anyUseOfAFunctionsQueueIsEnough() throws {
        let text = try template(.excessive)
        #expect(
            try Fixture.problems(in: text, "[sqs:SendMessage, sqs:GetQueueAttributes]", "sqs:ReceiveMessage") == [])
        let problems = try Fixture.problems(in: text, "sqs:SendMessage, ", "")
        #expect(problems.map(\.kind) == [.missing])
        #expect(problems.first?.message.contains("any of sqs:SendMessage, sqs:ReceiveMessage on Letters") == true)
    }

    @Test func aLogGroupWithoutItsStreamsIsMissing() throws {
        let problems = try Fixture.problems(
            in: template(.excessive), "Resource: !GetAtt Logs.Arn",
            "Resource: !Sub arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/worker")
        #expect(problems.map(\.kind) == [.missing])
        #expect(
            problems.first?.statement == """
                - Effect: Allow
                  Action:
                    - logs:CreateLogStream
                    - logs:PutLogEvents
                  Resource: !GetAtt Logs.Arn
                """)
    }

    @Test func aFunctionWhoseGroupIsNotInTheTemplateMakesItItself() throws {
        let text = try template(.excessive).replacing(
            """
              Logs:
                Type: AWS::Logs::LogGroup
                Properties: {LogGroupName: /aws/lambda/worker}

            """, with: ""
        ).replacing("FunctionName: worker", with: "Timeout: 3")
        let repaired = try Fixture.problems(
            in: text, "Resource: !GetAtt Logs.Arn", "Resource: arn:aws:logs:us-east-1:000000000000:log-group:/x:*")
        let statement = try #require(repaired.first?.statement)
        #expect(
            statement == """
                - Effect: Allow
                  Action:
                    - logs:CreateLogGroup
                    - logs:CreateLogStream
                    - logs:PutLogEvents
                  Resource: !Sub "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/${AWS::StackName}-Worker-*:*"
                """)
        let allowed = text.replacing(
            """
                          - Effect: Allow
                            Action: [logs:CreateLogStream, logs:PutLogEvents]
                            Resource: !GetAtt Logs.Arn

            """, with: "")
        #expect(try Fixture.problems(in: adding(statement, to: allowed)) == [])
    }

    @Test func aQueueWithACustomersKeyNeedsTheKeyForWhatIsDoneWithTheQueue() throws {
        let keyed = try template(.excessive).replacing(
            "{QueueName: letters}", with: "{QueueName: letters, KmsMasterKeyId: !Ref Key}"
        )
        .replacing(
            "Resources:\n",
            with: "Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties: {KeyPolicy: {Version: x}}\n")
        let sending = try Fixture.problems(in: keyed)
        #expect(sending.map(\.kind) == [.missing])
        #expect(
            sending.first?.statement == """
                - Effect: Allow
                  Action:
                    - kms:Decrypt
                    - kms:GenerateDataKey
                  Resource: !GetAtt Key.Arn
                """)
        #expect(try Fixture.problems(in: adding(sending.first?.statement ?? "", to: keyed)) == [])
        let receiving = try Fixture.problems(in: keyed, "sqs:SendMessage", "sqs:ReceiveMessage")
        #expect(receiving.first?.statement?.contains("Action: kms:Decrypt\n") == true)
        let own = keyed.replacing("!Ref Key", with: "alias/aws/sqs")
        #expect(try Fixture.problems(in: own) == [])
    }

    @Test func anEncryptedTableNeedsItsKeyToRead() throws {
        let problems = try Fixture.problems(
            in: template(), "BillingMode: PAY_PER_REQUEST",
            "BillingMode: PAY_PER_REQUEST\n      SSESpecification: {SSEEnabled: true, KMSMasterKeyId: abc}")
        #expect(problems.map(\.kind) == [.missing])
        #expect(
            problems.first?.statement?.contains(
                "!Sub \"arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/abc\"") == true)
    }

    @Test func tracingAndNetworksNeedTheirActions() throws {
        let text = try template(.excessive)
        let traced = try Fixture.problems(
            in: text, "FunctionName: worker", "FunctionName: worker\n      TracingConfig: {Mode: Active}")
        #expect(traced.map(\.kind) == [.missing])
        #expect(traced.first?.statement?.contains("Resource: \"*\"") == true)
        let inVPC = text.replacing(
            "FunctionName: worker",
            with: "FunctionName: worker\n      VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: [sg-1]}")
        let networked = try Fixture.problems(in: inVPC)
        #expect(networked.map(\.kind) == [.missing])
        #expect(
            networked.first?.statement == """
                - Effect: Allow
                  Action:
                    - ec2:AssignPrivateIpAddresses
                    - ec2:CreateNetworkInterface
                    - ec2:DeleteNetworkInterface
                    - ec2:DescribeNetworkInterfaces
                    - ec2:DescribeSubnets
                    - ec2:UnassignPrivateIpAddresses
                  Resource: "*"
                """)
        #expect(networked.first?.message.contains(" on ") == false)
        #expect(try Fixture.problems(in: adding(networked.first?.statement ?? "", to: inVPC)) == [])
        // The interfaces have a resource, the Describe actions have none.
        let statements = """
            - Effect: Allow
              Action: [ec2:AssignPrivateIpAddresses, ec2:*NetworkInterface, ec2:UnassignPrivateIpAddresses]
              Resource: "arn:aws:ec2:*:*:*/*"
            - Effect: Allow
              Action: ec2:Describe*
              Resource: "*"
            """
        #expect(try Fixture.problems(in: adding(statements, to: inVPC)).map(\.kind) == [.wildcard, .wildcard])
        let unresourced = statements.replacing("\"*\"", with: "\"arn:aws:ec2:*:*:*/*\"")
        let describing = try Fixture.problems(in: adding(unresourced, to: inVPC)).filter { $0.kind == .missing }
        #expect(
            describing.map(\.statement) == [
                """
                - Effect: Allow
                  Action:
                    - ec2:DescribeNetworkInterfaces
                    - ec2:DescribeSubnets
                  Resource: "*"
                """
            ])
        // Without the VPC they are too much.
        #expect(
            try Fixture.problems(in: adding(networked.first?.statement ?? "", to: text)).map(\.kind) == [.excessive])
    }

    @Test func whatOtherResourcesAttachToARoleCounts() throws {
        let text = try template()
        let cut = text.replacing(
            "                Action: sqs:SendMessage", with: "                Action: sqs:PurgeQueue")
        #expect(try Fixture.problems(in: cut).map(\.kind) == [.missing, .missing, .excessive])
        let attached = """
              More:
                Type: AWS::IAM::Policy
                Properties:
                  PolicyName: more
                  Roles: [!Ref FlowRole]
                  PolicyDocument:
                    Version: "2012-10-17"
                    Statement:
                      - {Effect: Allow, Action: sqs:SendMessage, Resource: [!GetAtt Work.Arn, !GetAtt Letters.Arn]}

            """
        #expect(try Fixture.problems(in: cut + attached).map(\.kind) == [.excessive])
    }

    // MARK: Too much

    @Test(arguments: [
        ("sqs:*", "!GetAtt Letters.Arn", PermissionProblem.Kind.wildcard),
        ("\"*\"", "\"*\"", .wildcard),
        ("sqs:Send*", "!GetAtt Letters.Arn", .wildcard),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:000000000000:*", .wildcard),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:000000000000:let*", nil),
        ("sqs:SendMessage", "arn:aws:sqs:*", .wildcard),
        ("sqs:SendMessage", "arn:aws:sqs:us-*", .wildcard),
        ("sqs:SendMessage", "arn:aws:sqs:*:let*", nil),
        ("sqs:SendMessage", "arn:aws:sqs:*:others*", .excessive),
        ("sqs:ReceiveMessage", "!GetAtt Letters.Arn", nil),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:000000000000:others", .excessive),
        ("sqs:SetQueueAttributes", "!GetAtt Letters.Arn", .excessive),
        ("dynamodb:DeleteTable", "arn:aws:dynamodb:us-east-1:000000000000:table/letters", .excessive),
        ("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:000000000000:table/elsewhere", .excessive),
        ("dynamodb:Scan", "\"*\"", .wildcard),
        ("iam:PassRole", "arn:aws:iam::000000000000:role/letters", .excessive),
        ("logs:CreateLogGroup", "!GetAtt Logs.Arn", .excessive),
        ("ec2:DescribeSubnets", "\"*\"", .excessive),
        ("cloudwatch:PutMetricData", "\"*\"", nil),
        ("xray:PutTraceSegments", "\"*\"", nil),
        ("s3:GetObject", "arn:aws:s3:::photos/*", nil),
        ("s3:GetObject", "arn:aws:s3:::photos/in/*", nil),
        ("s3:GetObject", "arn:aws:s3:::*", .wildcard),
        ("s3:GetObject", "arn:aws:s3:::films/*", .excessive),
    ])
    func aFunctionIsAllowed(action: String, resource: String, kind: PermissionProblem.Kind?) throws {
        let text = try template(.excessive)
            .replacing("{LETTERS_URL: !Ref Letters}", with: "{LETTERS_URL: !Ref Letters, PHOTOS: photos}")
        let statement = "- Effect: Allow\n  Action: \(action)\n  Resource: \(resource)"
        let problems = try Fixture.problems(in: adding(statement, to: text))
        #expect(problems.map(\.kind) == (kind.map { [$0] } ?? []), "\(problems)")
    }

    @Test(arguments: [
        ("sqs:SendMessage", "!GetAtt Work.Arn", nil),
        ("sqs:ReceiveMessage", "!GetAtt Work.Arn", PermissionProblem.Kind.excessive),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:000000000000:wor*", .excessive),
        ("sqs:SendMessage", "\"*\"", .wildcard),
        ("sqs:SendMessage", "!GetAtt Orders.StreamArn", .excessive),
        ("dynamodb:ListStreams", "\"*\"", nil),
        ("dynamodb:GetRecords", "!Sub \"${Orders.Arn}/stream/*\"", nil),
        ("dynamodb:GetRecords", "\"arn:aws:dynamodb:*:*:table/*/stream/*\"", .wildcard),
        ("dynamodb:GetItem", "!GetAtt Orders.Arn", .excessive),
        ("dynamodb:*", "!GetAtt Orders.StreamArn", .wildcard),
        ("cloudwatch:PutMetricData", "\"*\"", .wildcard),
    ])
    func aPipeIsAllowed(action: String, resource: String, kind: PermissionProblem.Kind?) throws {
        let statement = "- Effect: Allow\n  Action: \(action)\n  Resource: \(resource)"
        let problems = try Fixture.problems(in: adding(statement, to: template()))
        #expect(problems.map(\.kind) == (kind.map { [$0] } ?? []), "\(problems)")
    }

    @Test func aWildcardsRepairIsWhatItWasNeededFor() throws {
        let text = try template(.wildcard, "trips")
        let problem = try #require(try Fixture.problems(in: text).first)
        let statement = try #require(problem.statement)
        #expect(statement == "- Effect: Allow\n  Action: sqs:SendMessage\n  Resource: !GetAtt Letters.Arn")
        let rest = text.split(separator: "\n").dropLast(3).joined(separator: "\n") + "\n"
        #expect(try Fixture.problems(in: adding(statement, to: rest)) == [])
    }

    @Test func allButIsAWildcard() throws {
        let statement = "- Effect: Allow\n  NotAction: iam:*\n  Resource: \"*\""
        #expect(try Fixture.problems(in: adding(statement, to: template(.excessive))).map(\.kind) == [.wildcard])
    }

    // MARK: Managed policies

    @Test(arguments: [
        ("service-role/AWSLambdaBasicExecutionRole", nil),
        ("AWSXRayDaemonWriteAccess", nil),
        ("service-role/AWSLambdaSQSQueueExecutionRole", nil),
        ("service-role/AWSLambdaDynamoDBExecutionRole", PermissionProblem.Kind.excessive),
        ("service-role/AWSLambdaVPCAccessExecutionRole", .excessive),
        ("AdministratorAccess", .wildcard),
        ("AmazonSQSFullAccess", .wildcard),
        ("AmazonS3ReadOnlyAccess", .undecidable),
    ])
    func aManagedPolicyOfAFunction(name: String, kind: PermissionProblem.Kind?) throws {
        let arn = "arn:aws:iam::aws:policy/\(name)"
        let problems = try Fixture.problems(
            in: template(.excessive), "      AssumeRolePolicyDocument:",
            "      ManagedPolicyArns:\n        - \(arn)\n      AssumeRolePolicyDocument:")
        #expect(problems.map(\.kind) == (kind.map { [$0] } ?? []), "\(problems)")
    }

    @Test func whatAnUnknownPolicyMayAllowIsNotSaidToBeMissing() throws {
        let text = try template(.missing, "trips").replacing(
            "      AssumeRolePolicyDocument:",
            with: "      ManagedPolicyArns: [\"arn:aws:iam::aws:policy/Unheard\"]\n      AssumeRolePolicyDocument:")
        #expect(try Fixture.problems(in: text).map(\.kind) == [.undecidable])
    }

    @Test func anUnknownBoundaryIsSaidOnce() throws {
        let text = try template().replacing(
            "      AssumeRolePolicyDocument:",
            with: "      PermissionsBoundary: arn:aws:iam::000000000000:policy/x\n      AssumeRolePolicyDocument:")
        #expect(try Fixture.problems(in: text).map(\.kind) == [.undecidable])
    }

    @Test func severalThingsOfOneLineThatCannotBeDecidedAreSaidEach() throws {
        let policies = try Fixture.problems(
            in: template(), "      AssumeRolePolicyDocument:",
            "      ManagedPolicyArns: [\"arn:aws:iam::aws:policy/A\", \"arn:aws:iam::aws:policy/B\"]\n"
                + "      AssumeRolePolicyDocument:")
        #expect(policies.map(\.kind) == [.undecidable, .undecidable])
        #expect(policies.map { $0.message.contains("policy/A") } == [true, false])
        let statement = """
            - Effect: Deny
              Action: sqs:SendMessage
              Resource: !GetAtt Letters.Arn
              Condition:
                DateLessThan: {"aws:CurrentTime": "2030-01-01T00:00:00Z", "aws:TokenIssueTime": "2030-01-01T00:00:00Z"}
                IpAddress: {"aws:SourceIp": 10.0.0.0/8}
            """
        let conditions = try Fixture.problems(in: adding(statement, to: template()))
        #expect(conditions.map(\.kind) == [.undecidable, .undecidable, .undecidable], "\(conditions)")
        #expect(Set(conditions.map(\.line)).count == 1)
        #expect(Set(conditions.map(\.message)).count == 3)
    }

    @Test func aRoleThatCannotBeEvaluatedIsSaidToBeSo() throws {
        let problems = try Fixture.problems(
            in: template(), "Resource: !GetAtt Orders.StreamArn", "Resource: !ImportValue Stream")
        #expect(problems.map(\.kind) == [.undecidable])
        #expect(problems.first?.message.contains("Fn::ImportValue is not supported here") == true)
    }

    /// What the role lacks may be in the policy; what is wrong with the rest of it is wrong all the same.
    @Test func anAttachedPolicyThatCannotBeEvaluatedIsSaidInsteadOfWhatSeemsToBeMissing() throws {
        let attached = """
              More:
                Type: AWS::IAM::Policy
                Properties:
                  PolicyName: more
                  Roles: [!Ref FlowRole]
                  PolicyDocument:
                    Version: "2012-10-17"
                    Statement:
                      - {Effect: Allow, Action: sqs:SendMessage, Resource: !ImportValue Queue}

            """
        let text = try template()
        #expect(try Fixture.problems(in: text + attached).map(\.kind) == [.undecidable])
        let cut = text.replacing(
            "                Action: sqs:SendMessage", with: "                Action: sqs:PurgeQueue")
        let problems = try Fixture.problems(in: cut + attached)
        #expect(problems.map(\.kind) == [.undecidable, .excessive])
        #expect(
            problems.first?.message.hasPrefix(
                "What the role allows cannot be evaluated here (in More, Fn::ImportValue is not supported here")
                == true,
            "\(problems)")
        let open = text.replacing("                aws:SourceAccount: !Ref AWS::AccountId\n", with: "")
        #expect(try Fixture.problems(in: open + attached).map(\.kind) == [.undecidable, .trust])
    }

    // MARK: Trust

    @Test(arguments: [
        ("Service: pipes.amazonaws.com", "Service: lambda.amazonaws.com", ["cannot take the role on"]),
        ("Service: pipes.amazonaws.com", "AWS: \"*\"", ["Anybody"]),
        (
            "Service: pipes.amazonaws.com", "Service: [pipes.amazonaws.com, ec2.amazonaws.com]",
            ["ec2.amazonaws.com can take the role on too"]
        ),
        ("pipe/flow\"", "pipe/*\"", ["cannot take the role on"]),
        ("pipe/flow\"", "pipe/other\"", ["cannot take the role on"]),
        ("StringEquals:", "ArnLike:", ["cannot take the role on"]),
        ("aws:SourceAccount: !Ref AWS::AccountId\n", "aws:SourceAccount: \"999999999999\"\n", ["cannot take"]),
        ("                aws:SourceAccount: !Ref AWS::AccountId\n", "", ["Without aws:SourceAccount of exactly Flow"]),
        ("Action: sts:AssumeRole", "Action: sts:TagSession", ["cannot take the role on"]),
    ])
    func aTrustPolicyWith(old: String, new: String, messages: [String]) throws {
        let problems = try Fixture.problems(in: template(), old, new).filter { $0.kind == .trust }
        #expect(!problems.isEmpty)
        for message in messages { #expect(problems.contains { $0.message.contains(message) }, "\(problems)") }
    }

    @Test func aWildcardInTheSourceArnBindsNoPipe() throws {
        let problems = try Fixture.problems(
            in: template(),
            "                aws:SourceArn: !Sub \"arn:${AWS::Partition}:pipes:${AWS::Region}:${AWS::AccountId}:pipe/flow\"",
            "              ArnLike:\n                aws:SourceArn: !Sub \"arn:aws:pipes:*:${AWS::AccountId}:pipe/*\"")
        #expect(problems.map(\.kind) == [.trust])
        #expect(problems.first?.message.hasPrefix("Without aws:SourceArn of exactly Flow,") == true)
    }

    @Test func theTrustStatementThatIsShownRepairsTheRole() throws {
        let text = try template(.trust, "trips")
        let statement = try #require(try Fixture.problems(in: text).first?.statement)
        let indented = statement.split(separator: "\n").map { String(repeating: " ", count: 10) + $0 + "\n" }.joined()
        let old = """
                      - Effect: Allow  # finding
                        Principal: {Service: pipes.amazonaws.com}
                        Action: sts:AssumeRole

            """
        #expect(try Fixture.problems(in: text, old, indented) == [])
    }

    @Test func aRoleOfAPipeAndAFunctionNeedsWhatBothNeed() throws {
        let flow = try template()
        let worker = try template(.excessive)
        let start = try #require(worker.firstRange(of: "  Logs:\n"))
        let end = try #require(worker.firstRange(of: "  WorkerRole:\n"))
        let shared = flow.replacing("  Flow:\n", with: worker[start.lowerBound..<end.lowerBound] + "  Flow:\n")
            .replacing("WorkerRole", with: "FlowRole")
        let problems = try Fixture.problems(in: shared)
        #expect(problems.map(\.kind) == [.missing, .trust])
        #expect(problems.allSatisfy { $0.message.hasPrefix("Worker ") }, "\(problems)")
    }
}
