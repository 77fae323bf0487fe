import Clocks

/// What a Lambda function gets when it is an alarm's action.
enum AlarmEvent {
    static func json(_ alarm: Alarm, from before: Alarm, at time: Timestamp) -> String {
        let arn = alarm.arn.split(separator: ":", maxSplits: 6, omittingEmptySubsequences: false)
        let configuration = JSONText.object([
            ("description", alarm.definition.description.map(JSONText.string)),
            ("metrics", JSONText.array(alarm.definition.queries.map { AlarmDocument.query($0) })),
        ])
        let data = JSONText.object([
            ("alarmName", JSONText.string(alarm.definition.name)), ("state", state(alarm)),
            ("previousState", state(before)), ("configuration", configuration),
        ])
        return JSONText.object([
            ("source", "\"aws.cloudwatch\""), ("alarmArn", JSONText.string(alarm.arn)),
            ("accountId", arn.count > 4 ? JSONText.string(String(arn[4])) : nil),
            ("time", JSONText.string(JSONText.time(time))),
            ("region", arn.count > 4 ? JSONText.string(String(arn[3])) : nil), ("alarmData", data),
        ])
    }

    private static func state(_ alarm: Alarm) -> String {
        JSONText.object([
            ("value", JSONText.string(alarm.state.rawValue)), ("reason", JSONText.string(alarm.stateReason)),
            ("reasonData", alarm.stateReasonData.map { JSONText.string($0.text) }),
            ("timestamp", JSONText.string(JSONText.time(alarm.stateUpdated))),
        ])
    }
}
