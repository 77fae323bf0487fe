import Clocks
public import Foundation

/// What a dead letter's pointers lead to: the records themselves and how they came to fail.
///
/// The message of AWS holds pointers into the stream alone, which forgets the records after 24 hours, while the queue keeps
/// the message for up to 14 days. These are kept with the message and for as long.
public struct DeadRecords: Codable, Sendable, Hashable {
    public struct Record: Codable, Sendable, Hashable {
        public var sequence: UInt64
        /// Equal for all records of one item.
        public var itemKey: UInt64
        /// The record as the function receives it.
        public var json: Data
    }

    public var pipe: String
    /// The first shard of the lineage that the records are in.
    public var shardID: String
    public var records: [Record]
    /// What the target said last, or what kept the records from it; nil when they were never tried.
    public var lastError: String?
    /// The target's name for the last call.
    public var requestID: String?
    /// Failed attempts; 0 when none reached the target.
    public var attempts: Int

    init(_ records: [SourceRecord], pipe: String, shard: any StreamShard, _ failure: PipeFailure?) {
        self.pipe = pipe
        shardID = shard.shardID
        self.records = records.map { Record(sequence: $0.sequence, itemKey: $0.itemKey, json: Data($0.json)) }
        lastError = failure?.reason
        requestID = failure?.requestID
        attempts = failure?.attempts ?? 0
    }
}
