import Alarms
import Clocks
import Dashboards
import MetricMath

/// The time that a dashboard is drawn over, and how long the periods of its widgets are then.
struct DashboardRange: Equatable {
    /// Longest time: as long as points are kept.
    static let secondsMax = 15 * 86_400
    /// Most points of one series. Ours: more than a widget has pixels.
    private static let pointsMax = 1_500
    /// In seconds, those that divide a day.
    private static let periods = [1, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400]

    let start: Timestamp
    let end: Timestamp
    let periodOverride: Dashboard.PeriodOverride

    /// - Parameter seconds: the time until now that somebody asks for; nil for what the dashboard says.
    init(_ dashboard: Dashboard, seconds: Int?, at now: Timestamp) {
        let own = dashboard.range(at: now)
        let end = seconds == nil ? own.upperBound : now
        let length = seconds.map(Int64.init) ?? (own.upperBound.seconds - own.lowerBound.seconds)
        self.init(
            secondsUntil: end, min(max(length, 60), Int64(Self.secondsMax)), periodOverride: dashboard.periodOverride)
    }

    init(secondsUntil end: Timestamp, _ length: Int64, periodOverride: Dashboard.PeriodOverride = .auto) {
        self.end = end
        start = end - .seconds(length)
        self.periodOverride = periodOverride
    }

    private var seconds: Int { Int(end.seconds - start.seconds) }

    /// What CloudWatch takes when a dashboard leaves it to the time that is shown.
    private var automaticPeriod: Int {
        switch seconds {
        case ...10_800: 60
        case ...86_400: 300
        default: 3_600
        }
    }

    /// The period for a metric whose widget gives `own`, in seconds. Periods below a minute stay where they are few enough.
    func period(_ own: Int) -> Int {
        let isOwn = periodOverride == .inherit || own < 60
        return bounded(isOwn ? own : automaticPeriod)
    }

    /// The shortest period that is no shorter than `wanted` and has few enough points.
    func bounded(_ wanted: Int) -> Int {
        guard seconds / wanted > Self.pointsMax else { return wanted }
        return Self.periods.first { $0 >= wanted && seconds / $0 <= Self.pointsMax } ?? 86_400
    }

    /// What an alarm watches, with the period that its picture has.
    func queries(of definition: AlarmDefinition) -> [MetricDataQuery] {
        definition.queries.map { query in
            guard case .metric(var stat) = query.source else { return query }
            var query = query
            stat.period = bounded(stat.period)
            query.source = .metric(stat)
            return query
        }
    }

    /// The widget's queries, each with its period.
    ///
    /// - Parameter isWhole: one period for all of the time.
    func queries(of widget: MetricWidget, isWhole: Bool) -> [MetricDataQuery] {
        widget.queries.map { query in
            var query = query
            switch query.source {
            case .metric(var stat):
                stat.period = isWhole ? wholePeriod : period(stat.period)
                query.source = .metric(stat)
            case .expression(let text, let own):
                query.source = .expression(text, period: isWhole ? nil : own.map { self.period($0) })
            }
            return query
        }
    }

    private var wholePeriod: Int { (seconds + 59) / 60 * 60 }

    /// From where to where metrics are read. Without live data the newest period is left out until it is over.
    func bounds(period: Int, isWhole: Bool, isLive: Bool) -> (start: Timestamp, end: Timestamp) {
        let step = Int64(isWhole ? 60 : max(period, 1))
        let last = (end.seconds + (isLive ? step - 1 : 0)) / step * step
        let end = Timestamp(seconds: last)
        return (isWhole ? end - .seconds(wholePeriod) : start, end)
    }
}
