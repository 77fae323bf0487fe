import Foundation
import Storage
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(1))) struct ChecksumTests {
    private let store: OpenStore

    init() throws { store = try OpenStore() }

    /// Values that do not compress, so that the table files are mostly values.
    private func fill() async throws {
        var generator = SeededGenerator(seed: 1)
        for number in 0..<50 {
            let value = (0..<2_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
            try await store.writer.commit(durability: .unsynced) { transaction in
                transaction.put(.items, Array("\(number)".utf8), value)
                transaction.put(.streams, Array("\(number)".utf8), value)
            }
        }
    }

    @Test func aStoreThatIsWellIsCountedWhole() async throws {
        try await fill()
        try await store.reopen()
        let report = store.database.verifyChecksums()
        #expect(report.damage == nil)
        #expect(report.parts.map(\.keyspace) == Keyspace.allCases)
        let items = try #require(report.parts.first { $0.keyspace == .items })
        // Keys are 10 of one digit and 40 of two.
        #expect(items.entryCount == 50 && items.sizeBytes == 50 * 2_000 + 90)
        #expect(report.parts.first { $0.keyspace == .queues }?.entryCount == 0)
    }

    @Test func aFlippedByteIsFoundWithItsFile() async throws {
        try await fill()
        // Opening again moves the log's contents to table files.
        try await store.reopen()
        #expect(try store.value("7") != nil)
        #expect(store.database.verifyChecksums().damage == nil)
        // In memory now; the damage on the disk must be found none the less.
        for number in 0..<50 { _ = try store.database.get(.items, Array("\(number)".utf8)) }
        let folder = store.folder.path + "/store"
        let tables = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sst") }
        let large = try tables.filter { name in
            let size = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")[.size] as? Int
            return size! > 100_000
        }
        #expect(large.count == 2)
        let name = try #require(large.first)
        let file = open("\(folder)/\(name)", O_RDWR)
        var byte: UInt8 = 0
        #expect(pread(file, &byte, 1, 60_000) == 1)
        byte ^= 1
        #expect(pwrite(file, &byte, 1, 60_000) == 1)
        close(file)
        let report = store.database.verifyChecksums()
        #expect(report.damage?.contains("checksum mismatch") == true, "\(report.damage ?? "")")
        #expect(report.damage?.contains(name) == true)
        let hurt = report.parts.filter { $0.damage != nil }
        #expect(hurt.count == 1)
        #expect(hurt.allSatisfy { 0 < $0.entryCount && $0.entryCount < 50 })
        let error = #expect(throws: StorageError.self) {
            try store.database.scan(hurt[0].keyspace, from: [], to: [0xff]) { _, _ in true }
        }
        #expect(error?.code == .damaged)
        #expect(error?.message.contains("restore the data folder from a backup") == true)
    }
}
