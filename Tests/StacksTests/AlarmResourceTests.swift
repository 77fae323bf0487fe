import Testing

@testable import Stacks

@Suite struct AlarmResourceTests {
    private func stack(_ resources: String) throws -> Stack {
        let alarm = """
            Resources:
              Failures:
                Type: AWS::CloudWatch::Alarm
                Properties:
                  Namespace: AWS/EventBridge/Pipes
                  MetricName: ExecutionFailed
                  Statistic: Sum
                  Period: 60
                  EvaluationPeriods: 1
                  Threshold: 0
                  ComparisonOperator: GreaterThanThreshold
                  AlarmActions: [!Ref Topic]
                  OKActions: [!GetAtt Topic.TopicArn]
                  AlarmDescription: !Sub "tells ${Topic.TopicName}"

            """
        return try makeStack(alarm + resources.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
    }

    @Test(
        arguments: [
            ("{}", "sluice-Topic"), ("{TopicName: alerts}", "alerts"), ("{DisplayName: Alerts}", "sluice-Topic"),
        ])
    func actionsHoldTheTopicsARN(properties: String, name: String) throws {
        let stack = try stack("Topic: {Type: AWS::SNS::Topic, Properties: \(properties)}")
        let alarm = try #require(stack.alarms.first)
        #expect(alarm.alarmActions == ["arn:aws:sns:us-east-1:000000000000:\(name)"])
        #expect(alarm.okActions == alarm.alarmActions)
        #expect(alarm.description == "tells \(name)")
    }

    /// What delivers an alarm's message on AWS, as a template has it.
    @Test func topicsSubscriptionsAndPoliciesAreOnAWSOnly() throws {
        let stack = try stack(
            """
            Topic:
              Type: AWS::SNS::Topic
              Properties:
                Subscription: [{Protocol: email, Endpoint: orders@example.org}]
            Mail:
              Type: AWS::SNS::Subscription
              Properties: {TopicArn: !Ref Topic, Protocol: email, Endpoint: more@example.org}
            Rights:
              Type: AWS::SNS::TopicPolicy
              Properties:
                Topics: [!Ref Topic]
                PolicyDocument: {Statement: [{Effect: Allow, Resource: !Ref Topic}]}
            """)
        #expect(
            stack.notLocal == [
                NotLocalResource(logicalID: "Topic", type: "AWS::SNS::Topic", line: 15),
                NotLocalResource(logicalID: "Mail", type: "AWS::SNS::Subscription", line: 19),
                NotLocalResource(logicalID: "Rights", type: "AWS::SNS::TopicPolicy", line: 22),
            ])
        #expect(stack.warnings.isEmpty)
    }

    @Test func aTopicHasNoOtherAttributes() {
        let error = #expect(throws: TemplateError.self) {
            try stack(
                "Topic: {Type: AWS::SNS::Topic}\nOther: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt Topic.Name}}"
            )
        }
        #expect(
            error?.description.contains("Topic (AWS::SNS::Topic) has no attribute Name") == true,
            "\(error?.description ?? "")")
    }

    @Test(
        arguments: [
            (
                "AWS::CloudWatch::CompositeAlarm", "{AlarmRule: ALARM(Failures)}",
                "composite alarms do not run here; watch several metrics with one AWS::CloudWatch::Alarm whose Metrics have a math expression"
            ),
            (
                "AWS::CloudWatch::AnomalyDetector", "{Stat: Sum}",
                "anomaly detection does not run here; give alarms a Threshold"
            ),
        ])
    func whatAlarmsDoNotDoHereIsSaid(type: String, properties: String, message: String) throws {
        let stack = try stack(
            "Topic: {Type: AWS::SNS::Topic}\nMore: {Type: \(type), Properties: \(properties)}")
        #expect(stack.notLocal.map(\.type) == ["AWS::SNS::Topic", type])
        let warning = try #require(stack.warnings.first)
        #expect(warning.message == message)
        #expect([warning.logicalID, warning.line.map(String.init)] == ["More", "16"])
    }

    @Test func anAnomalyBandIsRefused() {
        let yaml =
            TemplateText.pipeline + """

                  Band:
                    Type: AWS::CloudWatch::Alarm
                    Properties:
                      EvaluationPeriods: 1
                      ComparisonOperator: GreaterThanUpperThreshold
                      ThresholdMetricId: e1
                """
        #expect(
            errors(in: yaml).map(\.message).contains {
                $0.contains("anomaly detection does not run here; give Threshold")
            })
    }
}
