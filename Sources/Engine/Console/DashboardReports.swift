import Alarms
import Clocks
import Dashboards
import Gateway
import Monitoring
import Telemetry

/// The dashboards there are: the answer of `GET /_sluice/dashboards`.
struct DashboardList: Encodable {
    struct Entry: Encodable {
        let name: String
        /// Milliseconds since 1970.
        let changedAt: Int64
    }

    let dashboards: [Entry]

    init(_ store: DashboardStore) throws {
        dashboards = try store.list().map { Entry(name: $0.name, changedAt: $0.changedAt.milliseconds) }
    }
}

/// A dashboard as it is drawn: the answer of `POST /_sluice/dashboards/NAME/draw`.
struct DashboardPage: Encodable {
    struct Request: Decodable {
        /// Until now; nil for what the dashboard says.
        var rangeSeconds: Int?
        /// Of the grid, in pixels.
        var width: Int?
        /// Whether the widgets stand below each other, each as wide as the grid.
        var isNarrow: Bool?
    }

    struct Widget: Encodable {
        /// Its place on the grid of 24 columns.
        let x: Int
        let y: Int
        let width: Int
        let height: Int
        /// `metric`, `text`, `alarm`, or the type of what is not drawn.
        let kind: String
        var title: String?
        var svg: String?
        var markdown: String?
        /// Names of alarms, and the states to show; none for all.
        var alarms: [String]?
        var states: [String]?
        /// Why there is no picture.
        var problem: String?
    }

    /// In pixels: a row of the grid, and what is between widgets.
    static let (rowHeight, gap) = (44, 12)
    private static let widths = 280...4_000

    let name: String
    /// Milliseconds since 1970.
    let start: Int64
    let end: Int64
    let widgets: [Widget]
    let rowHeight = Self.rowHeight
    let gap = Self.gap

    init(_ name: String, _ monitoring: EngineMonitoring, _ request: Request, at now: Timestamp) throws {
        guard let stored = try monitoring.dashboards.dashboard(name) else {
            throw ControlError("there is no dashboard \(name)", isUnknown: true)
        }
        let reading = Dashboard.read(stored.body)
        guard let dashboard = reading.dashboard else {
            throw ControlError("the dashboard \(name) cannot be read: \(reading.refusal ?? "")")
        }
        let range = DashboardRange(dashboard, seconds: request.rangeSeconds, at: now)
        var picture = WidgetPicture(metrics: monitoring.metrics, range: range)
        let alarms = monitoring.alarms.all
        let width = min(max(request.width ?? 1_200, Self.widths.lowerBound), Self.widths.upperBound)
        let isNarrow = request.isNarrow ?? false
        self.name = name
        start = range.start.milliseconds
        end = range.end.milliseconds
        widgets = dashboard.widgets.enumerated().map { place, widget in
            let size = Self.size(widget.frame, gridWidth: width, isNarrow: isNarrow)
            return Widget(widget, &picture, alarms, width: size.width, height: size.height, id: "widget-\(place)")
        }
    }

    private static func size(_ frame: GridFrame, gridWidth: Int, isNarrow: Bool) -> (width: Int, height: Int) {
        let columns = isNarrow ? GridLayout.columns : frame.width
        let width = (gridWidth + gap) * columns / GridLayout.columns - gap
        return (width, (rowHeight + gap) * frame.height - gap)
    }
}

extension DashboardPage.Widget {
    init(
        _ widget: Widget, _ picture: inout WidgetPicture, _ allAlarms: [Alarm], width: Int, height: Int, id: String
    ) {
        let frame = widget.frame
        func made(_ kind: String) -> Self {
            Self(x: frame.x, y: frame.y, width: frame.width, height: frame.height, kind: kind)
        }
        switch widget.content {
        case .metric(let metric):
            self = made("metric")
            title = metric.title
            do { svg = try picture.svg(metric, allAlarms, width: width, height: height, id: id) } catch {
                problem = "\(error)"
            }
        case .text(let text):
            self = made("text")
            markdown = text
        case .alarm(let heading, let arns, let shown):
            self = made("alarm")
            title = heading
            // Behind `arn:aws:cloudwatch:REGION:ACCOUNT:alarm:`; a name may have colons.
            alarms = arns.map { $0.split(separator: ":", maxSplits: 6).last.map(String.init) ?? $0 }
            states = shown
        case .log(let heading, _):
            self = made("log")
            title = heading
            problem = "Widgets of the type log are kept and not drawn here."
        case .other(let type):
            self = made(type)
            problem = "Widgets of the type \(type) are kept and not drawn here."
        }
    }

    private init(x: Int, y: Int, width: Int, height: Int, kind: String) {
        (self.x, self.y, self.width, self.height, self.kind) = (x, y, width, height, kind)
    }
}
