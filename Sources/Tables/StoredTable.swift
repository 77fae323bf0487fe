import Clocks
import Items

/// A table as the catalog keeps it. The entry's number stands for the table in keys.
struct StoredTable: Codable, Sendable, Hashable {
    /// An index and how far it is built.
    struct Index: Codable, Sendable, Hashable {
        /// Stands for the index in keys. Never given again within a table, so that a new index inherits no old entries.
        var number: UInt16
        var name: String
        /// Whether items that are older than the index may still be missing from it.
        var isBuilding: Bool
    }

    var definition: TableDefinition
    /// The TableId that clients see.
    var id: String
    var createdAt: Timestamp
    /// In the order of the definition's indexes.
    var indexes: [Index]
    var nextIndexNumber: UInt16
    /// The end of the latest stream's ARN, also when that is disabled.
    var streamLabel: String?
    /// Stands for the order of expiry in keys, one number for each time that it is turned on; nil without time to live.
    var timeToLiveNumber: UInt16?
    /// Whether items that are older than the time-to-live setting may still be missing from the list of expiries.
    var isTimeToLiveBuilding: Bool
    /// When the table was last made or switched to on demand; nil for one that never was.
    var onDemandSince: Timestamp?
    /// When UpdateTable last set the table's class; nil for a class that is still the first.
    var tableClassChangedAt: Timestamp?
    /// When time to live was last turned on or off.
    var timeToLiveChangedAt: Timestamp?

    /// A number for a new index or a new order of expiry.
    ///
    /// - Throws: `limitExceeded` once all have been given.
    mutating func newIndexNumber() throws(TableError) -> UInt16 {
        guard nextIndexNumber < .max else {
            throw TableError(
                .limitExceeded,
                "The table \(definition.name) has been given indexes or time to live \(UInt16.max) times; "
                    + "create it anew to give it more.")
        }
        defer { nextIndexNumber += 1 }
        return nextIndexNumber
    }

    /// Turns time to live on under a new number, or off.
    ///
    /// - Parameters:
    ///   - attribute: nil turns it off.
    ///   - isBuilding: whether there may be items already.
    /// - Throws: as ``newIndexNumber()`` does; nothing is changed then.
    mutating func setTimeToLive(_ attribute: String?, isBuilding: Bool) throws(TableError) {
        var number: UInt16?
        if attribute != nil { number = try newIndexNumber() }
        timeToLiveNumber = number
        definition.timeToLiveAttribute = attribute
        isTimeToLiveBuilding = attribute != nil && isBuilding
    }
}

/// A stream as the catalog keeps it, under `TABLE/LABEL`. The entry's number stands for the stream in keys.
struct StoredStream: Codable, Sendable {
    /// A shard: a run of a lineage's records.
    struct Shard: Codable, Sendable, Hashable {
        var id: String
        var parentID: String?
        /// The first sequence that may be in it.
        var first: UInt64
        /// The last one; nil while it is open.
        var last: UInt64?
        var closedAt: Timestamp?
    }

    var tableName: String
    var label: String
    var viewType: TableDefinition.StreamViewType
    var keySchema: KeySchema
    var createdAt: Timestamp
    var disabledAt: Timestamp?
    /// The shards of each lineage, oldest first; at least one each while the stream is enabled.
    var lineages: [[Shard]]
    /// Names the lineages for whoever keeps a place in one: the id of its first shard, kept when that is gone.
    var lineageIDs: [String]
}
