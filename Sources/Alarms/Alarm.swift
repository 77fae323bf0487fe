public import Clocks

/// An alarm and its state: a value that evaluations, SetAlarmState and PutMetricAlarm change.
///
///     var (alarm, created) = Alarm.create(definition, arn: arn, at: now)
///     let range = definition.evaluationRange(at: now)
///     let slots = range.slots(of: series)                   // fetched by the caller
///     let change = alarm.evaluate(slots, at: now)           // what to write down and what to call
public struct Alarm: Hashable, Sendable, Codable {
    public private(set) var definition: AlarmDefinition
    public let arn: String
    public private(set) var state: AlarmState
    public private(set) var stateReason: String
    public private(set) var stateReasonData: StateReasonData?
    /// When the state was last set, also to the one that it had.
    public private(set) var stateUpdated: Timestamp
    /// When the state last became another one.
    public private(set) var stateTransitioned: Timestamp
    public private(set) var configurationUpdated: Timestamp

    /// What a call of the mutating functions leads to.
    public struct Change: Hashable, Sendable {
        public let alarmName: String
        public let from: AlarmState
        public let to: AlarmState
        public let history: AlarmHistoryItem
        /// ARNs to call, in order; none when the alarm's actions are disabled.
        public let actions: [String]
        /// What a function gets that is one of the actions: the event of AWS's alarm actions, as JSON.
        public let event: String
    }

    /// A new alarm, which has not enough data yet.
    ///
    /// - Returns: the alarm, and the item of its history that says so.
    public static func create(
        _ definition: AlarmDefinition, arn: String, at time: Timestamp
    ) -> (alarm: Alarm, history: AlarmHistoryItem) {
        let alarm = Alarm(definition, arn: arn, at: time)
        return (alarm, .created(alarm, at: time))
    }

    private init(_ definition: AlarmDefinition, arn: String, at time: Timestamp) {
        self.definition = definition
        self.arn = arn
        state = .insufficientData
        stateReason = StateReason.unchecked
        stateUpdated = time
        stateTransitioned = time
        configurationUpdated = time
    }

    /// PutMetricAlarm for an alarm that exists: everything but its state and its tags becomes new.
    ///
    /// - Returns: nil when nothing changes.
    public mutating func update(_ definition: AlarmDefinition, at time: Timestamp) -> AlarmHistoryItem? {
        var definition = definition
        definition.tags = self.definition.tags
        guard definition != self.definition else { return nil }
        let before = self
        self.definition = definition
        configurationUpdated = time
        return .updated(self, from: before, at: time)
    }

    /// EnableAlarmActions and DisableAlarmActions.
    ///
    /// - Returns: nil when nothing changes.
    public mutating func setActionsEnabled(_ isEnabled: Bool, at time: Timestamp) -> AlarmHistoryItem? {
        var definition = definition
        definition.actionsEnabled = isEnabled
        return update(definition, at: time)
    }

    /// The history's last item.
    public func deleted(at time: Timestamp) -> AlarmHistoryItem { .deleted(self, at: time) }

    /// Compares data with the threshold.
    ///
    /// - Parameters:
    ///   - slots: the periods of ``AlarmDefinition/evaluationRange(at:)``, with what is known of them now: data that came late
    ///     count from the next evaluation whose range they are in.
    ///   - time: of the evaluation.
    /// - Returns: nil when the state stays, with its reason.
    public mutating func evaluate(_ slots: [EvaluationRange.Slot], at time: Timestamp) -> Change? {
        let evaluation = AlarmEvaluation(definition, slots, at: time)
        guard let state = evaluation.state, state != self.state else { return nil }
        return change(to: state, evaluation.reason, evaluation.reasonData, at: time)
    }

    /// SetAlarmState: holds until the next evaluation finds something else.
    ///
    /// - Parameters:
    ///   - state: any of the three.
    ///   - reason: at most 1,023 characters.
    ///   - reasonData: at most ``StateReasonData/lengthMax`` characters.
    ///   - time: of the call.
    /// - Returns: nil when it is the state already; then only the reason is new.
    public mutating func set(
        _ state: AlarmState, reason: String, reasonData: String?, at time: Timestamp
    ) throws(AlarmError) -> Change? {
        try AlarmValidation.checkLength(reason, at: "stateReason", 0...1_023)
        if let reasonData {
            try AlarmValidation.checkLength(reasonData, at: "stateReasonData", 0...StateReasonData.lengthMax)
        }
        guard state == self.state else { return change(to: state, reason, reasonData.map { .given($0) }, at: time) }
        stateReason = reason
        stateReasonData = reasonData.map { .given($0) }
        stateUpdated = time
        return nil
    }

    private mutating func change(
        to state: AlarmState, _ reason: String, _ reasonData: StateReasonData?, at time: Timestamp
    ) -> Change {
        let before = self
        self.state = state
        stateReason = reason
        stateReasonData = reasonData
        stateUpdated = time
        stateTransitioned = time
        return Change(
            alarmName: definition.name, from: before.state, to: state,
            history: .stateUpdate(self, from: before, at: time),
            actions: definition.actionsEnabled ? definition.actions(for: state) : [],
            event: AlarmEvent.json(self, from: before, at: time))
    }
}
