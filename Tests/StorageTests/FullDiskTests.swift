import Foundation
import Storage
import TestSupport
import TestTraits
import Testing

/// A disk that is full and gets room again. Needs a file system of its own, which only root may mount.
@Suite(.slow, .timeLimit(.minutes(1)), .serialized) struct FullDiskTests {
    /// A small file system in memory, unmounted with the value.
    private final class SmallDisk {
        let path = NSTemporaryDirectory() + "sluice-small-disk-\(UUID().uuidString)"
        /// What takes room until it is removed.
        var ballast: String { path + "/ballast" }

        /// - Returns: nil where mounting is not allowed.
        init?(sizeMegabytes: Int) throws {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            guard mount("tmpfs", path, "tmpfs", 0, "size=\(sizeMegabytes)m") == 0 else {
                try FileManager.default.removeItem(atPath: path)
                return nil
            }
        }

        /// Takes all room that is left.
        func fill() {
            let file = open(ballast, O_WRONLY | O_CREAT, 0o644)
            let block = [UInt8](repeating: 0, count: 4_096)
            while Foundation.write(file, block, block.count) > 0 {}
            close(file)
        }

        deinit {
            umount2(path, Int32(MNT_DETACH))
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    /// Does not compress; larger than what looks for repetitions remembers, so that equal values do not shrink either.
    private static let value: [UInt8] = {
        var generator = SeededGenerator(seed: 1)
        return (0..<(25_000)).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
    }()

    private static func write(
        _ number: Int, in keyspace: Keyspace = .items, to writer: GroupCommitWriter
    ) async -> StorageError? {
        do {
            try await writer.commit { $0.put(keyspace, Array("\(number)".utf8), Self.value) }
            return nil
        } catch { return error as? StorageError ?? StorageError(.engine, "\(error)") }
    }

    /// RocksDB looks every five seconds, by a clock of its own, whether there is room.
    private static func writeWhenThereIsRoom(_ number: Int, to writer: GroupCommitWriter) async throws -> StorageError?
    {
        let end = ContinuousClock.now + .seconds(30)
        while let refusal = await write(number, to: writer) {
            #expect(refusal.message.contains("make room, and writes go on"), "\(refusal.message)")
            guard ContinuousClock.now < end else { return refusal }
            try await Task.sleep(for: .milliseconds(100))
        }
        return nil
    }

    @Test func writesAreRefusedReadsGoOnAndWritesComeBackWithTheRoom() async throws {
        guard let disk = try SmallDisk(sizeMegabytes: 64) else {
            Issue.record("NOT TESTED: mounting a small disk is not allowed here", severity: .warning)
            return
        }
        let data = disk.path + "/data"
        var database: Database? = try Database(folder: DataFolder(path: data))
        var writer: GroupCommitWriter? = GroupCommitWriter(database: database!)
        let file = open(disk.ballast, O_WRONLY | O_CREAT, 0o644)
        #expect(posix_fallocate(file, 0, 32 << 20) == 0)
        close(file)
        var answered: [Int] = []
        var refusal: StorageError?
        for number in 0..<400 where refusal == nil {
            refusal = await Self.write(number, to: writer!)
            if refusal == nil { answered.append(number) }
        }
        #expect(refusal?.code == .full)
        #expect(refusal?.message.contains("because the disk is full") == true)
        #expect(answered.count > 20)
        // What the refused write counted is taken back.
        let taken = Log<String>()
        _ = try? await writer!.commit { transaction in
            transaction.put(.items, Array("counted".utf8), Self.value)
            transaction.whenTakenBack { taken.note("counted") }
        }
        #expect(taken.entries == ["counted"])
        // Refused again, and what was answered is read.
        #expect(await Self.write(5_000, to: writer!)?.code == .full)
        #expect(try database!.get(.items, Array("5000".utf8)) == nil)
        for number in answered { #expect(try database!.get(.items, Array("\(number)".utf8)) != nil) }
        try FileManager.default.removeItem(atPath: disk.ballast)
        #expect(try await Self.writeWhenThereIsRoom(6_000, to: writer!) == nil)
        answered.append(6_000)
        await writer!.close()
        (writer, database) = (nil, nil)
        let reopened = try Database(folder: DataFolder(path: data))
        for number in answered { #expect(try reopened.get(.items, Array("\(number)".utf8)) != nil, "\(number)") }
    }

    /// RocksDB's buffers are empty then, also behind a backup, but for what the store puts there; it would end the process.
    @Test(arguments: [false, true]) func aDiskThatIsFullAtTheFirstWriteGetsRoomAgain(afterBackup: Bool) async throws {
        guard let disk = try SmallDisk(sizeMegabytes: 64) else {
            Issue.record("NOT TESTED: mounting a small disk is not allowed here", severity: .warning)
            return
        }
        // So little is left that the log gets no room ahead of its writes.
        let first = open(disk.path + "/first", O_WRONLY | O_CREAT, 0o644)
        #expect(posix_fallocate(first, 0, 56 << 20) == 0)
        close(first)
        let database = try Database(folder: DataFolder(path: disk.path + "/data"))
        let writer = GroupCommitWriter(database: database)
        if afterBackup {
            #expect(await Self.write(0, to: writer) == nil)
            try database.checkpoint(to: disk.path + "/backup")
        }
        disk.fill()
        #expect(await Self.write(1, to: writer)?.code == .full)
        #expect(await Self.write(2, to: writer)?.code == .full)
        try FileManager.default.removeItem(atPath: disk.ballast)
        try FileManager.default.removeItem(atPath: disk.path + "/first")
        #expect(try await Self.writeWhenThereIsRoom(3, to: writer) == nil)
        #expect(try database.get(.items, Array("3".utf8)) == Self.value)
        await writer.close()
    }

    /// A write that finds the log at its bound begins another, and all buffers are empty then.
    @Test func aDiskThatIsFullWhereALogBeginsGetsRoomAgain() async throws {
        guard let disk = try SmallDisk(sizeMegabytes: 128) else {
            Issue.record("NOT TESTED: mounting a small disk is not allowed here", severity: .warning)
            return
        }
        let folder = disk.path + "/data"
        var database: Database? = try Database(folder: DataFolder(path: folder))
        var writer: GroupCommitWriter? = GroupCommitWriter(database: database!)
        // So many that no keyspace's buffer is full before the log is.
        let keyspaces: [Keyspace] = [.items, .streams, .logs]
        func write(_ number: Int) async -> StorageError? {
            await Self.write(number, in: keyspaces[number % 3], to: writer!)
        }
        func logs() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: folder + "/store").count { $0.hasSuffix(".log") }
        }
        var number = 0
        while number < 150 {
            #expect(await write(number) == nil)
            number += 1
        }
        #expect(try logs() == 1)
        disk.fill()
        while await write(number) == nil { number += 1 }
        #expect(try logs() == 2)
        #expect(await write(number + 1)?.code == .full)
        try FileManager.default.removeItem(atPath: disk.ballast)
        #expect(try await Self.writeWhenThereIsRoom(number + 2, to: writer!) == nil)
        await writer!.close()
        (writer, database) = (nil, nil)
        let reopened = try Database(folder: DataFolder(path: folder))
        for number in 0..<number {
            #expect(try reopened.get(keyspaces[number % 3], Array("\(number)".utf8)) == Self.value)
        }
    }

    @Test func aStoreOnAFullDiskIsNotOpenedAndSaysWhy() async throws {
        guard let disk = try SmallDisk(sizeMegabytes: 8) else {
            Issue.record("NOT TESTED: mounting a small disk is not allowed here", severity: .warning)
            return
        }
        let folder = try DataFolder(path: disk.path + "/data")
        disk.fill()
        let error = #expect(throws: StorageError.self) { try Database(folder: folder) }
        #expect(error?.code == .full)
        #expect(error?.message.contains("make room there and start again") == true)
        try FileManager.default.removeItem(atPath: disk.ballast)
        _ = try Database(folder: folder)
    }

    @Test func aBackupThatFindsNoRoomLeavesNothingAndTheStoreGoesOn() async throws {
        guard let disk = try SmallDisk(sizeMegabytes: 4) else {
            Issue.record("NOT TESTED: mounting a small disk is not allowed here", severity: .warning)
            return
        }
        let store = try OpenStore()
        for number in 0..<40 { #expect(await Self.write(number, to: store.writer) == nil) }
        let error = #expect(throws: StorageError.self) { try store.database.checkpoint(to: disk.path + "/backup") }
        #expect(error?.code == .brokenOff)
        #expect(error?.message.contains("No space left on device") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path + "/backup").isEmpty)
        #expect(await Self.write(40, to: store.writer) == nil)
        let backup = TemporaryFolder()
        try store.database.checkpoint(to: backup.path)
        let restore = #expect(throws: StorageError.self) {
            try DataFolder.restore(from: backup.path, to: disk.path + "/restored")
        }
        #expect(restore?.code == .brokenOff)
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path + "/restored").isEmpty)
    }
}
