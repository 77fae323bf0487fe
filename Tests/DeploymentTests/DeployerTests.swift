import Deployment
import Testing

@Suite struct DeployerTests {
    private static let changeSet = """
        {"ChangeSetId": "arn:aws:cloudformation:eu-central-1:1:changeSet/c/1", "Status": "CREATE_COMPLETE", "Changes": [
          {"ResourceChange": {"Action": "Modify", "LogicalResourceId": "F", "ResourceType": "AWS::Lambda::Function"}}]}
        """
    private static let deployed =
        "Changeset created successfully. Run the following command to review changes:\n"
        + "aws cloudformation describe-change-set --change-set-name arn:aws:cloudformation:eu-central-1:1:changeSet/c/1\n"

    private static func aws(_ more: [(String, [ProgramOutcome])]) -> ScriptedAWS {
        ScriptedAWS(
            more + [
                ("sts get-caller-identity", [.answer(#"{"Account":"1"}"#)]),
                ("cloudformation deploy", [.answer(deployed)]),
                ("cloudformation describe-change-set", [.answer(changeSet)]),
                (
                    "cloudformation describe-stack-events",
                    [.events([]), .events(["UPDATE_COMPLETE"])]
                ),
            ])
    }

    private static func plan(_ folder: Folder, parameters: [String: String] = [:]) throws -> DeploymentPlan {
        _ = try folder.file("F.zip", "")
        return try DeploymentPlan(
            path: try folder.file("template.yaml", SmallTemplate.text), stackName: "sluice", parameters: parameters,
            functionsFolder: folder.path)
    }

    @Test func anAgreedChangeSetIsTheOneThatIsExecuted() async throws {
        let folder = try Folder()
        let aws = Self.aws([("cloudformation describe-stacks", [.stack("UPDATE_COMPLETE")])])
        let user = ScriptedUser(answers: "y")
        let result = try await Deployer(Self.plan(folder), aws: aws.commandLine, talk: user.talk).run(isAgreed: false)
        guard case .deployed = result else { Issue.record("\(result)"); return }
        #expect(
            aws.asked == [
                "sts get-caller-identity", "cloudformation describe-stacks", "s3api head-bucket",
                "cloudformation package",
                "cloudformation deploy", "cloudformation describe-change-set", "cloudformation describe-stacks",
                "cloudformation describe-stack-events", "cloudformation execute-change-set",
                "cloudformation describe-stack-events", "cloudformation describe-stacks",
            ])
        #expect(
            aws.arguments("cloudformation execute-change-set").contains(
                "arn:aws:cloudformation:eu-central-1:1:changeSet/c/1"))
        #expect(user.said.contains("~ change  F") && user.said.contains("Deploy this change? [y/N]"))
    }

    @Test(arguments: ["n", "", nil]) func withoutAYesNothingIsLeftBehind(answer: String?) async throws {
        let folder = try Folder()
        // A stack that is new: with its change set it goes as well. Its list may still have that change set.
        let aws = Self.aws([
            ("cloudformation describe-stacks", [.noStack, .stack("REVIEW_IN_PROGRESS")]),
            ("cloudformation list-change-sets", [.answer(Self.changeSets("c/1"))]),
        ])
        let user = ScriptedUser(answers: answer)
        let result = try await Deployer(Self.plan(folder), aws: aws.commandLine, talk: user.talk).run(isAgreed: false)
        guard case .refused = result else { Issue.record("\(result)"); return }
        #expect(
            aws.asked.suffix(4) == [
                "cloudformation delete-change-set", "cloudformation describe-stacks",
                "cloudformation list-change-sets", "cloudformation delete-stack",
            ])
        // Another stack of the same name has another id.
        #expect(aws.arguments("cloudformation delete-stack").contains("arn:stack"))
    }

    private static func changeSets(_ names: String...) -> String {
        let entries = names.map { #"{"ChangeSetId":"arn:aws:cloudformation:eu-central-1:1:changeSet/\#($0)"}"# }
        return #"{"Summaries":[\#(entries.joined(separator: ","))]}"#
    }

    @Test func aStackThatSomebodyElseDeployedMeanwhileIsNotDeleted() async throws {
        let folder = try Folder()
        for status in ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"] {
            let aws = Self.aws([("cloudformation describe-stacks", [.noStack, .stack(status)])])
            _ = try await Deployer(Self.plan(folder), aws: aws.commandLine, talk: ScriptedUser(answers: "n").talk).run(
                isAgreed: false)
            #expect(aws.asked.contains("cloudformation delete-change-set"))
            #expect(!aws.asked.contains("cloudformation delete-stack"))
        }
    }

