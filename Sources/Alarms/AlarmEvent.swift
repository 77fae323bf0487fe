import Clocks

/// What a Lambda function gets when it is an alarm's action.
enum AlarmEvent {
    static func json(_ alarm: Alarm, from before: Alarm, at time: Timestamp) -> String {
        let arn = alarm.arn.split(separator: ":", maxSplits: 6, omittingEmptySubsequences: false)
        let configuration = AlarmJSON.object([
            ("description", alarm.definition.description.map(AlarmJSON.string)),
            ("metrics", AlarmJSON.array(alarm.definition.queries.map { AlarmDocument.query($0) })),
        ])
        let data = AlarmJSON.object([
            ("alarmName", AlarmJSON.string(alarm.definition.name)), ("state", state(alarm)),
            ("previousState", state(before)), ("configuration", configuration),
        ])
        return AlarmJSON.object([
            ("source", "\"aws.cloudwatch\""), ("alarmArn", AlarmJSON.string(alarm.arn)),
            ("accountId", arn.count > 4 ? AlarmJSON.string(String(arn[4])) : nil),
            ("time", AlarmJSON.string(AlarmJSON.time(time))),
            ("region", arn.count > 4 ? AlarmJSON.string(String(arn[3])) : nil), ("alarmData", data),
        ])
    }

    private static func state(_ alarm: Alarm) -> String {
        AlarmJSON.object([
            ("value", AlarmJSON.string(alarm.state.rawValue)), ("reason", AlarmJSON.string(alarm.stateReason)),
            ("reasonData", alarm.stateReasonData.map { AlarmJSON.string($0.text) }),
            ("timestamp", AlarmJSON.string(AlarmJSON.time(alarm.stateUpdated))),
        ])
    }
}
