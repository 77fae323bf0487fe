import Alarms
import Clocks
import Foundation
import Testing

@Suite struct AlarmTests {
    private static let arn = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:failures"
    private static let action = "arn:aws:lambda:us-east-1:000000000000:function:page"

    private func alarm(_ change: (inout AlarmParameters) -> Void = { _ in }) throws -> Alarm {
        let definition = try Samples.alarm {
            $0.alarmActions = [Self.action]
            $0.okActions = [Self.action, "arn:aws:sqs:us-east-1:000000000000:calm"]
            change(&$0)
        }
        return Alarm.create(definition, arn: Self.arn, at: Samples.now).alarm
    }

    private func evaluate(_ alarm: inout Alarm, _ value: Double?, after seconds: Int) -> Alarm.Change? {
        alarm.evaluate(
            Samples.slots([nil, nil, value], of: alarm.definition), at: Samples.now + .seconds(seconds))
    }

    private func changed(_ change: Alarm.Change?) throws -> Alarm.Change { try #require(change) }

    @Test func aNewAlarmHasNotEnoughData() throws {
        let alarm = try alarm()
        #expect(alarm.state == .insufficientData)
        #expect(alarm.stateReason == "Unchecked: Initial alarm creation")
        #expect(alarm.stateReasonData == nil)
    }

    @Test func actionsAreTakenOnChangesOnly() throws {
        var alarm = try alarm()
        // It has not enough data already.
        #expect(evaluate(&alarm, nil, after: 1) == nil)
        let first = try changed(evaluate(&alarm, 5, after: 60))
        #expect([first.from, first.to] == [.insufficientData, .alarm])
        #expect(first.actions == [Self.action])
        #expect(alarm.stateTransitioned == Samples.now + .seconds(60))
        #expect(evaluate(&alarm, 6, after: 120) == nil)
        #expect(alarm.stateUpdated == Samples.now + .seconds(60))
        #expect(alarm.stateReason.contains("[5.0"))
        let second = try changed(evaluate(&alarm, 0, after: 180))
        #expect(second.actions.count == 2)
        let third = try changed(evaluate(&alarm, nil, after: 240))
        #expect(third.to == .insufficientData)
        #expect(third.actions == [])
    }

    @Test func disabledActionsAreNotTaken() throws {
        var alarm = try alarm { $0.actionsEnabled = false }
        let change = try changed(evaluate(&alarm, 5, after: 60))
        #expect(change.actions == [])
        let item = alarm.setActionsEnabled(true, at: Samples.now)
        #expect(item?.kind == .configurationUpdate)
        #expect(alarm.setActionsEnabled(true, at: Samples.now) == nil)
        #expect(evaluate(&alarm, 0, after: 120)?.actions.count == 2)
    }

    /// A point that comes late counts from the next evaluation whose range it is in.
    @Test func latePointsCount() throws {
        var alarm = try alarm {
            $0.evaluationPeriods = 2
            $0.treatMissingData = "notBreaching"
        }
        let time = Samples.now
        let before = Samples.slots([nil, nil, nil, 5], of: alarm.definition)
        #expect(alarm.evaluate(before, at: time)?.to == .ok)
        let after = Samples.slots([nil, nil, 5, 5], of: alarm.definition)
        #expect(alarm.evaluate(after, at: time + .seconds(60))?.to == .alarm)
    }

    @Test func setAlarmStateHoldsUntilTheNextEvaluation() throws {
        var alarm = try alarm()
        _ = evaluate(&alarm, 0, after: 60)
        let change = try alarm.set(.alarm, reason: "a drill", reasonData: nil, at: Samples.now + .seconds(70))
        #expect(change?.actions == [Self.action])
        #expect(alarm.stateReason == "a drill")
        #expect(alarm.stateReasonData == nil)
        #expect(evaluate(&alarm, 0, after: 120)?.to == .ok)
    }

    @Test func settingTheStateThatItHasChangesTheReasonAlone() throws {
        var alarm = try alarm()
        let change = try alarm.set(
            .insufficientData, reason: "again", reasonData: "{}", at: Samples.now + .seconds(70))
        #expect(change == nil)
        #expect(alarm.stateReason == "again")
        #expect(alarm.stateReasonData?.text == "{}")
        #expect(alarm.stateTransitioned == Samples.now)
        #expect(alarm.stateUpdated == Samples.now + .seconds(70))
    }

    @Test func whatIsTooLongIsRefused() throws {
        var alarm = try alarm()
        let reason = String(repeating: "a", count: 1_024)
        #expect(throws: AlarmError.self) { try alarm.set(.ok, reason: reason, reasonData: nil, at: Samples.now) }
        let data = String(repeating: "a", count: 4_001)
        #expect(throws: AlarmError.self) { try alarm.set(.ok, reason: "", reasonData: data, at: Samples.now) }
        #expect(alarm.state == .insufficientData)
    }

    @Test func anUpdateKeepsTheState() throws {
        var alarm = try alarm()
        _ = evaluate(&alarm, 5, after: 60)
        _ = alarm.update(try Samples.alarm { $0.threshold = 100 }, at: Samples.now + .seconds(70))
        #expect(alarm.state == .alarm)
        #expect(alarm.configurationUpdated == Samples.now + .seconds(70))
        #expect(evaluate(&alarm, 5, after: 120)?.to == .ok)
    }

    @Test func anUpdateToWhatItIsIsNoneAndTagsStay() throws {
        let tag = AlarmTag(key: "team", value: "orders")
        var alarm = try alarm { $0.tags = [tag] }
        let item = alarm.update(
            try Samples.alarm {
                $0.alarmActions = alarm.definition.alarmActions
                $0.okActions = alarm.definition.okActions
                $0.tags = [AlarmTag(key: "team", value: "another")]
            }, at: Samples.now + .seconds(70))
        #expect(item == nil)
        #expect(alarm.configurationUpdated == Samples.now)
        #expect(alarm.update(try Samples.alarm(), at: Samples.now + .seconds(80)) != nil)
        #expect(alarm.definition.tags == [tag])
    }

    @Test func itIsStoredAsItIs() throws {
        var alarm = try alarm()
        _ = evaluate(&alarm, 5, after: 60)
        let json = try JSONEncoder().encode(alarm)
        #expect(try JSONDecoder().decode(Alarm.self, from: json) == alarm)
    }

    /// The event of AWS's documentation for functions as alarm actions.
    @Test func whatAFunctionGets() throws {
        var alarm = try alarm { $0.alarmDescription = "too \"many\"" }
        let change = try changed(evaluate(&alarm, 5, after: 60))
        let event = try #require(try JSONSerialization.jsonObject(with: Data(change.event.utf8)) as? [String: Any])
        #expect(Set(event.keys) == ["source", "alarmArn", "accountId", "time", "region", "alarmData"])
        #expect(event["accountId"] as? String == "000000000000")
        #expect(event["region"] as? String == "us-east-1")
        let data = try #require(event["alarmData"] as? [String: Any])
        let state = try #require(data["state"] as? [String: Any])
        #expect(state["value"] as? String == "ALARM")
        #expect(state["timestamp"] as? String == "2025-01-01T10:11:07.000+0000")
        #expect((data["previousState"] as? [String: Any])?["value"] as? String == "INSUFFICIENT_DATA")
        let configuration = try #require(data["configuration"] as? [String: Any])
        #expect(configuration["description"] as? String == "too \"many\"")
        #expect((configuration["metrics"] as? [Any])?.count == 1)
    }
}
