import Clocks
import Foundation
import Functions
import Logging
import Permissions
import Pipes
import Stacks
import Testing

@testable import AccessKeys
@testable import Engine
@testable import Gateway

/// Pipes that may do only what their role allows, and the keys of functions.
@Suite struct EnforcedRolesTests {
    private static let all = [
        "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams",
        "sqs:SendMessage",
    ]

    /// The table, queues and pipe of the other tests, with a role that allows these actions.
    private static func template(_ actions: [String], deadLetters: Bool = false) -> String {
        let letters = deadLetters ? ", DeadLetterConfig: {Arn: !GetAtt Second.Arn}" : ""
        return PipelineHouse.template(pipe: "BatchSize: 1, MaximumRetryAttempts: 1\(letters)")
            .replacing("RoleArn: arn:aws:iam::000000000000:role/all", with: "RoleArn: !GetAtt Role.Arn") + """

                  Role:
                    Type: AWS::IAM::Role
                    Properties:
                      RoleName: flow-role
                      AssumeRolePolicyDocument:
                        Version: "2012-10-17"
                        Statement: [{Effect: Allow, Principal: {Service: pipes.amazonaws.com}, Action: sts:AssumeRole}]
                      Policies:
                        - PolicyName: rights
                          PolicyDocument:
                            Version: "2012-10-17"
                            Statement:
                              - {Effect: Allow, Action: [\(actions.joined(separator: ", "))], Resource: !GetAtt Orders.StreamArn}
                              - {Effect: Allow, Action: [\(actions.joined(separator: ", "))], Resource: !GetAtt First.Arn}
                """
    }

    @Test func aPipeWhoseRoleAllowsAllOfItRuns() async throws {
        try await PipelineHouse().run(Self.template(Self.all), enforcesRoles: true) { engine in
            try await engine.put(0..<3)
            let counts = try await engine.settled("flow", 3)
            #expect(counts.delivered == 3)
            #expect(engine.pipes["flow"]?.controller.currentState == .running)
        }
    }

