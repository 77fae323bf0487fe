import Clocks
import Foundation
import Items
import Storage
import Tables

/// A table with indexes and a stream in a data folder.
struct Shop {
    static let definition = TableDefinition(
        name: "Orders", keySchema: KeySchema(hashKey: .init(name: "id", type: .string)),
        indexes: [
            .init(
                name: "byStatus",
                keySchema: KeySchema(
                    hashKey: .init(name: "status", type: .string), rangeKey: .init(name: "revision", type: .number))),
            .init(
                name: "byCustomer", keySchema: KeySchema(hashKey: .init(name: "customer", type: .string)),
                projection: .keysOnly),
        ], streamViewType: .newAndOldImages, timeToLiveAttribute: "expires")

    let database: Database
    let writer: GroupCommitWriter
    let store: TableStore
    let table: Table

    /// - Parameter hour: what the clock says, in hours since a fixed moment.
    init(folder: String, hour: Int) async throws {
        database = try Database(folder: DataFolder(path: folder + "/data"))
        writer = GroupCommitWriter(database: database)
        let time = ManualTime(start: Timestamp(seconds: 1_800_000_000 + Int64(hour) * 3_600))
        store = try await TableStore(database: database, writer: writer, time: time)
        table = try await store.openTable(Self.definition)
    }

    /// Everything that is there, read back and held against itself.
    func contents() throws -> Contents {
        var contents = Contents()
        var items: [String: Item] = [:]
        var scan = ItemScan()
        repeat {
            let page = try table.scan(scan)
            for stored in page.items {
                let item = try stored.item
                items[item["id"]?.string ?? ""] = item
            }
            scan.exclusiveStartKey = page.lastEvaluatedKey
        } while scan.exclusiveStartKey != nil
        contents.items = items.mapValues(Self.revision)
        // The stream, told again from where it begins, gives the items that it tells of.
        var images: [String: Item?] = [:]
        for lineage in table.stream?.lineages ?? [] {
            for stored in try lineage.records(after: 0, limit: .max) {
                let change = try JSONDecoder().decode(StreamRecord.self, from: Data(stored.json)).dynamodb
                let id = change.keys["id"]?.string ?? ""
                if let before = images[id], before != change.oldImage {
                    contents.problems.append("the stream skips a change of \(id)")
                }
                images[id] = .some(change.newImage)
                let revision = change.newImage.map(Self.revision) ?? change.oldImage.map { Self.revision($0) + 1 }
                contents.told[id, default: []].append(revision ?? -1)
            }
        }
        for (id, image) in images where image != items[id] {
            contents.problems.append("the stream ends with another \(id) than the table has")
        }
        try database.scan(.checkpoints, from: [], to: [0xff]) { key, value in
            contents.checkpoints[String(decoding: key.bytes(), as: UTF8.self)] = String(
                decoding: value.bytes(), as: UTF8.self)
            return true
        }
        // Last: reads alone must not give what is damaged.
        if let damage = database.verifyChecksums().damage {
            contents.damage = damage
        } else {
            contents.problems += try store.checkConsistency().problems
        }
        return contents
    }

    static func revision(_ item: Item) -> Int {
        guard case .number(let number)? = item["revision"] else { return -1 }
        return Int("\(number)") ?? -1
    }

    func transact(_ writes: [ItemWrite], token: String) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            store.transact(writes, token: ClientToken(token, requestHash: 1)) {
                continuation.resume(with: $0.map { _ in })
            }
        }
    }

    func write(_ writes: [ItemWrite]) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            store.write(writes) { continuation.resume(with: $0.map { _ in }) }
        }
    }
}
