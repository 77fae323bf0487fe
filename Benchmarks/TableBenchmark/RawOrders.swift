import BenchmarkSupport
import Foundation
import Items
import Tables

/// The very bytes that the Orders table stores for an order: taken from a table once, and then changed in place.
final class RawOrders {
    /// What one order becomes, and where its id stands in it.
    struct Template {
        let primaryKey: Patch
        let item: Patch
        let indexKey: Patch
        let record: Patch
    }

    /// Bytes with an id at some places.
    struct Patch {
        let bytes: UnsafeMutableRawBufferPointer
        let places: [Int]

        init(_ bytes: [UInt8], id: String) {
            self.bytes = .allocate(byteCount: bytes.count, alignment: 8)
            self.bytes.copyBytes(from: bytes)
            let id = Array(id.utf8)
            places = bytes.indices.dropLast(id.count - 1).filter { bytes[$0..<$0 + id.count].elementsEqual(id) }
        }

        func set(_ id: UnsafeRawPointer) {
            for place in places {
                (bytes.baseAddress! + place).copyMemory(from: id, byteCount: Orders.idBytes)
            }
        }

        var start: UnsafePointer<CChar> { UnsafePointer(bytes.baseAddress!.assumingMemoryBound(to: CChar.self)) }
        var count: Int { bytes.count }
    }

    let templates: [Template]

    /// Writes each template to a table and looks at what it has stored.
    init(_ orders: Orders, in parent: String?) async throws {
        let folder = try TemporaryFolder(in: parent)
        let store = try await OpenStore(path: folder.path)
        var templates: [Template] = []
        for number in 0..<Orders.templateCount {
            let (item, id) = (orders.item(number), Orders.id(number))
            try await store.table.put(item)
            let primaryKey = try store.table.encodedKey(orders.key(number))
            // As `TableKeys` describes it: the table's number, the index's, its keys, the item's key.
            var indexKey = Array(primaryKey.prefix(4)) + [0, 0]
            try KeyCoding.append(item["customerId"]!, to: &indexKey)
            try KeyCoding.append(item["timestamp"]!, to: &indexKey)
            indexKey += primaryKey
            let newest = store.table.stream!.lineages.max { $0.newestSequence < $1.newestSequence }!
            let record = try newest.records(after: newest.newestSequence - 1, limit: 1)[0]
            templates.append(
                Template(
                    primaryKey: Patch(primaryKey, id: id), item: Patch(item.json, id: id),
                    indexKey: Patch(indexKey, id: id),
                    // Before the record's JSON stand 24 bytes of header.
                    record: Patch(Array(repeating: 7, count: 24) + record.json, id: id)))
        }
        self.templates = templates
        await store.close()
    }

    /// Bytes of item and record, on average.
    var meanBytes: (item: Int, record: Int) {
        let count = templates.count
        return (
            templates.reduce(0) { $0 + $1.item.count } / count, templates.reduce(0) { $0 + $1.record.count } / count
        )
    }

    deinit {
        for template in templates {
            for patch in [template.primaryKey, template.item, template.indexKey, template.record] {
                patch.bytes.deallocate()
            }
        }
    }
}
