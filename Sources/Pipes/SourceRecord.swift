public import Clocks

/// One stream record as a pipe sees it.
public struct SourceRecord: Sendable, Hashable {
    /// Place in the shard: rises with each record, not contiguous.
    public var sequence: UInt64
    /// Equal for all records of one item, so that a lane can be chosen without reading the record.
    public var itemKey: UInt64
    /// The first sequence of the record's shard. It tells the shards of a lineage apart.
    public var shardStart: UInt64
    /// When the write arrived.
    public var arrival: Timestamp
    /// The record exactly as the function receives it.
    public var json: [UInt8]

    public init(sequence: UInt64, itemKey: UInt64, shardStart: UInt64 = 0, arrival: Timestamp, json: [UInt8]) {
        self.sequence = sequence
        self.itemKey = itemKey
        self.shardStart = shardStart
        self.arrival = arrival
        self.json = json
    }

    /// Where the event's id stands in ``json``: every record begins `{"eventID":"` and ids are 32 characters long.
    static let eventIDRange = 12..<44

    /// The record's identifier, the same on every delivery.
    public var eventID: String {
        json.count >= Self.eventIDRange.upperBound ? String(decoding: json[Self.eventIDRange], as: UTF8.self) : ""
    }
}
