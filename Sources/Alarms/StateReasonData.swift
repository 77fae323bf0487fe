import Clocks
import Foundation
import MetricMath

/// The figures behind a state, which AWS gives as JSON in a text.
public enum StateReasonData: Hashable, Sendable, Codable {
    case evaluated(EvaluatedData)
    /// What SetAlarmState was given.
    case given(String)

    /// Longest text (CloudWatch's API model).
    public static let lengthMax = 4_000

    /// The text, as DescribeAlarms gives it.
    public var text: String {
        switch self {
        case .evaluated(let data): data.json(lengthMax: Self.lengthMax)
        case .given(let text): text
        }
    }

    /// As a part of a history item: JSON of at most so many characters.
    func json(lengthMax: Int) -> String {
        switch self {
        case .evaluated(let data): return data.json(lengthMax: lengthMax)
        case .given(let text):
            let isJSON = (try? JSONSerialization.jsonObject(with: Data(text.utf8))) != nil
            let json = isJSON ? text : AlarmJSON.string(text)
            return json.utf8.count <= lengthMax ? json : "null"
        }
    }
}

/// The figures of one evaluation.
public struct EvaluatedData: Hashable, Sendable, Codable {
    struct Datapoint: Hashable, Sendable, Codable {
        var time: Timestamp
        var sampleCount: Double?
        var value: Double?
    }

    let queried: Timestamp
    let unit: String?
    let statistic: String?
    let period: Int
    /// Those that the state rests on, from the oldest to the newest.
    let recent: [Datapoint]
    let threshold: Double
    /// The newest N periods, from the newest to the oldest.
    let evaluated: [Datapoint]

    init(_ alarm: AlarmDefinition, _ points: AlarmDatapoints, at time: Timestamp) {
        queried = time
        if case .metric(let stat) = alarm.watch {
            (unit, statistic) = (stat.unit, stat.statistic.name)
        } else {
            (unit, statistic) = (nil, nil)
        }
        period = alarm.period
        recent = points.real.map { Datapoint(time: $0.time, sampleCount: $0.sampleCount, value: $0.value) }
        threshold = alarm.threshold
        // What counts although it is older than N periods is shown too.
        let older = points.real.filter { point in !points.latest.contains { $0.time == point.time } }
        evaluated = (older + points.latest).reversed().map {
            Datapoint(time: $0.time, sampleCount: $0.sampleCount, value: $0.value)
        }
    }

    /// - Parameter lengthMax: the oldest periods are left out until the text is no longer.
    func json(lengthMax: Int) -> String {
        var count = evaluated.count
        var recentCount = recent.count
        while true {
            let text = json(evaluated: evaluated.prefix(count), recent: recent.suffix(recentCount))
            if text.utf8.count <= lengthMax || count == 0 && recentCount == 0 { return text }
            // Halves, so that a day of minutes takes a dozen steps and not 1,440.
            if count > 0 { count /= 2 } else { recentCount /= 2 }
        }
    }

    private func json(evaluated: some Sequence<Datapoint>, recent: some Sequence<Datapoint>) -> String {
        let recent = Array(recent)
        return AlarmJSON.object([
            ("version", AlarmJSON.string("1.0")), ("queryDate", AlarmJSON.string(AlarmJSON.time(queried))),
            ("startDate", recent.first.map { AlarmJSON.string(AlarmJSON.time($0.time)) }),
            ("unit", unit.map(AlarmJSON.string)), ("statistic", statistic.map(AlarmJSON.string)),
            ("period", "\(period)"),
            ("recentDatapoints", AlarmJSON.array(recent.map { AlarmJSON.number($0.value ?? 0) })),
            ("threshold", AlarmJSON.number(threshold)),
            (
                "evaluatedDatapoints",
                AlarmJSON.array(
                    evaluated.map { point in
                        AlarmJSON.object([
                            ("timestamp", AlarmJSON.string(AlarmJSON.time(point.time))),
                            ("sampleCount", point.sampleCount.map(AlarmJSON.number)),
                            ("value", point.value.map(AlarmJSON.number)),
                        ])
                    })
            ),
        ])
    }
}
