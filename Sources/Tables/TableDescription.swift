public import Clocks

/// What DescribeTable answers.
public struct TableDescription: Sendable {
    public enum Status: String, Sendable {
        case creating = "CREATING"
        case active = "ACTIVE"
        case updating = "UPDATING"
        case deleting = "DELETING"
    }

    public struct Index: Sendable {
        public var definition: TableDefinition.Index
        public var arn: String
        public var status: Status
        /// Whether items that are older than the index are being added.
        public var isBackfilling: Bool
        public var itemCount: Int
        public var sizeBytes: Int
    }

    public struct Stream: Sendable {
        public var arn: String
        /// The ISO time at the end of the ARN.
        public var label: String
        public var viewType: TableDefinition.StreamViewType
    }

    public var definition: TableDefinition
    public var arn: String
    /// A UUID.
    public var id: String
    public var createdAt: Timestamp
    /// When the table was last made or switched to on demand; nil for one that never was.
    public var onDemandSince: Timestamp?
    /// When the table's class was last set by an update; nil for one that is still the first.
    public var tableClassChangedAt: Timestamp?
    public var status: Status
    /// As counted last: see ``TableStatistics``.
    public var itemCount: Int
    public var sizeBytes: Int
    /// In the order of the definition.
    public var indexes: [Index]
    /// The latest stream, also when it is disabled.
    public var stream: Stream?
    /// Whether items are being listed for their expiry.
    public var isTimeToLiveEnabling: Bool
}

extension Table {
    /// The table as it is now.
    public func description() throws -> TableDescription {
        let schema = try schema
        let counts = try statistics.counts(of: schema, database)
        let stored = schema.stored
        let indexes = zip(stored.definition.indexes, stored.indexes).map { definition, index in
            let count = counts.indexes[index.number] ?? TableStatistics.Count()
            return TableDescription.Index(
                definition: definition, arn: "\(arn)/index/\(definition.name)",
                status: index.isBuilding ? .creating : .active, isBackfilling: index.isBuilding,
                itemCount: count.items, sizeBytes: count.bytes)
        }
        return TableDescription(
            definition: stored.definition, arn: arn, id: stored.id, createdAt: stored.createdAt,
            onDemandSince: stored.onDemandSince, tableClassChangedAt: stored.tableClassChangedAt,
            status: indexes.contains { $0.isBackfilling } ? .updating : .active, itemCount: counts.table.items,
            sizeBytes: counts.table.bytes, indexes: indexes,
            stream: latestStream(stored).map { .init(arn: $0.arn, label: $0.label, viewType: $0.viewType) },
            isTimeToLiveEnabling: stored.isTimeToLiveBuilding)
    }
}
