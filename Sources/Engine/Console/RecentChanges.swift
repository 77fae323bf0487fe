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

    /// The newest first.
    func page(_ request: Request) throws -> [Change] {
        guard let stream = table.stream else {
            throw ControlError("the table \(table.name) has no stream, so its changes are not kept.")
        }
        let limit = PageLimit.of(request.limit)
        let newest = try stream.lineages.flatMap { try $0.newestRecords(limit: limit) }
            .sorted { $0.sequence > $1.sequence }
        return newest.prefix(limit).map { record in
            Change(
                sequenceNumber: SequenceNumber.text(record.sequence), timestamp: record.arrival.milliseconds,
                keys: RecordImages(Data(record.json)).keysText, record: String(decoding: record.json, as: UTF8.self))
        }
    }
}
