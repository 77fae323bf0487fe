import Foundation
import Readiness
import Stacks
import Testing

@Suite struct ReviewTests {
    /// An error, a warning, a comment that ignores nothing, and one that ignores something.
    private static let mixed = """
        Resources:
          Orders:
            Type: AWS::DynamoDB::Table
            DeletionPolicy: Delete
            Properties:
              BillingMode: PAY_PER_REQUEST
              AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
              KeySchema: [{AttributeName: id, KeyType: HASH}]
              SSESpecification: {SSEEnabled: true}
          Logs:
            Type: AWS::Logs::LogGroup
            # sluice:ignore log-group-no-retention kept for the auditors
            Properties: {LogGroupName: orders}
          Others:  # sluice:ignore log-group-no-retention kept for the auditors
            Type: AWS::Logs::LogGroup
            Properties: {LogGroupName: others}
        """

    @Test func theTextNamesPlaceRepairAndPageAndCounts() throws {
        #expect(
            try review(Self.mixed).text == """
                template.yaml:2: error: Orders: An update that replaces the table deletes all items. [table-no-deletion-policy]
                    Set UpdateReplacePolicy, beside Type, to Retain, or to Delete where the data may go.
                    Documentation/checks/table-no-deletion-policy.md
                template.yaml:10: warning: Logs: Events are kept, and paid for, for ever, and with them whatever customers may ask to have deleted. [log-group-no-retention]
                    Set RetentionInDays, such as 30.
                    Documentation/checks/log-group-no-retention.md
                template.yaml:12: note: Nothing here breaks log-group-no-retention, and this comment would hide the next thing that does. [ignore-unused]
                    Remove the comment, or move it above the property or the resource that it is for.
                    Documentation/checks/ignore-unused.md
                1 error, 1 warning, 1 note; 1 ignored
                """)
    }

    @Test func whatIsMissingSaysWhenDataIsDeleted() throws {
        func message(_ policies: String) throws -> String? {
            let text = "Resources:\n  Work:\n    Type: AWS::SQS::Queue\n\(policies)"
            return try review(text).findings.first { $0.rule.id == "queue-no-deletion-policy" }?.message
        }
        let deletion = "    DeletionPolicy: Retain\n"
        let update = "    UpdateReplacePolicy: Retain\n"
        #expect(
            try message("")
                == "Deleting the stack or an update that replaces the queue deletes the messages in it.")
        #expect(try message(update) == "Deleting the stack deletes the messages in it.")
        #expect(try message(deletion) == "An update that replaces the queue deletes the messages in it.")
        #expect(try message(deletion + update) == nil)
    }

    @Test func nothingFoundIsSaidWithTheNumberOfRules() throws {
        let quiet =
            "Resources:\n  Logs:\n    Type: AWS::Logs::LogGroup\n    Properties: {LogGroupName: l, RetentionInDays: 7}\n"
        let review = try review(quiet)
        #expect(review.text == "no findings; \(Rule.all.count) rules")
        #expect(Rule.Severity.allCases.allSatisfy { !review.fails(at: $0) })
    }

    @Test(arguments: [
        ("pipe-no-dead-letter-queue", [true, true, true]), ("log-group-no-retention", [true, true, false]),
        ("queue-visibility-default", [true, true, false]), ("table-encryption-key", [true, true, true]),
    ])
    func theLevelSaysWhatFails(id: String, fails: [Bool]) throws {
        let text = try Project.fixture(id, "trips")
        let review = try review(text)
        #expect([Rule.Severity.note, .warning, .error].map(review.fails) == fails)
    }

    @Test func severitiesAreOrdered() {
        #expect(Rule.Severity.note < .warning)
        #expect(Rule.Severity.warning < .error)
    }

    @Test func theNumberOfShardsCounts() throws {
        let text = try Project.fixture("function-concurrency-below-pipes", "trips")
        func isFound(_ shards: Int) throws -> Bool {
            try review(text, shards: shards).findings.contains { $0.rule.id == "function-concurrency-below-pipes" }
        }
        #expect(try !isFound(3))
        #expect(try isFound(4))
        let pipes = try Project.fixture("pipe-no-filter", "trips")
        func findings(_ shards: Int) throws -> [Finding] {
            try review(pipes, shards: shards).findings.filter { $0.rule.id == "account-concurrency" }
        }
        #expect(try findings(1_000).isEmpty)
        #expect(try findings(1_001).map(\.logicalID) == ["Flow"])
    }

    /// What Stacks refuses never comes to a review.
    @Test(arguments: [
        ("Filters must have 0 to 5 elements, not 6", 6, 10),
        ("Pattern has 4119 characters and may have 4096", 1, 4_100),
    ])
    func limitsOfFiltersAreErrorsOfTheTemplate(message: String, count: Int, length: Int) throws {
        let value = String(repeating: "x", count: length)
        let pattern = "            - Pattern: '{\"eventName\": [\"\(value)\"]}'\n"
        let fixture = try Project.fixture("pipe-no-filter", "trips")
        let filters = "        FilterCriteria:\n          Filters:\n" + String(repeating: pattern, count: count)
        let text = fixture.replacing("      SourceParameters:\n", with: "      SourceParameters:\n" + filters)
        let error = #expect(throws: TemplateError.self) { try review(text) }
        #expect(error?.diagnostics.count == 1)
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    /// A pipe takes no FIFO queue for its dead letters, and Stacks says so.
    @Test func aFIFOQueueForDeadLettersIsAnErrorOfTheTemplate() throws {
        let fixture = try Project.fixture("pipe-no-dead-letter-queue", "passes")
        let text = fixture.replacing(
            "  Letters:\n    Type: AWS::SQS::Queue\n",
            with: "  Letters:\n    Type: AWS::SQS::Queue\n    Properties: {QueueName: l.fifo, FifoQueue: true}\n")
        let error = #expect(throws: TemplateError.self) { try review(text) }
        #expect(error?.description.contains("is a FIFO queue, which a pipe cannot use") == true)
    }

    @Test func dataThatMayGoNeedsNoProtection() throws {
        let rules = try review(Self.mixed).findings.map(\.rule.id)
        #expect(!rules.contains("table-no-deletion-protection"))
        #expect(!rules.contains("table-no-point-in-time-recovery"))
    }

    /// A FIFO queue's dead letters begin a new life.
    @Test func aFIFOQueueMayKeepAsLongAsItsDeadLetters() throws {
        let text = """
            Resources:
              Work:
                Type: AWS::SQS::Queue
                Properties:
                  QueueName: work.fifo
                  FifoQueue: true
                  MessageRetentionPeriod: 1209600
                  RedrivePolicy: {deadLetterTargetArn: !GetAtt Letters.Arn}
              Letters:
                Type: AWS::SQS::Queue
                Properties: {QueueName: letters.fifo, FifoQueue: true, MessageRetentionPeriod: 1209600}
            """
        #expect(try !review(text).findings.contains { $0.rule.id == "dead-letter-queue-keeps-less" })
    }

    @Test func theProjectsTemplateHasNoFindings() throws {
        let text = try Project.text(Project.folder.appendingPathComponent("template.yaml"))
        let review = try review(text)
        #expect(review.findings == [])
        #expect(review.ignored.count == 2)
        #expect(review.ignored.allSatisfy { $0.reason.count > 20 })
    }
}
