import Alarms
import Clocks
import Testing

@testable import Monitoring

/// What becomes of a template's alarms and dashboards at the next start.
@Suite struct TemplateMonitoringTests {
    private let open: OpenAlarms

    init() throws { open = try OpenAlarms() }

    /// A start with a template of these alarms and dashboards.
    private func start(_ alarms: [AlarmDefinition], dashboards: [String: String] = [:]) async throws {
        try open.restart()
        let template = TemplateMonitoring(
            alarms: open.alarms, dashboards: open.dashboards, database: open.database, writer: open.writer)
        try await template.open(
            alarms.map { .init($0, arn: OpenAlarms.arn($0.name)) },
            dashboards.map { .init(name: $0.key, body: $0.value) })
    }

    private var names: [String] { open.alarms.all.map(\.definition.name) }

    @Test func anUnchangedAlarmKeepsItsStateAndWritesNoHistory() async throws {
        let definition = try OpenAlarms.definition { $0.alarmActions = [OpenAlarms.topic] }
        try await start([definition])
        try await open.put([-30: 5])
        await open.evaluate(at: 0)
        #expect(open.state() == .alarm)
        let alarm = try #require(open.alarms["orders"])
        let history = try open.history()
        open.time.advance(by: .seconds(20))
        try await start([definition])
        #expect(open.alarms["orders"] == alarm)
        #expect(try open.history() == history)
    }

    @Test func aChangedAlarmIsUpdatedAsPutMetricAlarmDoes() async throws {
        try await start([try OpenAlarms.definition()])
        _ = try await open.alarms.set("orders", .ok, reason: "a test", reasonData: nil)
        open.time.advance(by: .seconds(20))
        let changed = try OpenAlarms.definition { $0.threshold = 7 }
        try await start([changed])
        let alarm = try #require(open.alarms["orders"])
        #expect(alarm.definition == changed)
        #expect(alarm.state == .ok)
        #expect(alarm.configurationUpdated == open.time.now())
        let items = try open.history()
        #expect(items.map(\.summary).last == "Alarm \"orders\" updated")
        #expect(items.map(\.kind) == [.configurationUpdate, .stateUpdate, .configurationUpdate])
    }

    @Test func whatTheTemplateNoLongerHasGoesAndWhatTheAPIMadeStays() async throws {
        let (kept, former) = (try OpenAlarms.definition("kept"), try OpenAlarms.definition("former"))
        try await open.define("made")
        try await open.dashboards.put("made", body: "{}")
        try await start([kept, former], dashboards: ["kept": "{}", "former": "{}"])
        #expect(names == ["former", "kept", "made"])
        try await start([kept], dashboards: ["kept": "{}"])
        #expect(names == ["kept", "made"])
        #expect(try open.dashboards.list().map(\.name) == ["kept", "made"])
        #expect(try open.history("former").last?.summary == "Alarm \"former\" deleted")
        // A second time changes nothing, and none at all takes the rest away.
        try await start([kept], dashboards: ["kept": "{}"])
        #expect(names == ["kept", "made"])
        try await start([])
        #expect(names == ["made"])
        #expect(try open.dashboards.list().map(\.name) == ["made"])
    }

    @Test func whatWasTheTemplatesOnceIsTheAPIsWhenThatMakesItAnew() async throws {
        let definition = try OpenAlarms.definition()
        try await start([definition], dashboards: ["orders": "{}"])
        try await start([])
        try await open.define()
        try await open.dashboards.put("orders", body: "{}")
        try await start([])
        #expect(names == ["orders"])
        #expect(try open.dashboards.list().map(\.name) == ["orders"])
    }

    @Test func whatTheAPIDidToATemplatesAlarmLastsUntilTheNextStart() async throws {
        let definition = try OpenAlarms.definition()
        try await start([definition])
        try await open.define { $0.threshold = 100 }
        try await start([definition])
        #expect(open.alarms["orders"]?.definition == definition)
        try await open.alarms.delete(["orders"])
        try await start([definition])
        #expect(names == ["orders"])
    }

    @Test func anUnchangedDashboardIsNotPutAnew() async throws {
        try await start([], dashboards: ["orders": "{}"])
        let before = try #require(try open.dashboards.dashboard("orders"))
        open.time.advance(by: .seconds(20))
        try await start([], dashboards: ["orders": "{}"])
        #expect(try open.dashboards.dashboard("orders") == before)
        try await start([], dashboards: ["orders": #"{"widgets":[]}"#])
        #expect(try open.dashboards.dashboard("orders")?.changedAt == open.time.now())
    }
}
