public import Clocks

/// A moment that a dashboard names: one of the calendar, or so long before now.
public enum DashboardTime: Hashable, Sendable {
    case at(Timestamp)
    case before(Duration)

    /// - Parameter text: `2025-01-31T10:00:00.000Z`, or an ISO 8601 duration with a minus: `-PT6H`, `-P7D`.
    public init?(_ text: String) {
        if let duration = Self.duration(text) {
            self = .before(duration)
        } else if let moment = Self.moment(text) {
            self = .at(moment)
        } else {
            return nil
        }
    }

    public func moment(at now: Timestamp) -> Timestamp {
        switch self {
        case .at(let moment): moment
        case .before(let duration): now - duration
        }
    }

    /// Ten years. Ours.
    private static let secondsMax = 3_650 * 86_400

    /// Months count as 30 days and years as 365.
    private static func duration(_ text: String) -> Duration? {
        guard text.hasPrefix("-P") else { return nil }
        var rest = text.dropFirst(2)
        var (seconds, isTime) = (0, false)
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            if rest.first == "T", !isTime {
                isTime = true
                rest = rest.dropFirst()
            }
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let number = Int(digits), number <= 100_000_000, let unit = rest.dropFirst(digits.count).first,
                let factor = factor(unit, isTime)
            else { return nil }
            seconds += number * factor
            // At once, as a long text could count to more than there are numbers.
            guard seconds <= secondsMax else { return nil }
            rest = rest.dropFirst(digits.count + 1)
        }
        guard seconds > 0 else { return nil }
        return .seconds(seconds)
    }

    private static func factor(_ unit: Character, _ isTime: Bool) -> Int? {
        switch (unit, isTime) {
        case ("Y", false): 365 * 86_400
        case ("M", false): 30 * 86_400
        case ("W", false): 7 * 86_400
        case ("D", false): 86_400
        case ("H", true): 3_600
        case ("M", true): 60
        case ("S", true): 1
        default: nil
        }
    }

    /// YYYY-MM-DDTHH:MM:SS with an optional fraction, in UTC.
    private static func moment(_ text: String) -> Timestamp? {
        let pattern = "dddd-dd-ddTdd:dd:dd"
        guard text.count >= pattern.count,
            zip(text, pattern).allSatisfy({ $1 == "d" ? $0.isASCII && $0.isNumber : $0 == $1 })
        else { return nil }
        let rest = text.dropFirst(pattern.count)
        let fraction = rest.first == "." ? rest.dropFirst().prefix { $0.isASCII && $0.isNumber } : ""
        let zone = rest.dropFirst(fraction.isEmpty ? 0 : fraction.count + 1)
        guard zone == "Z" || zone.isEmpty || zone == "+00:00" else { return nil }
        let numbers = text.prefix(pattern.count).split { !$0.isNumber }.compactMap { Int($0) }
        guard numbers.count == 6, (1...12).contains(numbers[1]), (1...31).contains(numbers[2]), numbers[3] < 24,
            numbers[4] < 60, numbers[5] < 60
        else { return nil }
        let milliseconds = Int((fraction + "000").prefix(3)) ?? 0
        return Timestamp(
            utc: numbers[0], numbers[1], numbers[2], hour: numbers[3], minute: numbers[4], second: numbers[5],
            milliseconds: milliseconds)
    }
}
