public import Clocks

/// A dashboard's body, as PutDashboard takes it.
public struct Dashboard: Hashable, Sendable {
    /// Most widgets (CloudWatch's documentation).
    public static let widgetsMax = 500
    /// Longest body, bytes. Ours: 500 widgets with all they can have stay below, and read, it takes some fifty times its room.
    static let bytesMax = 1 << 20

    public enum PeriodOverride: String, CaseIterable, Hashable, Sendable { case auto, inherit }

    public let widgets: [Widget]
    /// Where its time begins and ends, as it was given.
    public let start: DashboardTime?
    public let end: DashboardTime?
    /// Whether widgets' periods give way to the time that is shown.
    public let periodOverride: PeriodOverride

    /// What the dashboard shows at a moment: three hours when it does not say.
    public func range(at now: Timestamp) -> Range<Timestamp> {
        let end = end?.moment(at: now) ?? now
        let start = start?.moment(at: now) ?? end - .seconds(3 * 3_600)
        return start < end ? start..<end : (end - .seconds(3 * 3_600))..<end
    }

    /// Reads a body. Nothing is refused that AWS takes; what is not drawn here gets a warning.
    public static func read(_ body: String) -> DashboardReading {
        var reader = BodyReader()
        guard body.utf8.count <= bytesMax else {
            reader.error("", "The field DashboardBody must have at most \(bytesMax) bytes")
            return DashboardReading(nil, reader)
        }
        guard case .object(let members)? = JSONValue(body) else {
            reader.error("", "The field DashboardBody must be a valid JSON object")
            return DashboardReading(nil, reader)
        }
        let dashboard = Dashboard(members, &reader)
        return DashboardReading(dashboard, reader)
    }

    private init(_ members: BodyReader.Members, _ reader: inout BodyReader) {
        start = Self.time("start", in: members, &reader)
        end = Self.time("end", in: members, &reader)
        periodOverride = reader.choice("periodOverride", in: members, "", PeriodOverride.self) ?? .auto
        if let variables = reader.array("variables", in: members, "") {
            if variables.count > 25 { reader.error("/variables", "Should NOT have more than 25 items") }
            reader.warn("/variables", "Variables are kept and have no effect here")
        }
        guard members["widgets"] != nil else {
            reader.missing("", "widgets")
            widgets = []
            return
        }
        let elements = reader.array("widgets", in: members, "") ?? []
        guard elements.count <= Self.widgetsMax else {
            reader.error("/widgets", "Should NOT have more than \(Self.widgetsMax) items")
            widgets = []
            return
        }
        let read = elements.enumerated().compactMap { Widget.read($1, "/widgets/\($0)", &reader) }
        widgets = GridLayout.place(read)
    }

    private static func time(
        _ name: String, in members: BodyReader.Members, _ reader: inout BodyReader
    ) -> DashboardTime? {
        guard let text = reader.string(name, in: members, "") else { return nil }
        if let time = DashboardTime(text) { return time }
        reader.error("/\(name)", "Should be a time as 2025-01-31T10:00:00.000Z or a time before now as -PT6H")
        return nil
    }
}
