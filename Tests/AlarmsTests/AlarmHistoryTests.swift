import Alarms
import Clocks
import Foundation
import MetricMath
import Testing

@Suite struct AlarmHistoryTests {
    private static let arn = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:failures"

    private func object(_ json: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    @Test func creation() throws {
        let definition = try Samples.alarm { $0.alarmDescription = "of the pipe" }
        let item = Alarm.create(definition, arn: Self.arn, at: Samples.now).history
        #expect(item.kind == .configurationUpdate)
        #expect(item.summary == "Alarm \"failures\" created")
        #expect(
            item.data
                == #"{"version":"1.0","type":"Create","createdAlarm":{"alarmName":"failures","#
                + #""alarmDescription":"of the pipe","alarmArn":"\#(Self.arn)","#
                + #""alarmConfigurationUpdatedTimestamp":"2025-01-01T10:10:07.000+0000","#
                + #""namespace":"AWS/EventBridge/Pipes","metricName":"ExecutionFailed","statistic":"Sum","period":60,"#
                + #""dimensions":[{"value":"orders","name":"PipeName"}],"threshold":1.0,"#
                + #""comparisonOperator":"GreaterThanThreshold","evaluationPeriods":1,"#
                + #""stateValue":"INSUFFICIENT_DATA","stateUpdatedTimestamp":"2025-01-01T10:10:07.000+0000","#
                + #""actionsEnabled":true,"okactions":[],"alarmActions":[],"insufficientDataActions":[]}}"#)
    }

    @Test func anUpdateNamesWhatWasOtherwise() throws {
        var alarm = Alarm.create(try Samples.alarm(), arn: Self.arn, at: Samples.now).alarm
        let update = alarm.update(try Samples.alarm { $0.threshold = 2 }, at: Samples.now + .seconds(5))
        let item = try #require(update)
        #expect(item.summary == "Alarm \"failures\" updated")
        let data = try object(item.data)
        #expect(data["type"] as? String == "Update")
        #expect((data["updatedAlarm"] as? [String: Any])?["threshold"] as? Double == 2)
        let original = try #require(data["originalUpdatedFields"] as? [String: Any])
        #expect(Set(original.keys) == ["threshold", "alarmConfigurationUpdatedTimestamp"])
        #expect(original["threshold"] as? Double == 1)
        #expect(alarm.deleted(at: Samples.now).summary == "Alarm \"failures\" deleted")
    }

    @Test func aStateUpdateHasBothStates() throws {
        var alarm = Alarm.create(try Samples.alarm(), arn: Self.arn, at: Samples.now).alarm
        let slots = Samples.slots([nil, nil, 5], of: alarm.definition)
        let change = alarm.evaluate(slots, at: Samples.now)
        let item = try #require(change).history
        #expect(item.kind == .stateUpdate)
        #expect(item.summary == "Alarm updated from INSUFFICIENT_DATA to ALARM")
        let data = try object(item.data)
        let old = try #require(data["oldState"] as? [String: Any])
        #expect(old["stateReason"] as? String == "Unchecked: Initial alarm creation")
        #expect(old["stateReasonData"] == nil)
        let new = try #require(data["newState"] as? [String: Any])
        #expect(new["stateValue"] as? String == "ALARM")
        // The figures are an object here and a text elsewhere.
        #expect((new["stateReasonData"] as? [String: Any])?["recentDatapoints"] as? [Double] == [5])
    }

    @Test(arguments: [nil, "{\"a\":1}", "no JSON", String(repeating: "\"", count: 4_000)])
    func reasonDataOfOthersKeepItJSON(_ reasonData: String?) throws {
        var alarm = Alarm.create(try Samples.alarm(), arn: Self.arn, at: Samples.now).alarm
        let reason = String(repeating: "\u{1}", count: 1_000)
        let change = try alarm.set(.ok, reason: "a \"drill\"", reasonData: reasonData, at: Samples.now)
        let item = try #require(change).history
        #expect(try object(item.data)["newState"] != nil)
        #expect(item.data.utf8.count <= AlarmHistoryItem.dataMax)
        let next = try alarm.set(.alarm, reason: reason, reasonData: reasonData, at: Samples.now)
        let data = try #require(next).history.data
        #expect(data.utf8.count <= AlarmHistoryItem.dataMax)
        #expect(try object(data)["version"] as? String == "1.0")
    }

    @Test func longFiguresAreCut() throws {
        var alarm = Alarm.create(try Samples.alarm(1_440), arn: Self.arn, at: Samples.now).alarm
        let values = Array(repeating: Double?(5.123456789012345), count: 1_442)
        let first = alarm.evaluate(Samples.slots(values, of: alarm.definition), at: Samples.now)
        let calm = Array(repeating: Double?(0.123456789012345), count: 1_442)
        let second = alarm.evaluate(Samples.slots(calm, of: alarm.definition), at: Samples.now)
        for change in [first, second] {
            let item = try #require(change).history
            #expect(item.data.utf8.count <= AlarmHistoryItem.dataMax)
            let new = try #require(try object(item.data)["newState"] as? [String: Any])
            #expect(new["stateReasonData"] is [String: Any])
        }
    }

    @Test func actions() throws {
        let alarm = Alarm.create(try Samples.alarm(), arn: Self.arn, at: Samples.now).alarm
        let arn = "arn:aws:lambda:us-east-1:000000000000:function:page"
        let good = AlarmHistoryItem.action(arn, of: alarm, error: nil, at: Samples.now)
        #expect(good.summary == "Successfully executed action \(arn)")
        #expect(
            good.data
                == #"{"actionState":"Succeeded","stateUpdateTimestamp":1735726207000,"notificationResource":"\#(arn)","#
                + #""publishedMessage":null,"error":null}"#)
        let bad = AlarmHistoryItem.action(arn, of: alarm, error: "there is no function page", at: Samples.now)
        #expect(bad.summary == "Failed to execute action \(arn). Received error: \"there is no function page\"")
        #expect(try object(bad.data)["error"] as? String == "there is no function page")
        let long = AlarmHistoryItem.action(
            arn, of: alarm, error: String(repeating: "\u{2}", count: 5_000), at: Samples.now)
        #expect(long.summary.count <= AlarmHistoryItem.summaryMax)
    }
}
