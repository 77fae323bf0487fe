public import Clocks
public import Items
import Storage
import Synchronization

/// A table's stream: every change of an item, kept for 24 hours.
///
/// Records are written by the table in the batch of the change itself. Each item belongs to one of the stream's lineages of
/// shards; within a lineage records stand in commit order, and sequence numbers rise over all of them. Shards roll over
/// every four hours; a disabled stream keeps its closed shards until their records are gone.
public final class ChangeStream: Sendable {
    /// How long records stay. AWS: 24 hours.
    public static let retention = Duration.seconds(24 * 3_600)
    /// Age at which a shard is closed and followed by a child. Users report about four hours; AWS says nothing.
    public static let shardDuration = Duration.seconds(4 * 3_600)
    /// Most lineages of one stream: a byte of the key names them.
    public static let lineageCountMax = 128

    /// A run of a lineage's records.
    public struct Shard: Sendable, Hashable {
        public var id: String
        /// The shard that this one followed; it may have been trimmed already.
        public var parentID: String?
        public var startingSequenceNumber: String
        /// Nil while the shard is open.
        public var endingSequenceNumber: String?
    }

    public let arn: String
    /// The ISO time at the end of the ARN.
    public let label: String
    public let tableName: String
    public let viewType: TableDefinition.StreamViewType
    public let keySchema: KeySchema
    public let createdAt: Timestamp
    /// What pipes read, side by side: an item's records are all in one of them.
    public let lineages: [ShardLineage]
    let number: UInt32
    let encoder: StreamRecordEncoder
    /// The last sequence given out; touched by the writer only, after the start.
    private let lastSequence: Atomic<UInt64>
    private let state: Mutex<StoredStream>

    init(_ stored: StoredStream, number: UInt32, arn: String, region: String, database: Database) throws {
        self.arn = arn
        label = stored.label
        tableName = stored.tableName
        viewType = stored.viewType
        keySchema = stored.keySchema
        createdAt = stored.createdAt
        self.number = number
        encoder = StreamRecordEncoder(streamARN: arn, region: region, viewType: stored.viewType)
        let lineages = try stored.lineageIDs.enumerated().map { place, id in
            try ShardLineage(id: id, stream: number, number: UInt8(place), database: database)
        }
        self.lineages = lineages
        let boundaries = stored.lineages.joined().map { max($0.first - 1, $0.last ?? 0) }
        lastSequence = Atomic((lineages.map(\.newestSequence) + boundaries).max() ?? 0)
        state = Mutex(stored)
    }

    /// As the catalog has it.
    var stored: StoredStream { state.withLock { $0 } }

    /// Takes note of a committed change.
    func publish(_ stored: StoredStream) { state.withLock { $0 = stored } }

    public var isEnabled: Bool { stored.disabledAt == nil }

    /// Records committed since the stream was made.
    public var recordCount: UInt64 { lineages.reduce(0) { $0 + $1.recordCount } }

    /// All shards, parents before children; closed ones stay for as long as their records.
    public var shards: [Shard] {
        stored.lineages.joined().map { shard in
            Shard(
                id: shard.id, parentID: shard.parentID, startingSequenceNumber: SequenceNumber.text(shard.first),
                endingSequenceNumber: shard.last.map { SequenceNumber.text($0) })
        }.sorted { $0.id < $1.id }
    }

    /// The shard with this id, and its lineage.
    func shard(_ id: String) -> (shard: StoredStream.Shard, lineage: ShardLineage)? {
        for (lineage, shards) in zip(lineages, stored.lineages) {
            if let shard = shards.first(where: { $0.id == id }) { return (shard, lineage) }
        }
        return nil
    }

    /// The id of the shard that holds a lineage's record.
    public func shardID(of sequence: UInt64, in lineage: ShardLineage) -> String {
        guard let place = lineages.firstIndex(where: { $0 === lineage }) else { return lineage.id }
        return stored.lineages[place].last { $0.first <= sequence }?.id ?? lineage.id
    }

    /// The first sequences of a lineage's shards, in order.
    public func shardStarts(of lineage: ShardLineage) -> [UInt64] {
        guard let place = lineages.firstIndex(where: { $0 === lineage }) else { return [] }
        return stored.lineages[place].map(\.first)
    }

