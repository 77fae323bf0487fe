public import Clocks
import Items
public import Storage

/// Brings the tables of an older layout into today's.
///
/// Layout 1 knew tables from a template only, without settings but keys, indexes and stream; a stream had one shard, whose
/// records lay under the table's number. Every step may be repeated, so a migration that was cut off begins again.
public enum LayoutMigration {
    /// Most records in one of the writer's jobs; one of large records ends at `TableStore.bytesPerJob` before that.
    private static let recordsPerJob = 500

    /// Rewrites what is older than layout 2. The caller marks the folder afterwards.
    ///
    /// - Throws: `StorageError` when the store cannot be read or written.
    public static func run(_ database: Database, writer: GroupCommitWriter, now: Timestamp) async throws {
        let catalog = Catalog(database: database, writer: writer)
        for (name, entry) in try catalog.entries(.table, as: TableOfAnyLayout.self) {
            guard let old = entry.description.layout1 else { continue }
            if let stream = old.storedStream(table: name, now: now) {
                let number = try await catalog.put(.stream, "\(name)/\(stream.label)", stream).number
                try await moveRecords(from: entry.number, to: number, database, writer)
            }
            // Last: a table in its new form is done with.
            try await catalog.put(.table, name, TableOfAnyLayout(old.storedTable(name: name, now: now)))
        }
    }

    /// Records get the lineage and the ordinal that they had by being the n-th of the only shard.
    ///
    /// The mark of what had been trimmed before the first of them goes with the first job, so that a migration that begins
    /// again does not take what has been moved for trimmed.
    private static func moveRecords(
        from table: UInt32, to stream: UInt32, _ database: Database, _ writer: GroupCommitWriter
    ) async throws {
        var from: [UInt8] = []
        from.appendBigEndian(table)
        let end = KeyRange.end(ofPrefix: from)
        while true {
            var records: [(key: [UInt8], value: [UInt8])] = []
            var bytes = 0
            try database.scan(.streams, from: from, to: end) { key, value in
                records.append((key.bytes(), value.bytes()))
                bytes += value.byteCount
                return records.count < recordsPerJob && bytes < TableStore.bytesPerJob
            }
            guard let last = records.last else { return }
            from = last.key + [0]
            let moved = records
            try await writer.commit(admission: .always) { transaction in
                let markKey = ShardLineage.key(stream, 0, 0)
                if let first = moved.first, try transaction.get(.streams, markKey) == nil {
                    let trimmed = UInt64(bigEndianBytes: first.key[4...]) - 1
                    transaction.put(.streams, markKey, ShardLineage.mark(sequence: trimmed, ordinal: trimmed))
                }
                for (key, value) in moved {
                    let sequence = UInt64(bigEndianBytes: key[4...])
                    var new = Array(value[..<16])
                    new.appendBigEndian(sequence)
                    new.append(contentsOf: value[16...])
                    transaction.put(.streams, ShardLineage.key(stream, 0, sequence), new)
                    transaction.delete(.streams, key)
                }
            }
        }
    }
}

/// A table's entry, read only where it is of layout 1 and written as today's. One type for both, because replacing an entry
/// reads the old one for its number.
private struct TableOfAnyLayout: Codable, Sendable {
    let layout1: TableOfLayout1?
    private let table: StoredTable?

    init(_ table: StoredTable) { (layout1, self.table) = (nil, table) }

    init(from decoder: any Decoder) throws {
        layout1 = try? TableOfLayout1(from: decoder)
        table = layout1 == nil ? try StoredTable(from: decoder) : nil
    }

    func encode(to encoder: any Encoder) throws {
        if let table { try table.encode(to: encoder) } else { try layout1?.encode(to: encoder) }
    }
}

/// A table as layout 1 kept it.
private struct TableOfLayout1: Codable, Sendable {
    struct Index: Codable, Sendable {
        let name: String
        let keys: KeySchema
    }

    struct Stream: Codable, Sendable {
        let viewType: TableDefinition.StreamViewType
        let label: String
        let shardID: String
    }

    let keys: KeySchema
    let indexes: [Index]
    let stream: Stream?

    func storedTable(name: String, now: Timestamp) -> StoredTable {
        StoredTable(
            definition: TableDefinition(
                name: name, keySchema: keys, indexes: indexes.map { .init(name: $0.name, keySchema: $0.keys) },
                streamViewType: stream?.viewType),
            id: TableStore.newID(), createdAt: now,
            indexes: indexes.enumerated().map { .init(number: UInt16($0), name: $1.name, isBuilding: false) },
            nextIndexNumber: UInt16(indexes.count), streamLabel: stream?.label, isTimeToLiveBuilding: false,
            onDemandSince: now)
    }

    func storedStream(table: String, now: Timestamp) -> StoredStream? {
        stream.map { stream in
            StoredStream(
                tableName: table, label: stream.label, viewType: stream.viewType, keySchema: keys, createdAt: now,
                disabledAt: nil,
                lineages: [[.init(id: stream.shardID, parentID: nil, first: 1, last: nil, closedAt: nil)]],
                lineageIDs: [stream.shardID])
        }
    }
}
