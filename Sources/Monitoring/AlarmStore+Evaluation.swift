import Alarms
import Clocks
import Logging
import MetricMath
import Storage
import Synchronization
import Telemetry

extension AlarmStore {
    /// Alarms are due at whole minutes, or at ten seconds.
    private static let tick = 10

    func evaluateWhenDue() async {
        var lastDay: Int64 = 0
        while true {
            let now = time.now()
            let next = Timestamp(seconds: (now.seconds / Int64(Self.tick) + 1) * Int64(Self.tick))
            guard (try? await time.sleep(for: next - now)) != nil else { return }
            await evaluate()
            let day = time.now().seconds / 86_400
            guard day != lastDay else { continue }
            lastDay = day
            do { try stored.forgetHistory(before: time.now() - AlarmHistoryItem.retention) } catch {
                logger.error("old history of alarms is not deleted", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Evaluates the alarms whose time has come, with all that was recorded until now.
    func evaluate() async {
        // The range may end with the second that is just over, which the metrics' own loop has not come to perhaps.
        metrics.takeValues()
        let now = time.now()
        let due = state.withLock { state in
            state.alarms.values.map(\.definition).filter { $0.nextEvaluation(after: now) != state.next[$0.name] }
        }
        for definition in due {
            do {
                try await evaluate(definition, at: now)
            } catch {
                logger.warning(
                    "an alarm cannot be evaluated", metadata: ["alarm": "\(definition.name)", "reason": "\(error)"])
            }
            state.withLock { state in
                // One that was changed meanwhile is evaluated anew.
                guard state.alarms[definition.name]?.definition == definition else { return }
                state.next[definition.name] = definition.nextEvaluation(after: now)
            }
        }
    }

    /// Points of an alarm's metrics and expressions. Ours: ten metrics of 1,440 periods with some fifty steps on each; more
    /// would hold up the other alarms, which are evaluated one after the other.
    private static let pointsMax = 1_000_000

    private func evaluate(_ definition: AlarmDefinition, at now: Timestamp) async throws {
        let range = definition.evaluationRange(at: now)
        let plan = try MetricQueryPlan(definition.queries)
        let results = try metrics.evaluate(
            plan, from: range.start, to: range.end, countsFromStart: true, pointsMax: Self.pointsMax)
        guard let series = results.first?.series else { return }
        let slots = range.slots(of: series, sampleCounts: try sampleCounts(definition, range))
        try await turnstile.pass { [self] in
            // It may have been changed or deleted meanwhile.
            guard var alarm = self[definition.name], alarm.definition == definition else { return }
            guard let change = alarm.evaluate(slots, at: now) else { return }
            try await save([alarm], [change.history])
            action.yield((change, alarm))
        }
    }

    /// How many samples each period has, where that decides.
    private func sampleCounts(_ definition: AlarmDefinition, _ range: EvaluationRange) throws -> TimeSeries? {
        guard definition.lowSampleCount == .ignore, case .metric(var stat) = definition.watch else { return nil }
        stat.statistic = .sampleCount
        let plan = try MetricQueryPlan([MetricDataQuery(id: "m1", source: .metric(stat))])
        return try metrics.evaluate(plan, from: range.start, to: range.end, countsFromStart: true).first?.series
    }

    func act(on change: Alarm.Change, _ alarm: Alarm, _ act: Act) async {
        var items: [AlarmHistoryItem] = []
        for action in change.actions {
            let failure = await act(action, change, alarm)
            items.append(.action(action, of: alarm, error: failure, at: time.now()))
        }
        do { try await stored.save([], items) } catch {
            logger.error(
                "an alarm's history is not written",
                metadata: ["alarm": "\(change.alarmName)", "error": "\(error)"])
        }
    }
}
