public import Clocks
import Items
import Storage

/// A table's items in the form of its stream's records, each as if it had just been inserted: for handing what a table
/// holds to a reader of its stream.
///
/// A record's event id follows from the item's key and a number that whoever reads chooses: one item has the same id each
/// time it is read with the same number.
public struct ItemRecords: Sendable {
    /// One item's record, and where the item stands in the table.
    public struct Record: Sendable {
        /// The stored key: rises from record to record.
        public var key: [UInt8]
        /// As of the stream's own records of the item.
        public var itemKey: UInt64
        /// The record as a function receives it.
        public var json: [UInt8]
    }

    private let database: Database
    private let table: TableKeys
    private let keySchema: KeySchema
    private let encoder: StreamRecordEncoder
    private let seed: UInt64

    /// - Throws: ``TableError`` when the table is being deleted.
    init(_ table: Table, _ stream: ChangeStream, seed: UInt64) throws {
        database = table.database
        self.table = try table.schema.keys
        keySchema = stream.keySchema
        encoder = stream.encoder
        self.seed = StableHash.mix(seed)
    }

    /// Up to `limit` items behind a stored key, in the order of the keys; behind an empty one, from the first on. A
    /// page ends with the record that brings it to as many bytes as GetRecords answers.
    ///
    /// - Parameters:
    ///   - sequence: that of the first record; each further one has the next.
    ///   - now: when the records arise.
    public func page(
        after key: [UInt8], firstSequence sequence: UInt64, limit: Int, now: Timestamp
    ) throws -> [Record] {
        var records: [Record] = []
        var bytes = 0
        let range = table.range
        try database.scan(.items, from: key.isEmpty ? range.from : key + [0], to: range.to) { key, value in
            guard records.count < limit else { return false }
            let next = try record(key.bytes(), StoredItem(json: value.bytes()), sequence + UInt64(records.count), now)
            bytes += next.json.count
            records.append(next)
            return records.count < limit && bytes < ChangeStream.recordsBytesMax
        }
        return records
    }

    /// The item with a stored key; nil when it is gone.
    public func record(_ key: [UInt8], sequence: UInt64, now: Timestamp) throws -> Record? {
        try database.get(.items, key).map { try record(key, StoredItem(json: $0), sequence, now) }
    }

    /// How many items there are. Reads all of them, and lets others have their turn.
    public func count() async throws -> Int {
        var (count, from) = (0, table.range.from)
        while true {
            try Task.checkCancellation()
            var last: [UInt8]?
            var rest = Self.countedAtOnce
            try database.scan(.items, from: from, to: table.range.to) { key, _ in
                rest -= 1
                if rest == 0 { last = key.bytes() }
                return rest > 0
            }
            count += Self.countedAtOnce - rest
            guard let last else { return count }
            from = last + [0]
            await Task.yield()
        }
    }

    /// Items counted before others have their turn. Ours: a short piece of work.
    private static let countedAtOnce = 10_000

    private func record(_ key: [UInt8], _ stored: StoredItem, _ sequence: UInt64, _ now: Timestamp) throws -> Record {
        let (stored, item) = try stored.read()
        let high = StableHash.of(key, seed: seed)
        var json: [UInt8] = []
        try encoder.append(
            .init(keys: try keySchema.key(of: item), old: nil, new: stored, origin: .client),
            id: EventID(high: high, low: StableHash.of(key, seed: StableHash.mix(seed))), sequence: sequence,
            arrival: now, to: &json)
        return Record(key: key, itemKey: StableHash.of(key), json: json)
    }
}

extension Table {
    /// All items as records of the table's stream.
    ///
    /// - Parameter seed: tells one reading of all items from another.
    /// - Throws: ``TableError`` when the table is being deleted.
    public func itemRecords(of stream: ChangeStream, seed: UInt64) throws -> ItemRecords {
        try ItemRecords(self, stream, seed: seed)
    }

    /// A UUID: another for a table that is made again under the same name.
    public var id: String { get throws { try schema.stored.id } }
}