    @Test(arguments: all.dropLast()) func aPipeThatMayNotReadItsSourceFailsAndSaysWhy(action: String) async throws {
        let template = Self.template(Self.all.filter { $0 != action })
        try await PipelineHouse().run(template, enforcesRoles: true) { engine in
            let controller = try #require(engine.pipes["flow"]?.controller)
            try await until("it has failed") { controller.currentState == .startFailed }
            let reason = try #require(controller.stateReason)
            #expect(
                reason.hasPrefix(
                    "User: arn:aws:sts::000000000000:assumed-role/flow-role/flow is not authorized to perform: \(action) on resource: arn:aws:dynamodb:"
                ))
            #expect(reason.hasSuffix("because no identity-based policy allows the \(action) action"))
        }
        // Without the flag roles are facts of AWS.
        try await PipelineHouse().run(template) { engine in
            try await engine.put(0..<3)
            #expect(try await engine.settled("flow", 3).delivered == 3)
        }
    }

    /// The first queue is allowed, the second, where dead letters go, is not.
    @Test func aPipeThatMayNotSendDeadLettersFails() async throws {
        try await PipelineHouse().run(Self.template(Self.all, deadLetters: true), enforcesRoles: true) { engine in
            let controller = try #require(engine.pipes["flow"]?.controller)
            try await until("it has failed") { controller.currentState == .startFailed }
            #expect(
                controller.stateReason?.contains("sqs:SendMessage on resource: \(RunningEngine.secondQueue)") == true)
        }
    }

    @Test func aPipeThatMayNotCallItsTargetRetriesAndGivesUp() async throws {
        let template = Self.template(Self.all.dropLast())
        try await PipelineHouse().run(template, enforcesRoles: true) { engine in
            try await engine.put(0..<1)
            let counts = try await engine.settled("flow", 1)
            #expect(counts.delivered == 0 && counts.dropped == 1 && counts.retried == 1)
            #expect(engine.pipes["flow"]?.controller.currentState == .running)
            #expect(try engine.sent(to: "first") == [])
        }
    }

    /// What the Pipes API is asked for is made, and its state says that it cannot begin, as on AWS.
    @Test func aNewPipeOfARoleThatAllowsTooLittleIsMadeAndFails() async throws {
        let template = Self.template(Self.all)
        try await PipelineHouse().run(template, enforcesRoles: true) { engine in
            let source = try await engine.makeTable("Others")
            let properties = try RunningEngine.settings(source: source)
            let made = try await engine.administration.create("second", properties)
            #expect(made.currentState == "CREATING")
            let controller = try #require(engine.pipes["second"]?.controller)
            try await until("it has failed") { controller.currentState == .createFailed }
            // Its role is not in the template.
            #expect(controller.stateReason?.contains("assumed-role/all/second is not authorized to perform: ") == true)
        }
    }

    // MARK: Keys of functions

    private func access(_ kind: EngineOptions.Access, enforcesRoles: Bool = true) throws -> EngineAccess {
        try EngineAccess(
            EngineOptions(
                templatePath: "", dataPath: "", endpoint: nil, access: kind, enforcesRoles: enforcesRoles),
            time: ManualTime(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func stack() throws -> Stack {
        try Stack(Template(yaml: Self.template(Self.all), file: "template.yaml"), options: StackOptions())
    }

    @Test func eachFunctionHasAKeyOfItsOwnUntilItsSettingsChange() throws {
        let access = try access(.thisMachine)
        // Others need no key.
        #expect(access.keyCount == nil)
        let ring = try #require(access.ring)
        let keys = access.functionKeys(access.judge(try stack()))
        let role = "arn:aws:iam::000000000000:role/flow-role"
        let (first, second) = (
            keys.make(for: "first", arn: "f", roleARN: role), keys.make(for: "second", arn: "s", roleARN: role)
        )
        #expect(first.accessKeyID != second.accessKeyID && first.secretAccessKey != second.secretAccessKey)
        #expect(!first.sessionToken.isEmpty)
        #expect(ring.isOwn(first.accessKeyID) && ring.isOwn(second.accessKeyID))
        keys.revoke(first)
        #expect(!ring.isOwn(first.accessKeyID) && ring.isOwn(second.accessKeyID))
    }

    /// The key with every right is not there any more.
    @Test func withAFileToo() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("keys-\(UUID()).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try CredentialsFile(keys: [AccessKey(id: "SLUIEXAMPLE", secret: "a-secret-of-enough-letters", name: "me")])
            .write(path)
        let access = try access(.keys(path: path))
        #expect(access.keyCount == 1)
        #expect(access.ring?.isOwn(access.functionCredentials.accessKeyID) == false)
        let credentials = access.functionKeys(access.judge(try stack())).make(for: "f", arn: "f", roleARN: "r")
        #expect(access.ring?.isOwn(credentials.accessKeyID) == true)
    }

    @Test func withoutTheFlagNothingIsJudged() throws {
        let access = try access(.thisMachine, enforcesRoles: false)
        let judge = access.judge(try stack())
        #expect(access.ring == nil && judge == nil)
        let keys = access.functionKeys(nil)
        #expect(keys.make(for: "f", arn: "f", roleARN: "r") == .unchecked)
        keys.revoke(.unchecked)
    }

    // MARK: What is prohibited

    private static let table = "arn:aws:dynamodb:us-east-1:000000000000:table"

    /// What a function is told that asks for something with a role of these statements; nil where it may.
    private func refusal(
        _ statements: [String], _ operation: String, _ body: String
    ) throws -> AccessGuard.Refusal? {
        let text =
            PipelineHouse.template(pipe: nil) + """

                  Role:
                    Type: AWS::IAM::Role
                    Properties:
                      RoleName: worker
                      AssumeRolePolicyDocument:
                        Version: "2012-10-17"
                        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
                      Policies:
                        - PolicyName: rights
                          PolicyDocument:
                            Version: "2012-10-17"
                            Statement: [\(statements.joined(separator: ", "))]
                """
        let judge = RoleJudge(try Stack(Template(yaml: text, file: "template.yaml"), options: StackOptions()))
        let holder = RoleJudge.Holder(roleARN: "arn:aws:iam::000000000000:role/worker", sessionName: "Worker")
        let rights = RoleRights(holderARN: holder.arn) { action, resource in
            RoleRights.Answer(judge.verdict(on: action, resource, by: holder))
        }
        let needs = NeededRights.of(RequestTarget(.dynamoDB, operation), Array(body.utf8))(
            ResourcePlace(region: "us-east-1", accountID: "000000000000"))
        let door = AccessGuard(ring: try KeyRing(path: nil))
        do throws(AccessGuard.Refusal) {
            try door.check(Caller(accessKeyID: "A", name: "Worker", rights: .role(rights)), has: needs)
            return nil
        } catch {
            return error
        }
    }

    /// The two ways in which a policy keeps one table from those who may do everything else.
    private static let butSecret = [
        [
            #"{Effect: Allow, Action: "dynamodb:*", Resource: "*"}"#,
            #"{Effect: Deny, Action: "dynamodb:*", Resource: "\#(table)/Secret"}"#,
        ],
        [#"{Effect: Allow, Action: "dynamodb:*", NotResource: "\#(table)/Secret"}"#],
    ]

    @Test(arguments: butSecret) func noDoubtfulRequestReachesWhatIsProhibited(_ statements: [String]) throws {
        // What is said plainly is judged by what it says.
        #expect(try refusal(statements, "GetItem", #"{"TableName":"Public"}"#) == nil)
        #expect(try refusal(statements, "GetItem", #"{"TableName":"Secret"}"#) != nil)
        #expect(try refusal(statements, "BatchGetItem", #"{"RequestItems":{"Public":{},"Others":{}}}"#) == nil)
        #expect(try refusal(statements, "BatchGetItem", #"{"RequestItems":{"Public":{},"Secret":{}}}"#) != nil)
        for operation in ["ListTables", "DescribeLimits", "DescribeEndpoints"] {
            #expect(try refusal(statements, operation, "{}") == nil, "\(operation)")
        }
        let key = #""Key":{"p":{"S":"k"}}"#
        #expect(try refusal(statements, "GetItem", #"{"TableName":"Public","TableName":"Secret",\#(key)}"#) != nil)
        let many = String(repeating: #""Public":{"Keys":[]},"#, count: 100)
        #expect(try refusal(statements, "BatchGetItem", #"{"RequestItems":{\#(many)"Secret":{"Keys":[]}}}"#) != nil)
        let delete = #"{"Delete":{"TableName":"Public","TableName":"Secret",\#(key)}}"#
        #expect(try refusal(statements, "TransactWriteItems", #"{"TransactItems":[\#(delete)]}"#) != nil)
        // The engine would refuse such a name; it is not compared with policies before.
        let name = String(repeating: "x", count: 2_049)
        #expect(try refusal(statements, "GetItem", #"{"TableName":"\#(name)"}"#) != nil)
    }

    /// Of a transaction each part has an action of its own, which may be prohibited everywhere.
    @Test func noDoubtfulTransactionDoesWhatIsProhibited() throws {
        let statements = [
            #"{Effect: Allow, Action: "dynamodb:*", Resource: "*"}"#,
            #"{Effect: Deny, Action: "dynamodb:DeleteItem", Resource: "*"}"#,
        ]
        func transaction(_ part: String) throws -> AccessGuard.Refusal? {
            try refusal(statements, "TransactWriteItems", #"{"TransactItems":[\#(part)]}"#)
        }
        #expect(try transaction(#"{"Put":{"TableName":"Public"}}"#) == nil)
        #expect(try transaction(#"{"Delete":{"TableName":"Public"}}"#) != nil)
        #expect(try transaction(#"{"Delete":{"TableName":"Public","TableName":"Public"}}"#) != nil)
    }
}
