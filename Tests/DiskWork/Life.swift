import Foundation
import Items
import Storage
import Tables
import TestSupport

/// One life of the shop on a folder, from its opening to its end, which a fault may bring at any moment.
///
/// What it says, a line each: `found JSON`, once it is open; `try ID REVISION` before a write and `ack ID REVISION` behind its
/// answer, several pairs for several items of one commit; `refused MESSAGE` for a write that the store refused; `backup PATH`
/// for one that is whole; `note WRITER ID REVISION` behind an answered write that does not wait for the disk; `broken WORDS` for
/// what must not be; `end`.
struct Life {
    private static let writers = 4
    private static let itemsPerWriter = 6

    let folder: String
    let number: Int
    let seed: UInt64
    private let shop: Shop
    private let found: Contents

    init(folder: String, number: Int, seed: UInt64) async throws {
        self.folder = folder
        self.number = number
        self.seed = seed
        // An hour for each life, so that the stream is trimmed and its shards follow each other.
        shop = try await Shop(folder: folder, hour: number)
        found = try shop.contents()
        say("found \(found.json)")
    }

    func run(writes: Int) async throws {
        await attempt("upkeep") {
            try await shop.store.rollOverShards()
            try await shop.store.trimStreams()
        }
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<Self.writers {
                group.addTask { await write(writer, count: writes / Self.writers) }
            }
            group.addTask { await backUp() }
        }
        await shop.writer.close()
        say("end")
    }

    /// - Returns: whether it was done.
    @discardableResult
    private func attempt(_ what: String, _ body: () async throws -> Void) async -> Bool {
        do {
            try await body()
            return true
        } catch let error as StorageError {
            say("refused \(what): \(error.message)")
        } catch {
            say("broken \(what) fails with \(type(of: error)): \(error)")
        }
        return false
    }

    /// In the middle of the writes, for every third seed: write buffers go to table files.
    private func backUp() async {
        guard seed % 3 == 0 else { return }
        await attempt("backup") {
            let path = "\(folder)/backup-\(number)"
            try shop.database.checkpoint(to: path)
            say("backup \(path)")
        }
    }

    /// The last revision of an item that is known to be stored, and whether it is an item and not its removal.
    private struct Known {
        var revision: Int
        var exists: Bool
    }

    private func write(_ writer: Int, count: Int) async {
        var generator = SeededGenerator(seed: seed &* 31 &+ UInt64(writer))
        var known: [String: Known] = [:]
        func current(_ id: String) -> Known {
            if let state = known[id] { return state }
            let told = found.told[id]?.last ?? 0
            guard let revision = found.items[id] else { return Known(revision: told, exists: false) }
            return Known(revision: revision, exists: true)
        }
        for step in 0..<count {
            let kind = Int.random(in: 0..<10, using: &generator)
            let single = "o\(writer)-\(Int.random(in: 0..<Self.itemsPerWriter, using: &generator))"
            let pad = Self.pad(Int.random(in: 0..<1_500, using: &generator), &generator)
            let pair = ["t\(writer)-a", "t\(writer)-b"]
            let triple = (0..<3).map { "b\(writer)-\($0)" }
            let ids = kind == 8 ? pair : kind == 9 ? triple : [single]
            let state = ids.map(current)
            let next = state.map { $0.revision + 1 }
            let removes = kind == 7 && state[0].exists
            for (id, revision) in zip(ids, next) { say("try \(id) \(revision)") }
            let isDone = await attempt("write") {
                switch kind {
                case 8: try await shop.transact(writes(ids, next, pad), token: "\(number)-\(writer)-\(step)")
                case 9: try await shop.write(writes(ids, next, pad))
                case 7 where removes: try await shop.table.delete(key: ["id": .string(single)])
                case 4...6 where state[0].exists:
                    try await shop.table.update(
                        key: ["id": .string(single)],
                        UpdateExpression(
                            "SET revision = :r, #s = :s", names: ["#s": "status"],
                            values: [":r": .number(Number(next[0])), ":s": .string("s\(next[0] % 3)")]))
                default: try await shop.table.put(item(single, next[0], pad))
                }
            }
            if isDone {
                // One line for one commit: it was answered once.
                say("ack " + zip(ids, next).map { "\($0) \($1)" }.joined(separator: " "))
                for (id, revision) in zip(ids, next) { known[id] = Known(revision: revision, exists: !removes) }
                let (id, revision) = (ids[0], next[0])
                let isNoted = await attempt("note") {
                    try await shop.writer.commit(durability: .unsynced) {
                        $0.put(.checkpoints, Array("\(writer)".utf8), Array("\(id) \(revision)".utf8))
                    }
                }
                if isNoted { say("note \(writer) \(id) \(revision)") }
            } else {
                // What was refused is not read, what was answered is.
                for (id, state) in zip(ids, state) { look(id, state) }
            }
        }
    }

    private func look(_ id: String, _ state: Known) {
        do {
            let item = try shop.table.get(key: ["id": .string(id)])?.item
            if (item != nil) != state.exists || item.map({ Shop.revision($0) != state.revision }) ?? false {
                say("broken \(id) is read as \(item.map { "\(Shop.revision($0))" } ?? "absent") after \(state)")
            }
        } catch let error as StorageError {
            say("refused read: \(error.message)")
        } catch {
            say("broken a read fails with \(type(of: error)): \(error)")
        }
    }

    private func item(_ id: String, _ revision: Int, _ pad: String) -> Item {
        [
            "id": .string(id), "revision": .number(Number(revision)), "status": .string("s\(revision % 3)"),
            "customer": .string("c\(revision % 5)"), "pad": .string(pad),
        ]
    }

    private func writes(_ ids: [String], _ revisions: [Int], _ pad: String) -> [ItemWrite] {
        zip(ids, revisions).map { ItemWrite(shop.table, .put(item($0, $1, pad))) }
    }

    private static func pad(_ count: Int, _ generator: inout SeededGenerator) -> String {
        let letters = Array("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_".utf8)
        return String(decoding: (0..<count).map { _ in letters[Int(generator.next() & 63)] }, as: UTF8.self)
    }
}
