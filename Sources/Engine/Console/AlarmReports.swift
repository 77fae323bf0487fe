import Alarms
import Clocks
import Dashboards
import Gateway
import Monitoring
import Telemetry

/// What happened to an alarm: the answer of `POST /_sluice/alarms/NAME/history`, the newest first.
struct AlarmHistory: Encodable {
    struct Request: Decodable { var limit: Int? }

    /// Items of all alarms that one request looks at.
    private static let itemsLookedAtMax = 20_000

    struct Item: Encodable {
        /// Milliseconds since 1970.
        let timestamp: Int64
        /// AWS's word for it.
        let kind: String
        let summary: String
        /// JSON.
        let data: String
    }

    let items: [Item]
    /// Whether older items were not looked for: other alarms have so many.
    let isCut: Bool

    init(_ alarms: AlarmStore, name: String, _ request: Request) throws {
        let limit = PageLimit.of(request.limit)
        var items: [Item] = []
        var lookedAt = 0
        try alarms.visitHistory(backwards: true) { item in
            lookedAt += 1
            if item.alarmName == name {
                items.append(
                    Item(
                        timestamp: item.time.milliseconds, kind: item.kind.rawValue, summary: item.summary,
                        data: item.data))
            }
            return items.count < limit && lookedAt < Self.itemsLookedAtMax
        }
        guard !items.isEmpty || alarms[name] != nil else {
            throw ControlError("there is no alarm \(name)", isUnknown: true)
        }
        self.items = items
        isCut = lookedAt >= Self.itemsLookedAtMax && items.count < limit
    }
}

/// What alarms watch, each with its threshold, as pictures: the answer of `POST /_sluice/alarms/draw`.
struct AlarmPictures: Encodable {
    struct Request: Decodable {
        var names: [String]
        var rangeSeconds: Int?
        var width: Int?
        var height: Int?
    }

    /// SVGs by the alarms' names; an alarm that is not there has none.
    let pictures: [String: String]

    init(_ metrics: MetricStore, _ alarms: AlarmStore, _ request: Request, at now: Timestamp) throws {
        guard request.names.count <= PageLimit.max else {
            throw ControlError("\(request.names.count) alarms are asked for; ask for \(PageLimit.max) at a time.")
        }
        let seconds = min(max(request.rangeSeconds ?? 3_600, 60), DashboardRange.secondsMax)
        let range = DashboardRange(secondsUntil: now, Int64(seconds))
        var pictures: [String: String] = [:]
        for (number, name) in request.names.enumerated() {
            guard let alarm = alarms[name], let widget = MetricWidget(alarm: alarm.arn) else { continue }
            // Points of its own, as an alarm shows one series: what others work on leaves it its picture.
            var picture = WidgetPicture(metrics: metrics, range: range)
            pictures[name] = try picture.svg(
                widget, [alarm], width: request.width ?? 480, height: request.height ?? 160, id: "alarm-\(number)")
        }
        self.pictures = pictures
    }
}
