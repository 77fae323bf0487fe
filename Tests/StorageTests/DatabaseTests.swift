import Foundation
import Storage
import Testing

@Suite struct DatabaseTests {
    private let store: OpenStore

    init() throws { store = try OpenStore() }

    @Test func whatWasPutIsThereAndStaysOverReopening() async throws {
        #expect(try store.value("a") == nil)
        try await store.put("a", "one")
        #expect(try store.value("a") == "one")
        try await store.put("a", "two")
        try await store.reopen()
        #expect(try store.value("a") == "two")
        try await store.writer.commit { $0.delete(.items, Array("a".utf8)) }
        #expect(try store.value("a") == nil)
        try await store.reopen()
        #expect(try store.value("a") == nil)
    }

    @Test func emptyAndBinaryValuesComeBack() async throws {
        let key: [UInt8] = [0, 0xff, 0]
        let value = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        let inTransaction = try await store.writer.commit { transaction in
            transaction.put(.items, key, [])
            transaction.put(.streams, key, value)
            return try transaction.get(.items, key)
        }
        #expect(inTransaction == [])
        #expect(try store.database.get(.items, key) == [])
        #expect(try store.database.get(.streams, key) == value)
    }

    @Test func keyspacesAreApart() async throws {
        for keyspace in Keyspace.allCases { try await store.put("k", "\(keyspace)", in: keyspace) }
        try await store.reopen()
        for keyspace in Keyspace.allCases { #expect(try store.value("k", in: keyspace) == "\(keyspace)") }
        try store.database.deleteRange(.items, from: Array("a".utf8), to: Array("z".utf8))
        for keyspace in Keyspace.allCases {
            #expect(try (store.value("k", in: keyspace) == nil) == (keyspace == .items))
        }
    }

    @Test func aScanKeepsToItsBoundsInBothDirections() async throws {
        for key in ["a", "b", "bb", "c", "d"] { try await store.put(key) }
        #expect(try store.keys() == ["a", "b", "bb", "c", "d"])
        #expect(try store.keys(from: "b", to: "d") == ["b", "bb", "c"])
        #expect(try store.keys(from: "b", to: "d", backwards: true) == ["c", "bb", "b"])
        #expect(try store.keys(from: "b", to: "d", limit: 2) == ["b", "bb"])
        #expect(try store.keys(from: "b", to: "d", backwards: true, limit: 1) == ["c"])
        #expect(try store.keys(from: "ba", to: "bc") == ["bb"])
        #expect(try store.keys(from: "c", to: "c") == [])
        #expect(try store.keys(from: "e", to: "f", backwards: true) == [])
    }

    @Test func aScanShowsKeysWithTheirValuesAndPassesErrorsOn() async throws {
        struct Stop: Error {}
        for key in ["a", "b"] { try await store.put(key, key + key) }
        var values: [String] = []
        try store.database.scan(.items, from: [], to: [0xff]) { key, value in
            values.append(String(decoding: key.bytes() + value.bytes(), as: UTF8.self))
            return true
        }
        #expect(values == ["aaa", "bbb"])
        #expect(throws: Stop.self) {
            try store.database.scan(.items, from: [], to: [0xff]) { _, _ in throw Stop() }
        }
    }

    @Test func deleteRangeTakesTheLowerBoundAndLeavesTheUpper() async throws {
        for key in ["a", "b", "c", "d"] { try await store.put(key) }
        try store.database.deleteRange(.items, from: Array("b".utf8), to: Array("d".utf8))
        #expect(try store.keys() == ["a", "d"])
        try await store.put("c", "again")
        try await store.reopen()
        #expect(try store.keys() == ["a", "c", "d"])
        try store.database.deleteRange(
            .items, from: Array("a".utf8), to: Array("d".utf8), durability: .synced)
        try await store.reopen()
        #expect(try store.keys() == ["d"])
    }

    @Test func aSnapshotShowsOneMoment() async throws {
        try await store.put("a", "old")
        let database = store.database
        // Read in a closure of its own: a snapshot is not kept over a suspension.
        let read: (borrowing Snapshot) throws -> [String] = { snapshot in
            var found = [
                try snapshot.get(.items, Array("a".utf8)).map { String(decoding: $0, as: UTF8.self) } ?? "none"
            ]
            try snapshot.scan(.items, from: [], to: [0xff]) { key, value in
                found.append(String(decoding: key.bytes() + value.bytes(), as: UTF8.self))
                return true
            }
            return found
        }
        let snapshot = database.snapshot()
        try await store.put("a", "new")
        try await store.put("b", "new")
        #expect(try read(snapshot) == ["old", "aold"])
        #expect(try read(database.snapshot()) == ["new", "anew", "bnew"])
    }

    @Test func anOpenStoreHoldsItsFolderAndAReleasedOneLetsItGo() async throws {
        let folder = TemporaryFolder()
        // Nothing but the store refers to the folder's value.
        var database: Database? = try Database(folder: DataFolder(path: folder.path))
        let error = #expect(throws: StorageError.self) { try DataFolder(path: folder.path) }
        #expect(error?.code == .inUse)
        withExtendedLifetime(database) {}
        database = nil
        _ = try DataFolder(path: folder.path)
    }

    @Test func filesThatAreNoStoreAreRefusedInWords() throws {
        let folder = TemporaryFolder()
        _ = try DataFolder(path: folder.path)
        try folder.write("nonsense", to: "store/CURRENT")
        let error = #expect(throws: StorageError.self) { try Database(folder: DataFolder(path: folder.path)) }
        #expect(error?.code == .damaged)
        #expect(error?.message.contains(folder.path + "/store cannot be opened") == true)
        #expect(error?.message.contains("restore the folder from a backup") == true)
        // A failed opening gives the lock back.
        _ = try DataFolder(path: folder.path)
    }
}
