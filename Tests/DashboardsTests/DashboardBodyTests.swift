import Clocks
import Dashboards
import MetricMath
import Testing

@Suite struct DashboardBodyTests {
    /// A body with one metric widget.
    static func body(_ metrics: String, _ more: String = "") -> String {
        #"{"widgets":[{"type":"metric","x":0,"y":0,"width":12,"height":6,"properties":{"region":"us-east-1","metrics":"#
            + metrics + (more.isEmpty ? "" : "," + more) + "}}]}"
    }

    static func widget(_ metrics: String, _ more: String = "") throws -> MetricWidget {
        let reading = Dashboard.read(body(metrics, more))
        let dashboard = try #require(reading.dashboard, "\(reading.messages)")
        guard case .metric(let widget)? = dashboard.widgets.first?.content else { throw NotAMetricWidget() }
        return widget
    }

    private struct NotAMetricWidget: Error {}

    private func metrics(of widget: MetricWidget) -> [MetricReference] {
        widget.queries.compactMap {
            if case .metric(let stat) = $0.source { return stat.metric }
            return nil
        }
    }

    /// A megabyte has room for half a million mistakes.
    @Test func mistakesBeyondAHundredAreCounted() throws {
        let alarms = Array(repeating: "0", count: 100_000).joined(separator: ",")
        let reading = Dashboard.read(
            #"{"widgets":[{"type":"alarm","width":1,"height":1,"properties":{"alarms":[\#(alarms)]}}]}"#)
        #expect(reading.dashboard == nil)
        #expect(reading.messages.count == 100)
        #expect(reading.errorCount == 100_000)
        let refusal = try #require(reading.refusal)
        #expect(refusal.hasPrefix("The dashboard body is invalid, there are 100000 validation errors: "))
        #expect(refusal.hasSuffix("; ..."))
    }

    @Test func aWholeBody() throws {
        let reading = Dashboard.read(
            """
            {"start": "-PT6H", "periodOverride": "inherit", "widgets": [
              {"type":"metric","x":0,"y":0,"width":12,"height":6,"properties":{
                "metrics":[["AWS/EC2","CPUUtilization","InstanceId","i-012345"]],
                "period":60,"stat":"p99","region":"us-east-1","title":"CPU","liveData":true,"stacked":true,
                "view":"timeSeries","setPeriodToTimeRange":true,
                "yAxis":{"left":{"min":0,"max":100,"label":"load","showUnits":false},"right":{"min":-1}},
                "annotations":{"horizontal":[
                  {"label":"high","value":80,"color":"#ff0000","fill":"above"},
                  [{"value":10},{"value":20}], {"value":5,"visible":false}, {"value":7,"yAxis":"right"}]}}},
              {"type":"text","x":12,"y":0,"width":3,"height":3,"properties":{"markdown":"# Hello"}},
              {"type":"alarm","x":15,"y":0,"properties":{"title":"Alarms","alarms":["arn:a"],"states":["ALARM"]}},
              {"type":"log","x":0,"y":6,"properties":{"query":"SOURCE 'a'","region":"us-east-1"}}]}
            """)
        #expect(reading.messages == [])
        #expect(reading.refusal == nil)
        let dashboard = try #require(reading.dashboard)
        #expect(dashboard.periodOverride == .inherit)
        let now = Timestamp(utc: 2025, 1, 1, hour: 10)
        #expect(dashboard.range(at: now) == (now - .seconds(6 * 3_600))..<now)
        guard case .metric(let widget) = dashboard.widgets[0].content else {
            Issue.record("the first is a metric widget")
            return
        }
        #expect(widget.title == "CPU")
        #expect(widget.statistic == .percentile(99))
        #expect(widget.isStacked && widget.isLive && widget.coversTimeRange)
        #expect([widget.left.min, widget.left.max] == [0, 100])
        #expect(widget.left.label == "load" && !widget.left.showsUnits && widget.right.showsUnits)
        #expect(widget.right.min == -1)
        #expect(widget.annotations.map(\.value) == [80, 10, 7])
        #expect(widget.annotations[0].fill == .above)
        #expect(widget.annotations[1].bandValue == 20)
        #expect(widget.annotations[2].side == .right)
        #expect(dashboard.widgets[1].content == .text("# Hello"))
        #expect(dashboard.widgets[2].content == .alarm(title: "Alarms", alarms: ["arn:a"], states: ["ALARM"]))
        #expect(dashboard.widgets[2].frame == GridFrame(x: 15, y: 0, width: 6, height: 6))
        #expect(dashboard.widgets[3].content == .log(title: nil, query: "SOURCE 'a'"))
    }

    @Test func defaults() throws {
        let widget = try Self.widget(#"[["Shop","Orders"]]"#)
        #expect(widget.view == .timeSeries)
        #expect(widget.period == 300)
        #expect(widget.statistic == .average)
        #expect(widget.title == nil)
        #expect(!widget.isStacked && !widget.isLive && !widget.coversTimeRange && widget.hasLegend)
        let dashboard = try #require(Dashboard.read(#"{"widgets":[]}"#).dashboard)
        let now = Timestamp(utc: 2025, 1, 1)
        #expect(dashboard.range(at: now) == (now - .seconds(3 * 3_600))..<now)
    }

    @Test func dotsStandForWhatIsAbove() throws {
        let widget = try Self.widget(
            #"""
            [["AWS/Lambda","Errors","FunctionName","a",{"stat":"Sum"}],
             [".","Invocations",".","."],
             ["...","b",{"period":60,"label":"b's","color":"#123456","yAxis":"right","visible":false,"id":"m1"}],
             ["Shop","Orders"],
             [".","Paid"]]
            """#)
        func lambda(_ name: String, _ function: String) -> MetricReference {
            MetricReference(
                namespace: "AWS/Lambda", name: name,
                dimensions: [MetricDimension(name: "FunctionName", value: function)])
        }
        #expect(
            metrics(of: widget) == [
                lambda("Errors", "a"), lambda("Invocations", "a"), lambda("Invocations", "b"),
                MetricReference(namespace: "Shop", name: "Orders"), MetricReference(namespace: "Shop", name: "Paid"),
            ])
        guard case .metric(let first) = widget.queries[0].source, case .metric(let third) = widget.queries[2].source
        else { return }
        #expect(first.statistic == .sum)
        #expect(third.period == 60)
        #expect(widget.entries[2].color == "#123456")
        #expect(widget.entries[2].side == .right)
        #expect(!widget.entries[2].isVisible && !widget.queries[2].returnsData)
        #expect(widget.queries.map(\.id) == ["row0", "row1", "m1", "row3", "row4"])
        #expect(widget.queries[2].label == "b's")
    }

    @Test func expressions() throws {
        let widget = try Self.widget(
            #"[["Shop","Failed",{"id":"row1"}],[{"expression":"row1*2","label":"twice","id":"e1"}],["Shop","Paid"]]"#)
        #expect(widget.queries.map(\.id) == ["row1", "e1", "row2"])
        #expect(widget.queries[1].source == .expression("row1*2", period: nil))
    }

    @Test func widgetsWithoutAPlaceGetTheFirstFreeOne() throws {
        let text = #""type":"text","properties":{"markdown":""}"#
        let reading = Dashboard.read(
            """
            {"widgets":[{"x":6,"y":0,"width":6,"height":3,\(text)},{\(text)},{\(text)},{\(text)},
            {"width":24,"height":2,\(text)},{"width":6,"height":3,\(text)}]}
            """)
        let frames = try #require(reading.dashboard).widgets.map { [$0.frame.x, $0.frame.y] }
        #expect(frames == [[6, 0], [0, 0], [12, 0], [18, 0], [0, 6], [6, 3]])
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var body: String
        var message: String

        init(_ body: String, _ message: String) { (self.body, self.message) = (body, message) }

        var testDescription: String { message }
    }

    static let refusals = [
        Refusal("", ": The field DashboardBody must be a valid JSON object"),
        Refusal("[]", ": The field DashboardBody must be a valid JSON object"),
        Refusal("{\"widgets\":[}", ": The field DashboardBody must be a valid JSON object"),
        Refusal(
            "{\"widgets\":" + String(repeating: "[", count: 5_000) + String(repeating: "]", count: 5_000) + "}",
            ": The field DashboardBody must be a valid JSON object"),
        Refusal("{}", ": Should have required property 'widgets'"),
        Refusal("{\"widgets\":{}}", "/widgets: Should be array"),
        Refusal("{\"widgets\":[1]}", "/widgets/0: Should be object"),
        Refusal("{\"widgets\":[{}]}", "/widgets/0: Should have required property 'type'"),
        Refusal(
            "{\"widgets\":[{\"type\":\"chart\"}]}",
            "/widgets/0/type: Should be equal to one of the allowed values: metric, text, log, alarm, explorer, custom"),
        Refusal("{\"widgets\":[{\"type\":\"text\"}]}", "/widgets/0: Should have required property 'properties'"),
        Refusal(
            "{\"widgets\":[{\"type\":\"text\",\"properties\":{}}]}",
            "/widgets/0/properties: Should have required property 'markdown'"),
        Refusal(
            "{\"widgets\":[{\"type\":\"text\",\"x\":24,\"y\":0,\"properties\":{\"markdown\":\"\"}}]}",
            "/widgets/0/x: Should be <= 23"),
        Refusal(
            "{\"widgets\":[{\"type\":\"text\",\"x\":1,\"properties\":{\"markdown\":\"\"}}]}",
            "/widgets/0: Should have required property 'y'"),
        Refusal(
            "{\"widgets\":[{\"type\":\"text\",\"x\":20,\"y\":0,\"width\":5,\"properties\":{\"markdown\":\"\"}}]}",
            "/widgets/0: x and width together should be <= 24"),
        Refusal(
            "{\"widgets\":[{\"type\":\"text\",\"height\":0.5,\"properties\":{\"markdown\":\"\"}}]}",
            "/widgets/0/height: Should be integer"),
        Refusal(body("{}"), "/widgets/0/properties/metrics: Should be array"),
        Refusal(body("[{\"expression\":\"1\"}]"), "/widgets/0/properties/metrics/0: Should be array"),
        Refusal(
            body("[[\"Shop\",5]]"),
            "/widgets/0/properties/metrics/0/1: Invalid metric field type, only \"String\" type is allowed"),
        Refusal(
            body("[[\"Shop\",{},\"Orders\"]]"),
            "/widgets/0/properties/metrics/0/1: Invalid metric field type, only \"String\" type is allowed"),
        Refusal(body("[[\"Shop\"]]"), "/widgets/0/properties/metrics/0: Should NOT have fewer than 2 items"),
        Refusal(
            body("[[\"Shop\",\"Orders\",\"Table\"]]"),
            "/widgets/0/properties/metrics/0: The dimension 'Table' has no value; give names and values in pairs"),
        Refusal(
            body("[[\".\",\"Orders\"]]"),
            "/widgets/0/properties/metrics/0/0: There is nothing above that \".\" could stand for"),
        Refusal(
            body("[[\"...\",\"Orders\"]]"),
            "/widgets/0/properties/metrics/0/0: There is nothing above that \"...\" could stand for"),
        Refusal(
            body("[[\"Shop\",\"Orders\",{\"stat\":\"Total\"}]]"),
            "/widgets/0/properties/metrics/0/stat: 'Total' is no statistic; Sum or p99 is one"),
        Refusal(
            body("[[{\"expression\":\"m1+\"}]]"),
            "/widgets/0/properties/metrics: Error in expression 'row0' at character 4: a number, an id or a function is missing before 'the end'"
        ),
        Refusal(
            body("[[\"Shop\",\"Orders\"]]", "\"view\":\"gauge\""),
            "/widgets/0/properties/yAxis/left: Should have min and max for a gauge"),
        Refusal(
            body("[[\"Shop\",\"Orders\"]]", "\"yAxis\":{\"left\":{\"min\":1,\"max\":1}}"),
            "/widgets/0/properties/yAxis/left: min should be less than max"),
        Refusal(
            body("[[\"Shop\",\"Orders\"]]", "\"annotations\":{\"horizontal\":[{\"label\":\"a\"}]}"),
            "/widgets/0/properties/annotations/horizontal/0: Should have required property 'value'"),
        Refusal(
            body("[[\"Shop\",\"Orders\"]]", "\"annotations\":{\"horizontal\":[[{\"value\":1}]]}"),
            "/widgets/0/properties/annotations/horizontal/0: Should have 2 items, the edges of a band"),
        Refusal(
            "{\"widgets\":[{\"type\":\"metric\",\"properties\":{\"metrics\":[]}}]}",
            "/widgets/0/properties: Should have required property 'region'"),
        Refusal(
            "{\"widgets\":[{\"type\":\"metric\",\"properties\":{\"region\":\"r\"}}]}",
            "/widgets/0/properties: Should have required property 'metrics'"),
        Refusal(
            "{\"widgets\":[],\"start\":\"yesterday\"}",
            "/start: Should be a time as 2025-01-31T10:00:00.000Z or a time before now as -PT6H"),
        Refusal(
            "{\"widgets\":[],\"periodOverride\":\"no\"}",
            "/periodOverride: Should be equal to one of the allowed values: auto, inherit"),
    ]

    @Test(arguments: refusals) func isRefused(_ refusal: Refusal) {
        let reading = Dashboard.read(refusal.body)
        #expect(reading.dashboard == nil)
        #expect(reading.messages.map(\.description) == [refusal.message])
        #expect(reading.messages.count(where: \.isError) == 1)
    }

    @Test func everythingThatIsWrongIsNamed() {
        let reading = Dashboard.read(Self.body("[[\"Shop\"],[\"Shop\",1]]", "\"period\":0"))
        #expect(
            reading.refusal
                == "The dashboard body is invalid, there are 3 validation errors: /widgets/0/properties/period: Should be "
                + ">= 1; /widgets/0/properties/metrics/0: Should NOT have fewer than 2 items; "
                + "/widgets/0/properties/metrics/1/1: Invalid metric field type, only \"String\" type is allowed")
    }

    @Test func whatIsNotDrawnIsWarnedOf() throws {
        let reading = Dashboard.read(
            #"{"variables":[],"widgets":[{"type":"explorer","properties":{}}]}"#)
        #expect(reading.messages.map(\.dataPath) == ["/variables", "/widgets/0/properties"])
        #expect(reading.messages.allSatisfy { !$0.isError })
        #expect(try #require(reading.dashboard).widgets[0].content == .other("explorer"))
    }

    @Test func widgetsAreBounded() {
        let one = #"{"type":"text","x":0,"y":0,"properties":{"markdown":""}}"#
        func body(_ count: Int) -> String {
            "{\"widgets\":[\(Array(repeating: one, count: count).joined(separator: ","))]}"
        }
        #expect(Dashboard.read(body(500)).dashboard != nil)
        #expect(Dashboard.read(body(501)).refusal?.contains("Should NOT have more than 500 items") == true)
    }
}
