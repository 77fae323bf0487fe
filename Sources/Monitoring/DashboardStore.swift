public import Clocks
public import Storage

/// A dashboard as it was put.
public struct StoredDashboard: Codable, Sendable, Hashable {
    /// JSON.
    public var body: String
    public var changedAt: Timestamp
}

/// The dashboards of an engine, kept in the data folder.
public struct DashboardStore: Sendable {
    private let catalog: Catalog
    private let time: any TimeSource

    public init(database: Database, writer: GroupCommitWriter, time: any TimeSource) {
        catalog = Catalog(database: database, writer: writer)
        self.time = time
    }

    /// A dashboard without its body, which may have a megabyte.
    public struct Listed: Sendable, Hashable {
        public var name: String
        public var changedAt: Timestamp
        /// Of its body.
        public var sizeBytes: Int
    }

    /// In the order of their names.
    public func list() throws -> [Listed] {
        var listed: [Listed] = []
        try catalog.visit(.dashboard, as: StoredDashboard.self) { name, entry in
            let dashboard = entry.description
            listed.append(Listed(name: name, changedAt: dashboard.changedAt, sizeBytes: dashboard.body.utf8.count))
        }
        return listed
    }

    public func dashboard(_ name: String) throws -> StoredDashboard? {
        try catalog.entry(.dashboard, name, as: StoredDashboard.self)?.description
    }

    /// Stores a body, which must have been checked.
    public func put(_ name: String, body: String) async throws {
        try await catalog.put(.dashboard, name, StoredDashboard(body: body, changedAt: time.now()))
    }

    /// - Returns: whether there was one.
    public func remove(_ name: String) async throws -> Bool { try await catalog.remove(.dashboard, name) }
}