    @Test func aStackThatSomebodyElsePlansAsWellIsNotDeleted() async throws {
        let folder = try Folder()
        let aws = Self.aws([
            ("cloudformation describe-stacks", [.stack("REVIEW_IN_PROGRESS")]),
            ("cloudformation list-change-sets", [.answer(Self.changeSets("another/2"))]),
        ])
        _ = try await Deployer(Self.plan(folder), aws: aws.commandLine, talk: ScriptedUser(answers: "n").talk).run(
            isAgreed: false)
        #expect(aws.asked.contains("cloudformation delete-change-set"))
        #expect(!aws.asked.contains("cloudformation delete-stack"))
    }

    @Test func aStackThatIsThereIsNotDeletedWithItsChangeSet() async throws {
        let folder = try Folder()
        let aws = Self.aws([("cloudformation describe-stacks", [.stack("UPDATE_COMPLETE")])])
        _ = try await Deployer(Self.plan(folder), aws: aws.commandLine, talk: ScriptedUser().talk).run(isAgreed: false)
        #expect(aws.asked.last == "cloudformation delete-change-set")
        #expect(!aws.asked.contains("cloudformation delete-stack"))
    }

    @Test func whatTheStackKeepsIsTold() async throws {
        let folder = try Folder()
        let kept = ["TableName": "Kept", "CodeBucketPrefix": "mine"]
        func deploy(_ status: String, _ given: [String: String]) async throws -> (said: String, bucket: String) {
            let aws = Self.aws([
                ("cloudformation describe-stacks", [.stack(status, parameters: kept), .stack("UPDATE_COMPLETE")])
            ])
            let user = ScriptedUser()
            _ = try await Deployer(Self.plan(folder, parameters: given), aws: aws.commandLine, talk: user.talk).run(
                isAgreed: true)
            return (user.said, aws.arguments("s3api head-bucket").first { $0.hasSuffix("-1-eu-central-1") } ?? "")
        }
        let plain = try await deploy("UPDATE_COMPLETE", [:])
        #expect(
            plain.said.contains(
                "TableName keeps Kept, not the template's Orders; give --parameter TableName=Orders to change it."))
        // Where the functions' code is, says the stack that keeps the prefix.
        #expect(plain.said.contains("CodeBucketPrefix keeps mine") && plain.bucket == "mine-1-eu-central-1")

