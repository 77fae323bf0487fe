import Deployment
import Testing

@Suite struct StackEventTests {
    private static func event(_ name: String, _ status: String, _ reason: String, type: String = "AWS::SQS::Queue")
        -> StackEvent
    {
        StackEvent(id: name + status, logicalID: name, type: type, status: status, reason: reason)
    }

    @Test func theFirstFailureIsToldWithoutWhatFollowedFromIt() {
        // Newest first.
        let events = [
            Self.event(
                "sluice", "ROLLBACK_IN_PROGRESS", "The following resource(s) failed", type: "AWS::CloudFormation::Stack"
            ),
            Self.event("B", "CREATE_FAILED", "Resource creation cancelled"),
            Self.event("A", "CREATE_FAILED", "Orders already exists in stack arn:other"),
            Self.event("A", "CREATE_IN_PROGRESS", "Resource creation Initiated"),
        ]
        let failures = StackEvent.failures(in: events)
        #expect(failures.count == 1)
        #expect(
            failures[0].hasPrefix(
                "A (AWS::SQS::Queue) CREATE_FAILED: Orders already exists in stack arn:other. It may be left"))
    }

    @Test func whereAllWereCancelledAllAreTold() {
        let events = [Self.event("B", "UPDATE_FAILED", "Resource update cancelled")]
        #expect(StackEvent.failures(in: events) == ["B (AWS::SQS::Queue) UPDATE_FAILED: Resource update cancelled"])
    }

    @Test func severalCausesComeOldestFirst() {
        let events = [
            Self.event("B", "CREATE_FAILED", "User is not authorized to perform: sqs:CreateQueue"),
            Self.event("A", "CREATE_FAILED", "Bad"),
        ]
        let failures = StackEvent.failures(in: events)
        #expect(failures.map { $0.first } == ["A", "B"])
        #expect(failures[1].hasSuffix("The user who deploys needs that permission."))
    }
}
