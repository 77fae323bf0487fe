import Deployment
import Foundation
import Testing

@Suite struct DestroyerTests {
    private static let resources = """
        {"StackResourceSummaries": [
          {"LogicalResourceId": "Orders", "PhysicalResourceId": "Orders", "ResourceType": "AWS::DynamoDB::Table"},
          {"LogicalResourceId": "DeadLetters", "PhysicalResourceId": "https://sqs/1/dead", "ResourceType": "AWS::SQS::Queue"},
          {"LogicalResourceId": "Work", "PhysicalResourceId": "https://sqs/1/work", "ResourceType": "AWS::SQS::Queue"},
          {"ResourceType": "AWS::Pipes::Pipe"}]}
        """

    /// - Parameter messages: how many wait in each queue that is asked about.
    private static func aws(
        _ messages: Int, after: [ProgramOutcome] = [.noStack], resources: String = resources,
        template: String = SmallTemplate.text
    ) throws -> ScriptedAWS {
        let template = String(
            decoding: try JSONSerialization.data(withJSONObject: ["TemplateBody": template]), as: UTF8.self)
        let attributes =
            #"{"Attributes":{"ApproximateNumberOfMessages":"\#(messages)","ApproximateNumberOfMessagesNotVisible":"0"}}"#
        return ScriptedAWS([
            ("cloudformation describe-stacks", [.stack("CREATE_COMPLETE")] + after),
            ("cloudformation list-stack-resources", [.answer(resources)]),
            ("cloudformation get-template", [.answer(template)]),
            (
                "cloudformation describe-stack-events",
                [.events([]), .events(["DELETE_FAILED"])]
            ),
            ("sqs get-queue-attributes", [.answer(attributes)]),
        ])
    }

    private static func destroyer(_ aws: ScriptedAWS, _ user: ScriptedUser) -> Destroyer {
        Destroyer(StackClient(aws.commandLine, name: "sluice"), talk: user.talk)
    }