        let given = try await deploy("UPDATE_COMPLETE", ["TableName": "Given", "CodeBucketPrefix": "given"])
        #expect(!given.said.contains("keeps") && given.bucket == "given-1-eu-central-1")
        let planned = try await deploy("REVIEW_IN_PROGRESS", [:])
        #expect(!planned.said.contains("keeps") && planned.bucket == "code-1-eu-central-1")
    }

    @Test func noChangesAreASuccess() async throws {
        let folder = try Folder()
        let aws = Self.aws([
            ("cloudformation describe-stacks", [.stack("UPDATE_COMPLETE")]),
            ("cloudformation deploy", [.answer("\nNo changes to deploy. Stack sluice is up to date\n")]),
        ])
        let result = try await Deployer(Self.plan(folder), aws: aws.commandLine, talk: ScriptedUser().talk).run(
            isAgreed: true)
        guard case .unchanged = result else { Issue.record("\(result)"); return }
        #expect(!aws.asked.contains("cloudformation execute-change-set"))
    }

    @Test func aFailureTellsItsFirstCauseAndTheWayOn() async throws {
        let folder = try Folder()
        let events = """
            {"StackEvents": [
              {"EventId": "4", "LogicalResourceId": "sluice", "ResourceType": "AWS::CloudFormation::Stack",
               "ResourceStatus": "ROLLBACK_COMPLETE"},
              {"EventId": "3", "LogicalResourceId": "Work", "ResourceType": "AWS::SQS::Queue", "ResourceStatus": "CREATE_FAILED",
               "ResourceStatusReason": "Resource creation cancelled"},
              {"EventId": "2", "LogicalResourceId": "Orders", "ResourceType": "AWS::DynamoDB::Table",
               "ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "Orders already exists"},
              {"EventId": "1", "LogicalResourceId": "F", "ResourceType": "AWS::Lambda::Function",
               "ResourceStatus": "UPDATE_FAILED", "ResourceStatusReason": "of an earlier time"}]}
            """
        let aws = Self.aws([
            ("cloudformation describe-stacks", [.noStack, .stack("REVIEW_IN_PROGRESS"), .stack("ROLLBACK_COMPLETE")]),
            (
                "cloudformation describe-stack-events",
                [.answer(#"{"StackEvents":[{"EventId":"1"}]}"#), .answer(events)]
            ),
        ])
        let error = try await #require(throws: DeploymentError.self) {
            try await Deployer(Self.plan(folder), aws: aws.commandLine, talk: ScriptedUser().talk).run(isAgreed: true)
        }
        #expect(error.description.hasPrefix("The stack sluice was not deployed: it is ROLLBACK_COMPLETE."))
        #expect(error.description.contains("Orders (AWS::DynamoDB::Table) CREATE_FAILED: Orders already exists."))
        #expect(!error.description.contains("cancelled") && !error.description.contains("earlier"))
        #expect(
            error.description.contains(
                "sluice destroy --stack-name sluice`, run the commands that it prints for what stays"))
    }

    @Test(arguments: [
        "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "ROLLBACK_COMPLETE", "DELETE_FAILED",
        "UPDATE_ROLLBACK_FAILED",
    ])
    func aStackThatCannotBeChangedIsRefusedBeforeAnythingIsUploaded(status: String) async throws {
        let folder = try Folder()
        let aws = Self.aws([("cloudformation describe-stacks", [.stack(status)])])
        let error = try await #require(throws: DeploymentError.self) {
            try await Deployer(Self.plan(folder), aws: aws.commandLine, talk: ScriptedUser().talk).run(isAgreed: true)
        }
        #expect(error.description.contains(status))
        #expect(aws.asked == ["sts get-caller-identity", "cloudformation describe-stacks"])
    }

    @Test func aNewBucketIsClosedToThePublicBeforeCodeIsInIt() async throws {
        let folder = try Folder()
        let aws = Self.aws([
            ("cloudformation describe-stacks", [.stack("UPDATE_COMPLETE")]),
            ("s3api head-bucket", [.error("404", "Not Found")]),
        ])
        _ = try await Deployer(Self.plan(folder), aws: aws.commandLine, talk: ScriptedUser().talk).run(isAgreed: true)
        #expect(
            Array(aws.asked[2...7]) == [
                "s3api head-bucket", "s3api create-bucket", "s3api put-public-access-block",
                "s3api put-bucket-encryption",
                "s3api put-bucket-versioning", "cloudformation package",
            ])
    }

    @Test func aBucketThatIsOnlyHalfMadeIsDeletedAgain() async throws {
        let folder = try Folder()
        func deploy(_ deletion: ProgramOutcome) async throws -> (asked: [String], error: String) {
            let aws = Self.aws([
                ("cloudformation describe-stacks", [.stack("UPDATE_COMPLETE")]),
                ("s3api head-bucket", [.error("404", "Not Found")]),
                ("s3api put-bucket-encryption", [.error("AccessDenied", "no encryption")]),
                ("s3api delete-bucket", [deletion]),
            ])
            let error = try await #require(throws: (any Error).self) {
                try await Deployer(Self.plan(folder), aws: aws.commandLine, talk: ScriptedUser().talk).run(
                    isAgreed: true)
            }
            return (aws.asked, "\(error)")
        }
        let deleted = try await deploy(ProgramOutcome(status: 0))
        #expect(deleted.asked.suffix(2) == ["s3api put-bucket-encryption", "s3api delete-bucket"])
        #expect(deleted.error.contains("no encryption") && !deleted.error.contains("delete-bucket"))
        let left = try await deploy(.error("AccessDenied", "no deletion"))
        #expect(left.error.contains("no encryption") && left.error.contains("no deletion"))
        #expect(left.error.contains("aws s3api delete-bucket --bucket code-1-eu-central-1"))
    }

    @Test func somebodyElsesBucketGetsNoCode() async throws {
        let folder = try Folder()
        let aws = Self.aws([
            ("cloudformation describe-stacks", [.stack("UPDATE_COMPLETE")]),
            ("s3api head-bucket", [.error("403", "Forbidden")]),
        ])
        let error = try await #require(throws: DeploymentError.self) {
            try await Deployer(Self.plan(folder), aws: aws.commandLine, talk: ScriptedUser().talk).run(isAgreed: true)
        }
        #expect(error.description.contains("code-1-eu-central-1 is not account 1's"))
        #expect(!aws.asked.contains("cloudformation package"))
    }
}
