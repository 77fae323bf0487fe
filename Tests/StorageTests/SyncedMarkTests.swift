import Foundation
import Storage
import TestTraits
import Testing

/// What was answered and is not there any more is told, not passed over: a store that ends before its mark is refused.
@Suite(.timeLimit(.minutes(1))) struct SyncedMarkTests {
    private let folder = TemporaryFolder()

    private static func key(_ number: Int) -> [UInt8] { Array("key \(number)".utf8) }
    private static let value = [UInt8](repeating: 7, count: 1_000)

    /// Ten answered writes, all in the log, and a process that dies: the folder's copy is what it leaves.
    fileprivate func writeAndDie() async throws -> TemporaryFolder {
        let copy = TemporaryFolder()
        let database = try Database(folder: DataFolder(path: folder.path))
        let writer = GroupCommitWriter(database: database)
        for number in 0..<10 { try await writer.commit { $0.put(.items, Self.key(number), Self.value) } }
        try FileManager.default.copyItem(atPath: folder.path, toPath: copy.path)
        await writer.close()
        return copy
    }

    private func log(of folder: TemporaryFolder) throws -> String {
        let store = folder.path + "/store"
        let logs = try FileManager.default.contentsOfDirectory(atPath: store).filter { $0.hasSuffix(".log") }
        return try #require(logs.max())
    }

    fileprivate func change(_ file: String, _ body: (inout Data) -> Void) throws {
        var contents = try Data(contentsOf: URL(fileURLWithPath: file))
        body(&contents)
        try contents.write(to: URL(fileURLWithPath: file))
    }

    fileprivate func count(_ folder: TemporaryFolder) throws -> Int {
        let database = try Database(folder: DataFolder(path: folder.path))
        return try (0..<10).count { try database.get(.items, Self.key($0)) != nil }
    }

    @Test func aFlippedBitInTheLogIsRefusedAndNothingIsChanged() async throws {
        let dead = try await writeAndDie()
        let log = try log(of: dead)
        try change("\(dead.path)/store/\(log)") { $0[$0.count / 2] ^= 1 }
        let before = try Data(contentsOf: URL(fileURLWithPath: "\(dead.path)/store/\(log)"))
        for _ in 0..<2 {
            let error = #expect(throws: StorageError.self) { try Database(folder: DataFolder(path: dead.path)) }
            #expect(error?.code == .damaged)
            #expect(error?.message.contains("has lost answered writes") == true, "\(error?.message ?? "")")
            #expect(error?.message.contains(log) == true)
            #expect(error?.message.contains("restore the folder from a backup") == true)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(dead.path)/store/\(log)")) == before)
        // Whoever wants what is left takes the mark away, as the message says.
        try FileManager.default.removeItem(atPath: dead.path + "/SYNCED")
        let left = try count(dead)
        #expect(0 < left && left < 10)
    }

    @Test func aLogThatIsCutShortOrGoneIsRefused() async throws {
        let short = try await writeAndDie()
        try change("\(short.path)/store/\(log(of: short))") { $0.removeLast(1_100) }
        #expect(throws: StorageError.self) { try Database(folder: DataFolder(path: short.path)) }
        let gone = TemporaryFolder()
        try FileManager.default.copyItem(atPath: short.path, toPath: gone.path)
        try FileManager.default.removeItem(atPath: "\(gone.path)/store/\(log(of: gone))")
        let error = #expect(throws: StorageError.self) { try Database(folder: DataFolder(path: gone.path)) }
        #expect(error?.code == .damaged)
    }

    @Test func whatACrashHasCutBehindTheLastSyncIsLeftOut() async throws {
        let dead = try await writeAndDie()
        // The beginning of an entry that was never answered.
        try change("\(dead.path)/store/\(log(of: dead))") { $0.append(contentsOf: [1, 2, 3, 4, 200, 0, 1, 9, 9]) }
        #expect(try count(dead) == 10)
        // And once more, from what the first opening has left.
        #expect(try count(dead) == 10)
    }

    @Test func aBackupThatLacksWritesIsNotRestored() async throws {
        let dead = try await writeAndDie()
        try change("\(dead.path)/store/\(log(of: dead))") { $0.removeLast(1_100) }
        let restored = TemporaryFolder()
        let error = #expect(throws: StorageError.self) { try DataFolder.restore(from: dead.path, to: restored.path) }
        #expect(error?.code == .noBackup)
        #expect(error?.message.contains("it ends at change") == true, "\(error?.message ?? "")")
    }

    @Test func aMarkThatIsGoneOrDamagedPromisesNothing() async throws {
        let dead = try await writeAndDie()
        try change(dead.path + "/SYNCED") { $0[3] ^= 0x80 }
        #expect(try count(dead) == 10)
        try change(dead.path + "/SYNCED") { $0 = Data() }
        #expect(try count(dead) == 10)
        try FileManager.default.removeItem(atPath: dead.path + "/SYNCED")
        #expect(try count(dead) == 10)
    }

    @Test func aStoreThatHasLostItsCURRENTIsNotTakenForANewOne() async throws {
        let dead = try await writeAndDie()
        try FileManager.default.removeItem(atPath: dead.path + "/store/CURRENT")
        try FileManager.default.removeItem(atPath: dead.path + "/SYNCED")
        let before = try dead.listing().keys.filter { $0.hasPrefix("store/") }.sorted()
        let error = #expect(throws: StorageError.self) { try Database(folder: DataFolder(path: dead.path)) }
        #expect(error?.code == .damaged)
        #expect(error?.message.contains("has lost its file CURRENT") == true)
        #expect(try dead.listing().keys.filter { $0.hasPrefix("store/") }.sorted() == before)
        // Nor is a store that is gone altogether.
        let writes = try await writeAndDie()
        try FileManager.default.removeItem(atPath: writes.path + "/store")
        #expect(throws: StorageError.self) { try Database(folder: DataFolder(path: writes.path)) }
    }
}

extension SyncedMarkTests {
    /// Whatever bit of the list of tables is another: refused, or nothing is missing.
    @Test func noFlippedBitOfTheManifestLosesATable() async throws {
        let dead = try await writeAndDie()
        #expect(try count(dead) == 10)
        let store = dead.path + "/store"
        let name = try #require(
            FileManager.default.contentsOfDirectory(atPath: store).first { $0.hasPrefix("MANIFEST-") })
        let size = try Data(contentsOf: URL(fileURLWithPath: "\(store)/\(name)")).count
        var refusals = 0
        for place in stride(from: 3, to: size, by: 41) {
            let hurt = TemporaryFolder()
            try FileManager.default.copyItem(atPath: dead.path, toPath: hurt.path)
            try change("\(hurt.path)/store/\(name)") { $0[place] ^= UInt8(1 << (place % 8)) }
            do {
                #expect(try count(hurt) == 10, "byte \(place)")
            } catch let error as StorageError {
                #expect(error.code == .damaged, "byte \(place): \(error)")
                refusals += 1
            }
        }
        #expect(refusals > 10)
    }
    /// RocksDB takes a table's properties apart before it has verified them, and one bit there ended the process.
    @Test(.slow) func noFlippedBitAtATablesEndEndsTheProcess() async throws {
        let dead = try await writeAndDie()
        // Opening moves the log's contents to a table file.
        #expect(try count(dead) == 10)
        let store = dead.path + "/store"
        let name = try #require(FileManager.default.contentsOfDirectory(atPath: store).first { $0.hasSuffix(".sst") })
        let size = try Data(contentsOf: URL(fileURLWithPath: "\(store)/\(name)")).count
        var named = 0
        for place in (size - 200)..<size {
            let hurt = TemporaryFolder()
            try FileManager.default.copyItem(atPath: dead.path, toPath: hurt.path)
            try change("\(hurt.path)/store/\(name)") { $0[place] ^= 0x80 }
            do {
                #expect(try count(hurt) == 10, "byte \(place)")
            } catch let error as StorageError {
                #expect(error.code == .damaged, "byte \(place): \(error)")
                if error.message.contains("\(name) is damaged at byte \(place)") { named += 1 }
            }
        }
        #expect(named == 1)
    }
}
