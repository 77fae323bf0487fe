import Clocks
import Foundation
import Gateway
import Tables

/// The last changes of a table's items, as its stream holds them.
struct RecentChanges {
    struct Request: Decodable { var limit: Int? }

    /// A stream record, one of the answer of `POST /_sluice/tables/NAME/changes`.
    struct Change: Encodable {
        var sequenceNumber: String
        /// Milliseconds since 1970.
        var timestamp: Int64
        /// The item's key, such as `orderId=A-1 timestamp=1`.
        var keys: String
        /// The record as a function receives it.
        var record: String
    }

    let table: Table
    /// Most bytes of records in one answer, of whatever shards they are. Ours: bounded memory.
    var bytesMax = PageLimit.bytesMax

    /// The newest first; at least one where there is one.
    func page(_ request: Request) throws -> [Change] {
        guard let stream = table.stream else {
            throw ControlError("the table \(table.name) has no stream, so its changes are not kept.")
        }
        let limit = PageLimit.of(request.limit)
        // The next one of each shard. Only the records of the answer themselves are read.
        var places: [(lineage: ShardLineage, sequence: UInt64)] = []
        for lineage in stream.lineages {
            if let newest = try lineage.newestSequence(before: .max) { places.append((lineage, newest)) }
        }
        var changes: [Change] = []
        var sizeBytes = 0
        while changes.count < limit,
            let index = places.indices.max(by: { places[$0].sequence < places[$1].sequence })
        {
            let (lineage, sequence) = places[index]
            guard let record = try lineage.newestRecords(before: sequence + 1, limit: 1).first else {
                // Trimmed meanwhile, with all that is older.
                places.remove(at: index)
                continue
            }
            sizeBytes += record.json.count
            guard changes.isEmpty || sizeBytes <= bytesMax else { break }
            changes.append(
                Change(
                    sequenceNumber: SequenceNumber.text(record.sequence), timestamp: record.arrival.milliseconds,
                    keys: RecordImages(Data(record.json)).keysText, record: String(decoding: record.json, as: UTF8.self)
                ))
            if let older = try lineage.newestSequence(before: sequence) {
                places[index].sequence = older
            } else {
                places.remove(at: index)
            }
        }
        return changes
    }
}
