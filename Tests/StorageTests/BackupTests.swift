import Foundation
import Storage
import Testing

@Suite(.timeLimit(.minutes(1))) struct BackupTests {
    private let store: OpenStore
    private let backup = TemporaryFolder()
    private let restored = TemporaryFolder()

    init() throws { store = try OpenStore() }

    private func fill(_ count: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                group.addTask { [writer = store.writer] in
                    try await writer.commit(durability: .unsynced) { transaction in
                        for keyspace in Keyspace.allCases {
                            transaction.put(keyspace, Array("\(number)".utf8), Array("\(keyspace) \(number)".utf8))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Keyspace, key and value of everything in a data folder.
    private static func contents(_ path: String) throws -> [String] {
        let database = try Database(folder: DataFolder(path: path))
        var found: [String] = []
        for keyspace in Keyspace.allCases {
            try database.scan(keyspace, from: [], to: [0xff]) { key, value in
                found.append("\(keyspace) " + String(decoding: key.bytes() + [61] + value.bytes(), as: UTF8.self))
                return true
            }
        }
        return found
    }

    private func expectRefusal(
        _ code: StorageError.Code, _ words: String..., from source: String? = nil, to target: String? = nil
    ) {
        let error = #expect(throws: StorageError.self) {
            try DataFolder.restore(from: source ?? backup.path, to: target ?? restored.path)
        }
        #expect(error?.code == code)
        for text in words { #expect(error?.message.contains(text) == true, "\(error?.message ?? "")") }
        // One sentence.
        #expect(error?.message.hasSuffix(".") == true && error?.message.contains(". ") == false)
    }

    @Test func aBackupIsADataFolderOfItsOwn() async throws {
        try await fill(100)
        try store.database.checkpoint(to: backup.path)
        try await store.put("later", "only here")
        #expect(
            Set(try FileManager.default.contentsOfDirectory(atPath: backup.path)) == [
                "FORMAT", "SYNCED", "logs", "store",
            ])
        #expect(try FileManager.default.contentsOfDirectory(atPath: backup.path + "/logs").isEmpty)
        let contents = try Self.contents(backup.path)
        #expect(contents.count == 100 * Keyspace.allCases.count)
        #expect(contents.contains("items 42=items 42"))
        // What is written to the backup stays there.
        let writer = GroupCommitWriter(database: try Database(folder: DataFolder(path: backup.path)))
        try await writer.commit { $0.put(.items, Array("42".utf8), []) }
        await writer.close()
        #expect(try store.value("42") == "items 42")
        try await store.reopen()
        #expect(try store.value("later") == "only here")
    }

    @Test func aBackupDuringWritesHoldsWholeWritesAndAllThatWereAnsweredBefore() async throws {
        let (writer, database) = (store.writer, store.database)
        let log = Log<Int>()
        var before = -1
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 0... {
                    if Task.isCancelled { return }
                    try await writer.commit(durability: .unsynced) { transaction in
                        for keyspace in [Keyspace.items, .streams] {
                            transaction.put(keyspace, Array("\(number)".utf8), [UInt8](repeating: 1, count: 500))
                        }
                    }
                    log.note(number)
                }
            }
            while log.entries.count < 500 { await Task.yield() }
            before = log.entries.last!
            try database.checkpoint(to: backup.path)
            group.cancelAll()
        }
        let copy = try Database(folder: DataFolder(path: backup.path))
        func keys(_ keyspace: Keyspace) throws -> Set<Int> {
            var keys: Set<Int> = []
            try copy.scan(keyspace, from: [], to: [0xff]) { key, _ in
                keys.insert(Int(String(decoding: key.bytes(), as: UTF8.self))!)
                return true
            }
            return keys
        }
        let items = try keys(.items)
        #expect(items == (try keys(.streams)))
        #expect(items.isSuperset(of: 0...before))
        #expect(items == Set(0..<items.count))
    }

    /// `/dev/shm` is another file system than the temporary folder: RocksDB copies there instead of linking.
    @Test func aBackupToAnotherFileSystemIsWholeToo() async throws {
        guard FileManager.default.isWritableFile(atPath: "/dev/shm") else {
            Issue.record("NOT TESTED: there is no /dev/shm to back up to", severity: .warning)
            return
        }
        let path = "/dev/shm/sluice-backup-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await fill(100)
        try store.database.checkpoint(to: path)
        #expect(try Self.contents(path).count == 100 * Keyspace.allCases.count)
        try DataFolder.restore(from: path, to: restored.path)
        #expect(try Self.contents(restored.path) == Self.contents(path))
    }

    @Test func aRestoredFolderSharesNoFileWithItsBackup() async throws {
        try await fill(50)
        try store.database.checkpoint(to: backup.path)
        let before = try backup.listing()
        try DataFolder.restore(from: backup.path, to: restored.path + "/in/between")
        #expect(try backup.listing() == before)
        let files = try FileManager.default.subpathsOfDirectory(atPath: restored.path + "/in/between")
        #expect(files.contains { $0.hasSuffix(".sst") })
        for file in files where file.hasPrefix("store/") {
            let attributes = try FileManager.default.attributesOfItem(atPath: restored.path + "/in/between/" + file)
            #expect(attributes[.referenceCount] as? Int == 1, "\(file)")
        }
        #expect(try Self.contents(restored.path + "/in/between") == Self.contents(backup.path))
    }

    @Test func aBackupKeepsTheFormatOfItsFolder() async throws {
        let old = TemporaryFolder()
        try old.write("sluice data format 1\n", to: "FORMAT")
        do {
            let folder = try DataFolder(path: old.path)
            let database = try Database(folder: folder)
            try database.checkpoint(to: backup.path)
            try folder.finishMigration()
            try database.checkpoint(to: restored.path + "/after")
        }
        #expect(try backup.listing()["FORMAT"] == Data("sluice data format 1\n".utf8))
        #expect(try restored.listing()["after/FORMAT"] == Data("sluice data format 4\n".utf8))
        try DataFolder.restore(from: backup.path, to: restored.path + "/old")
        #expect(try DataFolder(path: restored.path + "/old").foundFormat == 1)
    }

    @Test func aPlaceThatHoldsSomethingIsRefusedAndUntouched() async throws {
        try restored.write("dear diary", to: "monday.txt")
        let error = #expect(throws: StorageError.self) { try store.database.checkpoint(to: restored.path) }
        #expect(error?.code == .notEmpty)
        #expect(error?.message.contains("The place \(restored.path) for the backup is not empty") == true)
        try store.database.checkpoint(to: backup.path)
        let again = #expect(throws: StorageError.self) { try store.database.checkpoint(to: backup.path) }
        #expect(again?.code == .notEmpty)
        expectRefusal(.notEmpty, restored.path, "give a new or an empty folder")
        expectRefusal(.notEmpty, to: restored.path + "/monday.txt")
        expectRefusal(.notEmpty, to: backup.path)
        #expect(try restored.listing() == ["monday.txt": Data("dear diary".utf8)])
        #expect(throws: StorageError.self) { try store.database.checkpoint(to: "/proc/sluice-backup") }
    }

    @Test func onlyAWholeBackupIsRestored() async throws {
        expectRefusal(.noBackup, "There is no folder \(backup.path)")
        try FileManager.default.createDirectory(atPath: backup.path, withIntermediateDirectories: true)
        expectRefusal(.noBackup, "\(backup.path) has no FORMAT mark")
        try backup.write("MANIFEST-000004\n", to: "store/CURRENT")
        expectRefusal(.noBackup, "\(backup.path) has no FORMAT mark")
        try backup.write("sluice data format 5\n", to: "FORMAT")
        expectRefusal(.unknownFormat, "has format 5, newer than the 4")
        try backup.write("hello\n", to: "FORMAT")
        expectRefusal(.unknownFormat, "does not name a data format")
        try backup.write("sluice data format 4\n", to: "FORMAT")
        expectRefusal(.noBackup, "\(backup.path) cannot be restored to \(restored.path)")
        try FileManager.default.removeItem(atPath: backup.path + "/store/CURRENT")
        expectRefusal(.noBackup, "\(backup.path) holds no store")
        // A failed restore leaves an empty place, where the next may succeed.
        #expect(try restored.listing().isEmpty)
        expectRefusal(.inUse, store.folder.path, from: store.folder.path)
    }

    @Test(arguments: ["removed", "cut short"])
    func aBackupOfWhichAFileIsHurtIsRefused(_ damage: String) async throws {
        try await fill(50)
        try store.database.checkpoint(to: backup.path)
        let names = try FileManager.default.contentsOfDirectory(atPath: backup.path + "/store").sorted()
        let table = backup.path + "/store/" + (try #require(names.first { $0.hasSuffix(".sst") }))
        if damage == "removed" {
            try FileManager.default.removeItem(atPath: table)
        } else {
            #expect(truncate(table, 100) == 0)
        }
        // RocksDB looks for a missing table under an older ending too, and names that one.
        expectRefusal(.noBackup, ((table as NSString).lastPathComponent as NSString).deletingPathExtension)
        #expect(try restored.listing().isEmpty)
    }
}
