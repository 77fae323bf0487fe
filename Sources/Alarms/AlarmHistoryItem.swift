public import Clocks

/// One thing that happened to an alarm.
public struct AlarmHistoryItem: Hashable, Sendable, Codable {
    /// AWS's words for what it is.
    public enum Kind: String, CaseIterable, Hashable, Sendable, Codable {
        case configurationUpdate = "ConfigurationUpdate"
        case stateUpdate = "StateUpdate"
        case action = "Action"
    }

    /// How long AWS keeps items.
    public static let retention = Duration.seconds(14 * 86_400)
    /// Longest ``summary`` and ``data`` (CloudWatch's API model).
    public static let summaryMax = 255
    public static let dataMax = 4_095

    public let alarmName: String
    public let time: Timestamp
    public let kind: Kind
    /// For people.
    public let summary: String
    /// JSON.
    public let data: String

    private init(_ alarm: Alarm, _ kind: Kind, _ summary: String, _ data: String, at time: Timestamp) {
        alarmName = alarm.definition.name
        self.time = time
        self.kind = kind
        self.summary = String(summary.prefix(Self.summaryMax))
        self.data = data
    }

    static func created(_ alarm: Alarm, at time: Timestamp) -> AlarmHistoryItem {
        configuration(
            alarm, "created", [("type", "\"Create\""), ("createdAlarm", AlarmDocument.json(alarm))], at: time)
    }

    static func deleted(_ alarm: Alarm, at time: Timestamp) -> AlarmHistoryItem {
        configuration(
            alarm, "deleted", [("type", "\"Delete\""), ("deletedAlarm", AlarmDocument.json(alarm))], at: time)
    }

    static func updated(_ alarm: Alarm, from before: Alarm, at time: Timestamp) -> AlarmHistoryItem {
        let new = AlarmDocument.members(of: alarm)
        let changed = AlarmDocument.members(of: before).filter { old in
            new.first { $0.name == old.name }?.json != old.json
        }
        return configuration(
            alarm, "updated",
            [
                ("type", "\"Update\""), ("updatedAlarm", AlarmJSON.object(new)),
                ("originalUpdatedFields", AlarmJSON.object(changed)),
            ], at: time)
    }

    /// An item whose data would be too long has them without the alarm.
    private static func configuration(
        _ alarm: Alarm, _ verb: String, _ members: [(name: String, json: String?)], at time: Timestamp
    ) -> AlarmHistoryItem {
        let version: [(name: String, json: String?)] = [("version", "\"1.0\"")]
        var data = AlarmJSON.object(version + members)
        if data.utf8.count > dataMax { data = AlarmJSON.object(version + members.prefix(1)) }
        return AlarmHistoryItem(
            alarm, .configurationUpdate, "Alarm \"\(alarm.definition.name)\" \(verb)", data, at: time)
    }

    static func stateUpdate(_ alarm: Alarm, from before: Alarm, at time: Timestamp) -> AlarmHistoryItem {
        // Each state's figures get half of the room that the reasons leave; escapes can make a reason six times as long.
        let bare = stateUpdateData(alarm, before, reasonMax: 1_023, figuresMax: nil)
        let whole = stateUpdateData(
            alarm, before, reasonMax: 1_023, figuresMax: max((dataMax - bare.utf8.count) / 2 - 25, 0))
        let short = stateUpdateData(alarm, before, reasonMax: 300, figuresMax: nil)
        return AlarmHistoryItem(
            alarm, .stateUpdate, "Alarm updated from \(before.state.rawValue) to \(alarm.state.rawValue)",
            [whole, bare].first { $0.utf8.count <= dataMax } ?? short, at: time)
    }

    private static func stateUpdateData(
        _ alarm: Alarm, _ before: Alarm, reasonMax: Int, figuresMax: Int?
    ) -> String {
        func state(_ alarm: Alarm) -> String {
            AlarmJSON.object([
                ("stateValue", AlarmJSON.string(alarm.state.rawValue)),
                ("stateReason", AlarmJSON.string(String(alarm.stateReason.unicodeScalars.prefix(reasonMax)))),
                ("stateReasonData", figuresMax.flatMap { alarm.stateReasonData?.json(lengthMax: $0) }),
            ])
        }
        return AlarmJSON.object([
            ("version", "\"1.0\""), ("oldState", state(before)), ("newState", state(alarm)),
        ])
    }

    /// What became of one action of a change.
    ///
    /// - Parameters:
    ///   - arn: the action's.
    ///   - alarm: as it is after the change.
    ///   - error: why it failed; nil when it succeeded.
    ///   - time: when that was known.
    public static func action(
        _ arn: String, of alarm: Alarm, error: String?, at time: Timestamp
    ) -> AlarmHistoryItem {
        let summary =
            error.map { "Failed to execute action \(arn). Received error: \"\($0)\"" }
            ?? "Successfully executed action \(arn)"
        let data = AlarmJSON.object([
            ("actionState", AlarmJSON.string(error == nil ? "Succeeded" : "Failed")),
            ("stateUpdateTimestamp", "\(alarm.stateUpdated.milliseconds)"),
            ("notificationResource", AlarmJSON.string(arn)),
            ("publishedMessage", "null"),
            ("error", error.map { AlarmJSON.string(String($0.unicodeScalars.prefix(500))) } ?? "null"),
        ])
        return AlarmHistoryItem(alarm, .action, summary, data, at: time)
    }
}
