import Foundation
public import Items
import Storage

/// What is known of the items of one hash key.
extension Table {
    /// Whether the table holds an item with this hash key. One seek.
    public func holdsItem(hashKey value: AttributeValue) throws -> Bool {
        let schema = try schema
        let prefix = try schema.keys.partition(of: [schema.definition.keySchema.hashKey.name: value])
        var isFound = false
        try database.scan(.items, from: prefix, to: KeyRange.end(ofPrefix: prefix)) { _, _ in
            isFound = true
            return false
        }
        return isFound
    }

    /// The records of this hash key's items that the stream still holds, in order, and whether there are older ones that
    /// have no room.
    ///
    /// Looks through the lineage that they are in: about a million records in two seconds.
    ///
    /// - Parameters:
    ///   - limit: most records, 1 or more: the newest. Some hundreds, as each record is moved so many times.
    ///   - bytesMax: most bytes of records; one is told whatever its size.
    public func streamRecords(hashKey value: AttributeValue, limit: Int, bytesMax: Int) throws -> (
        lineage: ShardLineage, records: [StoredStreamRecord], isCut: Bool
    )? {
        let schema = try schema
        guard let stream else { return nil }
        let name = schema.definition.keySchema.hashKey.name
        let key: Item = [name: value]
        let partition = StableHash.of(try schema.keys.partition(of: key))
        let lineage = stream.lineages[Int(partition % UInt64(stream.lineages.count))]
        // As it stands in a record's keys, which are written in one way only.
        let member = Array(key.json.dropFirst().dropLast())
        var records: [StoredStreamRecord] = []
        var sizeBytes = 0
        var isCut = false
        try lineage.scan(after: 0) { record, json in
            guard json.holds(member) else { return true }
            var record = record
            record.json = json.bytes()
            // It may stand elsewhere in a record of another item.
            guard try Self.keys(of: record.json)?[name]?.json == value.json else { return true }
            records.append(record)
            sizeBytes += record.json.count
            while records.count > limit || records.count > 1 && sizeBytes > bytesMax {
                sizeBytes -= records.removeFirst().json.count
                isCut = true
            }
            return true
        }
        return (lineage, records, isCut)
    }

    private static func keys(of record: [UInt8]) throws -> Item? {
        struct Named: Decodable {
            struct Change: Decodable { let Keys: Item }
            let dynamodb: Change
        }
        return try JSONDecoder().decode(Named.self, from: Data(record)).dynamodb.Keys
    }
}

extension AttributeValue {
    fileprivate var json: [UInt8] { (["v": self] as Item).json }
}

extension RawSpan {
    /// Whether some bytes, at least one, stand in these.
    fileprivate func holds(_ part: [UInt8]) -> Bool {
        withUnsafeBytes { whole in
            part.withUnsafeBytes { part in
                var start = 0
                while start <= whole.count - part.count {
                    guard
                        let found = memchr(
                            whole.baseAddress! + start, Int32(part[0]), whole.count - part.count - start + 1)
                    else { return false }
                    start = whole.baseAddress!.distance(to: UnsafeRawPointer(found))
                    if memcmp(whole.baseAddress! + start, part.baseAddress!, part.count) == 0 { return true }
                    start += 1
                }
                return false
            }
        }
    }
}