    /// Adds the record of a change to the transaction that makes it. Called by the writer only.
    func append(
        _ change: StreamRecordEncoder.Change, itemKey: UInt64, partitionKey: UInt64, arrival: Timestamp,
        to transaction: Transaction
    ) throws -> AppendedRecord {
        let sequence = nextSequence()
        let lineage = lineages[Int(partitionKey % UInt64(lineages.count))]
        return try lineage.append(sequence: sequence, itemKey: itemKey, arrival: arrival, to: transaction) {
            try encoder.append(
                change, id: encoder.eventID(sequence), sequence: sequence, arrival: arrival, to: &$0)
        }
    }

    private func nextSequence() -> UInt64 { lastSequence.wrappingAdd(1, ordering: .relaxed).newValue }

    // MARK: Shards' lives, by the writer only

    /// The stream with every open shard closed and, unless it ends, followed by a child.
    ///
    /// A sequence is given to the cut itself, so that no shard is without one.
    func rolledOver(at now: Timestamp, ends: Bool = false) -> StoredStream {
        var stored = stored
        let cut = nextSequence()
        for place in stored.lineages.indices {
            guard let index = stored.lineages[place].indices.last, stored.lineages[place][index].last == nil else {
                continue
            }
            stored.lineages[place][index].last = cut
            stored.lineages[place][index].closedAt = now
            if !ends {
                let parentID = stored.lineages[place][index].id
                stored.lineages[place].append(
                    .init(
                        id: Self.shardID(stream: arn, lineage: place, first: cut + 1, now: now, parentID: parentID),
                        parentID: parentID, first: cut + 1, last: nil, closedAt: nil))
            }
        }
        if ends { stored.disabledAt = now }
        return stored
    }

    /// Whether the open shards are older than ``shardDuration``.
    func isDueForRollOver(at now: Timestamp) -> Bool {
        let stored = stored
        guard stored.disabledAt == nil else { return false }
        let opened = stored.lineages.compactMap(\.last).map { shard in
            stored.lineages.joined().first { $0.id == shard.parentID }?.closedAt ?? stored.createdAt
        }
        return opened.contains { now - $0 >= Self.shardDuration }
    }

    /// A new stream's description.
    static func new(
        table: String, label: String, viewType: TableDefinition.StreamViewType, keySchema: KeySchema, lineageCount: Int,
        now: Timestamp
    ) -> StoredStream {
        let ids = (0..<lineageCount).map { shardID(stream: "\(table)/\(label)", lineage: $0, first: 1, now: now) }
        return StoredStream(
            tableName: table, label: label, viewType: viewType, keySchema: keySchema, createdAt: now, disabledAt: nil,
            lineages: ids.map { [.init(id: $0, parentID: nil, first: 1, last: nil, closedAt: nil)] }, lineageIDs: ids)
    }

    /// 20 digits, which on AWS read as the time of creation in milliseconds, and eight hexadecimal digits.
    ///
    /// - Parameter parentID: stands before it in the order of ids, in which clients page, whatever the clock says.
    private static func shardID(
        stream: String, lineage: Int, first: UInt64, now: Timestamp, parentID: String? = nil
    ) -> String {
        let parent = parentID.flatMap { Int64($0.dropFirst("shardId-".count).prefix(20)) }
        let milliseconds = String(max(now.milliseconds, parent.map { $0 + 1 } ?? 0))
        let suffix = String(StableHash.of("\(stream)/\(lineage)/\(first)".utf8) & 0xffff_ffff, radix: 16)
        return "shardId-\(String(repeating: "0", count: 20 - milliseconds.count))\(milliseconds)-"
            + String(repeating: "0", count: 8 - suffix.count) + suffix
    }

    // MARK: GetRecords

    /// The bytes of a stored record as GetRecords answers them.
    func answered(_ json: RawSpan) -> [UInt8] { encoder.answered(json) }
}

extension StoredStream {
    /// The stream without the shards whose records have all been trimmed; nil when that changes nothing.
    func trimmed(before oldest: Timestamp) -> StoredStream? {
        var trimmed = self
        for place in lineages.indices {
            trimmed.lineages[place].removeAll { $0.closedAt.map { $0 < oldest } ?? false }
        }
        return trimmed.lineages == lineages ? nil : trimmed
    }
}
