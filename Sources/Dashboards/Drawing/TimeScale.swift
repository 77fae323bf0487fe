import Clocks

/// An axis of time, in UTC.
struct TimeScale: Hashable, Sendable {
    struct Tick: Hashable, Sendable {
        var time: Timestamp
        var text: String
    }

    let range: Range<Timestamp>
    let ticks: [Tick]

    /// Steps that people count in, in seconds.
    private static let steps = [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800,
        604_800, 1_209_600, 2_592_000, 7_776_000, 31_536_000,
    ]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    init(_ range: Range<Timestamp>, ticksMax: Int) {
        self.range = range
        let length = range.upperBound.microseconds - range.lowerBound.microseconds
        let wanted = length / Int64(max(ticksMax, 1)) / 1_000_000
        let step = Int64(Self.steps.first { Int64($0) >= wanted } ?? Self.steps[Self.steps.count - 1]) * 1_000_000
        let past = range.lowerBound.microseconds % step
        let first = range.lowerBound.microseconds - (past > 0 ? past - step : past)
        ticks = stride(from: first, to: range.upperBound.microseconds, by: Int64.Stride(step)).prefix(100).map {
            let time = Timestamp(microseconds: $0)
            return Tick(time: time, text: Self.text(time, step: step))
        }
    }

    private static func text(_ time: Timestamp, step: Int64) -> String {
        let calendar = time.calendarTime
        func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let isMidnight = calendar.hour == 0 && calendar.minute == 0 && calendar.second == 0
        if step >= 86_400_000_000 || isMidnight { return "\(months[calendar.month - 1]) \(calendar.day)" }
        let clock = "\(twoDigits(calendar.hour)):\(twoDigits(calendar.minute))"
        return step < 60_000_000 ? "\(clock):\(twoDigits(calendar.second))" : clock
    }

    /// Share of the axis before a moment, from 0 to 1.
    func share(of time: Timestamp) -> Double {
        let length = Double(range.upperBound.microseconds - range.lowerBound.microseconds)
        guard length > 0 else { return 0 }
        return min(max(Double(time.microseconds - range.lowerBound.microseconds) / length, 0), 1)
    }
}
