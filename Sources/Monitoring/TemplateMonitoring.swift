public import Alarms
public import Storage

/// The alarms and dashboards of a template, which are put anew at each start.
///
/// Their names are remembered in the data folder: what a former template has put and this one no longer has goes, and what
/// the API has made stays. A name that both have is the template's.
public struct TemplateMonitoring: Sendable {
    public struct Alarm: Sendable {
        public let definition: AlarmDefinition
        public let arn: String

        public init(_ definition: AlarmDefinition, arn: String) {
            self.definition = definition
            self.arn = arn
        }
    }

    public struct Dashboard: Sendable {
        public let name: String
        /// JSON.
        public let body: String

        public init(name: String, body: String) {
            self.name = name
            self.body = body
        }
    }

    private let alarms: AlarmStore
    private let dashboards: DashboardStore
    private let catalog: Catalog

    public init(alarms: AlarmStore, dashboards: DashboardStore, database: Database, writer: GroupCommitWriter) {
        self.alarms = alarms
        self.dashboards = dashboards
        catalog = Catalog(database: database, writer: writer)
    }

    /// Brings alarms and dashboards to what a template says. What is so already is not touched.
    ///
    /// - Throws: ``TooManyAlarms``, and what the store throws.
    public func open(_ newAlarms: [Alarm], _ newDashboards: [Dashboard]) async throws {
        try await replace("alarms", newAlarms, name: \.definition.name) { names in
            try await alarms.delete(names)
        } put: { alarm in
            try await alarms.put(alarm.definition, arn: alarm.arn)
        }
        try await replace("dashboards", newDashboards, name: \.name) { names in
            for name in names { _ = try await dashboards.remove(name) }
        } put: { dashboard in
            guard try dashboards.dashboard(dashboard.name)?.body != dashboard.body else { return }
            try await dashboards.put(dashboard.name, body: dashboard.body)
        }
    }

    private func replace<Entry>(
        _ kind: String, _ entries: [Entry], name: KeyPath<Entry, String>, remove: ([String]) async throws -> Void,
        put: (Entry) async throws -> Void
    ) async throws {
        let former = Set(try catalog.entry(.template, kind, as: [String].self)?.description ?? [])
        let names = Set(entries.map { $0[keyPath: name] })
        // Remembered before they are put: should the process die in between, the next start still knows whose they are.
        if !names.isSubset(of: former) { try await catalog.put(.template, kind, former.union(names).sorted()) }
        let gone = former.subtracting(names)
        try await remove(gone.sorted())
        for entry in entries { try await put(entry) }
        if !gone.isEmpty { try await catalog.put(.template, kind, names.sorted()) }
    }
}
