import Stacks
import Testing

/// Where resources and their properties stand, and what is written beside them.
@Suite struct ResourceSourceTests {
    private static let template = """
        Parameters:
          Retention: {Type: String, Default: 60}
        Conditions:
          Never: !Equals [a, b]
        Resources:
          Work:
            Type: AWS::SQS::Queue
            DeletionPolicy: Retain
            UpdateReplacePolicy: Delete
            Properties:
              MessageRetentionPeriod: !Ref Retention
              VisibilityTimeout: !If [Never, 1, !Ref AWS::NoValue]
              RedrivePolicy:
                deadLetterTargetArn: !GetAtt Letters.Arn
                maxReceiveCount: 5
          Letters:
            Type: AWS::SQS::Queue
          Gone:
            Type: AWS::SQS::Queue
            Condition: Never
          Alarm:
            Type: AWS::CloudWatch::Alarm
            Properties:
              ComparisonOperator: GreaterThanThreshold
              EvaluationPeriods: 1
              Dimensions:
                - {Name: QueueName, Value: work}
                - Name: Other
                  Value: other
          Topic:
            Type: AWS::SNS::Topic
            DeletionPolicy: RetainExceptOnCreate
            Properties:
              TopicName: topic
        """

    private func source(_ logicalID: String) throws -> ResourceSource? {
        try makeStack(Self.template).sources[logicalID]
    }

    @Test func everyResourceOfTheStackHasOne() throws {
        let sources = try makeStack(Self.template).sources
        #expect(sources.keys.sorted() == ["Alarm", "Letters", "Topic", "Work"])
        #expect(sources.allSatisfy { $0.key == $0.value.logicalID })
    }

    @Test func propertiesHaveLinesAndEvaluatedTexts() throws {
        let work = try #require(try source("Work"))
        #expect(work.line == 6)
        #expect(work.type == "AWS::SQS::Queue")
        #expect(work.properties["MessageRetentionPeriod"] == .init(line: 11, text: "60"))
        #expect(work.properties["RedrivePolicy"] == .init(line: 13, text: nil))
        #expect(work.properties["RedrivePolicy.maxReceiveCount"] == .init(line: 15, text: "5"))
        #expect(work.line(of: "RedrivePolicy.maxReceiveCount") == 15)
    }

    /// A property that a condition leaves out is not there.
    @Test func whatIsNotThereHasTheResourcesLine() throws {
        let work = try #require(try source("Work"))
        #expect(work.properties["VisibilityTimeout"] == nil)
        #expect(work.line(of: "VisibilityTimeout") == 6)
    }

    @Test func elementsOfListsHaveTheirIndex() throws {
        let alarm = try #require(try source("Alarm"))
        #expect(alarm.properties["Dimensions.0"]?.line == 27)
        #expect(alarm.properties["Dimensions.1.Value"] == .init(line: 29, text: "other"))
    }

    @Test func whatBecomesOfARemovedResource() throws {
        #expect(try source("Work")?.deletionPolicy == .retain)
        #expect(try source("Work")?.updateReplacePolicy == .delete)
        #expect(try source("Letters")?.deletionPolicy == nil)
        #expect(try source("Letters")?.updateReplacePolicy == nil)
    }

    /// A type that does not run here is known by its place only.
    @Test func aTypeThatDoesNotRunHereHasNoProperties() throws {
        let topic = try #require(try source("Topic"))
        #expect(topic.line == 30)
        #expect(topic.deletionPolicy == .retainExceptOnCreate)
        #expect(topic.properties.isEmpty)
    }
}
