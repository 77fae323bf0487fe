import Alarms
import Clocks

/// How an alarm stands, as pages are told.
struct AlarmStanding: Encodable {
    /// Alarms that pages are told of. Ours: a look at all of them happens several times a second.
    static let toldMax = 200

    let state: String
    let reason: String
    /// Milliseconds since 1970: since when it is in this state.
    let since: Int64
    let description: String?
    let condition: String
    let missingData: String
    /// What is called when it goes into alarm, and whether it is.
    let actions: Int
    let actionsEnabled: Bool

    init(_ alarm: Alarm) {
        let definition = alarm.definition
        state = alarm.state.rawValue
        reason = alarm.stateReason
        since = alarm.stateTransitioned.milliseconds
        description = definition.description
        let words = AlarmCondition(definition)
        condition = words.text
        missingData = words.missingData
        actions = definition.actions(for: .alarm).count
        actionsEnabled = definition.actionsEnabled
    }

    /// Those that pages are told of: the loudest first.
    static func told(_ alarms: [Alarm]) -> [Alarm] {
        guard alarms.count > toldMax else { return alarms }
        let order: [AlarmState] = [.alarm, .insufficientData, .ok]
        return Array(order.flatMap { state in alarms.filter { $0.state == state } }.prefix(toldMax))
    }
}