    @Test func itDeletesWhenTheNameIsTypedAndTellsWhatStays() async throws {
        let aws = try Self.aws(0)
        let user = ScriptedUser(answers: "sluice")
        let result = try await Self.destroyer(aws, user).run(agreedName: nil, isForced: false)
        #expect(aws.asked.contains("cloudformation delete-stack"))
        #expect(aws.arguments("cloudformation delete-stack").contains("arn:stack"))
        #expect(
            result.retained.map(\.commands) == [
                [
                    "aws dynamodb update-table --table-name Orders --no-deletion-protection-enabled --region eu-central-1",
                    "aws dynamodb delete-table --table-name Orders --region eu-central-1",
                ]
            ])
        #expect(user.said.contains("Stays: Orders, Orders"))
    }

    private static func warnings(_ user: ScriptedUser) -> [String] {
        user.said.split(separator: "\n").filter { $0.hasPrefix("WARNING") }.map(String.init)
    }

    @Test func whatIsDeletedWithItsContentsIsNamedBeforeItAsks() async throws {
        let expected = ["dead", "work"].map {
            "WARNING: the queue https://sqs/1/\($0) is deleted with its contents."
        }
        // Whoever says no has seen it.
        let user = ScriptedUser(answers: "no")
        await #expect(throws: DeploymentError.self) {
            try await Self.destroyer(try Self.aws(0), user).run(agreedName: nil, isForced: false)
        }
        #expect(Self.warnings(user) == expected)
        // A script's log has it too.
        let script = ScriptedUser()
        _ = try await Self.destroyer(try Self.aws(0), script).run(agreedName: "sluice", isForced: true)
        #expect(Self.warnings(script) == expected)
    }

    @Test(arguments: [
        ("AWS::DynamoDB::Table", "table"), ("AWS::DynamoDB::GlobalTable", "global table"), ("AWS::SQS::Queue", "queue"),
        ("AWS::Logs::LogGroup", "log group"),
    ])
    func whatNoDeletionPolicyKeepsIsDeletedWithItsContents(type: String, noun: String) async throws {
        let resources =
            #"{"StackResourceSummaries":[{"LogicalResourceId":"Orders","PhysicalResourceId":"held","#
            + #""ResourceType":"\#(type)"},{"LogicalResourceId":"F","PhysicalResourceId":"F","#
            + #""ResourceType":"AWS::Lambda::Function"}]}"#
        let warning = "WARNING: the \(noun) held is deleted with its contents."
        for (policy, expected) in [("", [warning]), ("    DeletionPolicy: Retain\n", [])] as [(String, [String])] {
            let template = SmallTemplate.text.replacing("    DeletionPolicy: Retain\n", with: policy)
            let user = ScriptedUser()
            _ = try await Self.destroyer(try Self.aws(0, resources: resources, template: template), user)
                .run(agreedName: "sluice", isForced: true)
            #expect(Self.warnings(user) == expected)
        }
    }

    @Test(arguments: ["slu", "y", "", nil]) func anythingElseThanTheNameDeletesNothing(answer: String?) async throws {
        let aws = try Self.aws(0)
        let error = try await #require(throws: DeploymentError.self) {
            try await Self.destroyer(aws, ScriptedUser(answers: answer)).run(agreedName: nil, isForced: false)
        }
        #expect(error.description.contains("is not the stack's name, sluice"))
        #expect(!aws.asked.contains("cloudformation delete-stack"))
    }

    @Test func deadLettersStandInItsWayUntilItIsForced() async throws {
        let aws = try Self.aws(3)
        let error = try await #require(throws: DeploymentError.self) {
            try await Self.destroyer(aws, ScriptedUser()).run(agreedName: "sluice", isForced: false)
        }
        #expect(error.description.contains("3 in https://sqs/1/dead"))
        #expect(!error.description.contains("work"), "only dead-letter queues count")
        #expect(!aws.asked.contains("cloudformation delete-stack"))

        let forced = try Self.aws(3)
        _ = try await Self.destroyer(forced, ScriptedUser()).run(agreedName: "sluice", isForced: true)
        #expect(forced.asked.contains("cloudformation delete-stack"))
        #expect(!forced.asked.contains("sqs get-queue-attributes"))
    }

    @Test(arguments: ["DELETE_COMPLETE", "CREATE_FAILED", ""])
    func whatTheStackListsButIsNotThereIsLeftAlone(status: String) async throws {
        // Without a status it has no name either.
        let name = status.isEmpty ? "" : "gone"
        let resources = ["Orders": "AWS::DynamoDB::Table", "DeadLetters": "AWS::SQS::Queue"].map { id, type in
            #"{"LogicalResourceId":"\#(id)","PhysicalResourceId":"\#(name)","ResourceType":"\#(type)","#
                + #""ResourceStatus":"\#(status)"}"#
        }
        let there =
            #"{"LogicalResourceId":"Work","PhysicalResourceId":"w","ResourceType":"AWS::SQS::Queue","#
            + #""ResourceStatus":"CREATE_COMPLETE"}"#
        let aws = try Self.aws(
            3, resources: #"{"StackResourceSummaries":[\#((resources + [there]).joined(separator: ","))]}"#)
        let user = ScriptedUser(answers: "sluice")
        let report = try await Self.destroyer(aws, user).run(agreedName: nil, isForced: false)
        #expect(report.retained.isEmpty)
        #expect(user.said.contains("1 resource is deleted"))
        #expect(!aws.asked.contains("sqs get-queue-attributes"))
    }

    @Test func aTemplateThatCannotBeReadStandsInItsWayUntilItIsForced() async throws {
        for template in ["Resources: [", ""] {
            let aws = try Self.aws(0, template: template)
            let error = try await #require(throws: DeploymentError.self) {
                try await Self.destroyer(aws, ScriptedUser()).run(agreedName: "sluice", isForced: false)
            }
            #expect(error.description.contains("are not known") && error.description.contains("give --force"))
            #expect(!aws.asked.contains("cloudformation delete-stack"))

            let forced = try Self.aws(0, template: template)
            let user = ScriptedUser()
            let report = try await Self.destroyer(forced, user).run(agreedName: "sluice", isForced: true)
            #expect(forced.asked.contains("cloudformation delete-stack") && report.retained.isEmpty)
            #expect(user.said.contains("What stays is not known"))
            #expect(Self.warnings(user).contains("WARNING: the table Orders MAY BE deleted with its contents."))
        }
    }

    @Test func whatStaysIsKnownOfATemplateThatCannotBeEvaluated() async throws {
        let template = SmallTemplate.text.replacing("!GetAtt DeadLetters.Arn", with: "!GetAtt Nothing.Arn")
        let aws = try Self.aws(0, template: template)
        let user = ScriptedUser()
        let report = try await Self.destroyer(aws, user).run(agreedName: "sluice", isForced: true)
        #expect(report.retained.map(\.resource.logicalID) == ["Orders"])
        #expect(!user.said.contains("not known"))
    }

    @Test func aDeletionThatFailsSaysWhy() async throws {
        let aws = try Self.aws(0, after: [.stack("DELETE_FAILED")])
        let error = try await #require(throws: DeploymentError.self) {
            try await Self.destroyer(aws, ScriptedUser()).run(agreedName: "sluice", isForced: false)
        }
        #expect(error.description.contains("was not deleted: it is DELETE_FAILED"))
    }

    @Test func aStackThatIsNotThereIsSaid() async throws {
        let aws = ScriptedAWS([("cloudformation describe-stacks", [.noStack])])
        let error = try await #require(throws: DeploymentError.self) {
            try await Self.destroyer(aws, ScriptedUser()).run(agreedName: "sluice", isForced: false)
        }
        #expect(error.description.contains("There is no stack sluice in eu-central-1"))
    }
}
