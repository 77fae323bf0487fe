import Foundation
import Storage
import Testing

@Suite struct DataFolderTests {
    private let folder = TemporaryFolder()

    /// Expects a refusal that leaves the folder byte for byte as it was.
    private func expectRefusal(_ code: StorageError.Code, _ words: String...) throws {
        let before = try folder.listing()
        let refusal = #expect(throws: StorageError.self) { try DataFolder(path: folder.path) }
        let error = try #require(refusal)
        #expect(error.code == code)
        for text in words + [folder.path] { #expect(error.message.contains(text), "\(error.message)") }
        #expect(try folder.listing() == before)
    }

    @Test func aNewFolderIsMarkedAndCanBeOpenedAgain() throws {
        do {
            let opened = try DataFolder(path: folder.path)
            #expect(opened.path == folder.path)
            #expect(opened.storePath == folder.path + "/store")
            #expect(opened.logsPath == folder.path + "/logs")
        }
        let listing = try folder.listing()
        #expect(listing["FORMAT"] == Data("sluice data format 4\n".utf8))
        #expect(listing["LOCK"] == Data("\(getpid())".utf8))
        #expect(Set(listing.keys) == ["FORMAT", "LOCK", "logs", "store"])
        _ = try DataFolder(path: folder.path)
        #expect(try folder.listing() == listing)
    }

    @Test func foldersAboveAreCreated() throws {
        let path = folder.path + "/above/further/data"
        _ = try DataFolder(path: path)
        #expect(FileManager.default.fileExists(atPath: path + "/FORMAT"))
    }

    @Test func aNewFolderIsForItsOwnerAlone() throws {
        let path = folder.path + "/above/data"
        _ = try DataFolder(path: path)
        for made in [folder.path, folder.path + "/above", path] {
            let rights = try FileManager.default.attributesOfItem(atPath: made)[.posixPermissions] as? Int
            #expect(rights == 0o700, "\(made)")
        }
        // What somebody has made for others stays so.
        try FileManager.default.setAttributes([.posixPermissions: 0o750], ofItemAtPath: path)
        _ = try DataFolder(path: path)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o750)
    }

    @Test func anEmptyFolderIsTaken() throws {
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        _ = try DataFolder(path: folder.path)
        #expect(try folder.listing()["FORMAT"] == Data("sluice data format 4\n".utf8))
    }

    /// What a start leaves that was killed before the mark had its name.
    @Test func aStartThatWasCutOffIsTakenUpAgain() throws {
        try folder.write("123", to: "LOCK")
        try folder.write("slui", to: "FORMAT.new")
        _ = try DataFolder(path: folder.path)
        #expect(try folder.listing()["FORMAT"] == Data("sluice data format 4\n".utf8))
        #expect(try folder.listing()["FORMAT.new"] == nil)
    }

    @Test func aNewerFormatIsRefusedAndUntouched() throws {
        try folder.write("sluice data format 5\n", to: "FORMAT")
        try folder.write("manifest", to: "store/CURRENT")
        try expectRefusal(.unknownFormat, "has format 5, newer than the 4 this build reads", "use a newer Sluice")
    }

    @Test func aNewFolderNeedsNoMigration() throws {
        #expect(try DataFolder(path: folder.path).foundFormat == DataFolder.formatVersion)
        #expect(try DataFolder(path: folder.path).foundFormat == DataFolder.formatVersion)
    }

    @Test func anOlderFormatKeepsItsMarkUntilTheMigrationIsFinished() throws {
        try folder.write("sluice data format 1\n", to: "FORMAT")
        // Each opening that is cut off before the end finds the old format again.
        for _ in 0..<2 {
            let opened = try DataFolder(path: folder.path)
            #expect(opened.foundFormat == 1)
            #expect(try folder.listing()["FORMAT"] == Data("sluice data format 1\n".utf8))
        }
        // Nor does one that is cut off while it writes the new mark.
        try folder.write("sluice data f", to: "FORMAT.new")
        let opened = try DataFolder(path: folder.path)
        #expect(opened.foundFormat == 1)
        try opened.finishMigration()
        #expect(opened.foundFormat == 1)
        let listing = try folder.listing()
        #expect(listing["FORMAT"] == Data("sluice data format 4\n".utf8))
        #expect(listing["FORMAT.new"] == nil)
    }

    @Test func aMarkThatCannotBeWrittenIsToldAndTheOldOneStays() throws {
        try folder.write("sluice data format 1\n", to: "FORMAT")
        let opened = try DataFolder(path: folder.path)
        // A folder where the new mark is to be written first: rights do not bind root.
        try folder.write("", to: "FORMAT.new/in the way")
        let error = #expect(throws: StorageError.self) { try opened.finishMigration() }
        #expect(error?.code == .notWritable)
        #expect(error?.message.contains("The data folder \(folder.path) cannot be marked as format 4 (") == true)
        #expect(try folder.listing()["FORMAT"] == Data("sluice data format 1\n".utf8))
    }

    @Test(arguments: [
        "", "sluice data format\n", "sluice data format one\n", "format 1\n", "sluice data format 0\n", "\u{0}",
    ])
    func aMarkThatNamesNoFormatIsRefusedAndUntouched(_ mark: String) throws {
        try folder.write(mark, to: "FORMAT")
        try expectRefusal(.unknownFormat, "FORMAT does not name a data format", "restore it from a backup")
    }

    @Test func aFolderWithOtherFilesIsRefusedAndUntouched() throws {
        try folder.write("dear diary", to: "notes/monday.txt")
        try expectRefusal(.unknownFormat, "holds other files and no FORMAT mark", "give --data an empty or new folder")
        // Neither does a lock file make it ours.
        try folder.write("", to: "LOCK")
        try expectRefusal(.unknownFormat, "holds other files and no FORMAT mark")
    }

    @Test func aStoreOfWhichTheMarkIsLostIsRefusedAndUntouched() async throws {
        do {
            let writer = GroupCommitWriter(database: try Database(folder: DataFolder(path: folder.path)))
            try await writer.commit { $0.put(.items, [1], [1]) }
            await writer.close()
        }
        try FileManager.default.removeItem(atPath: folder.path + "/FORMAT")
        try expectRefusal(.unknownFormat, "no FORMAT mark")
    }

    @Test func aFileIsNoFolder() throws {
        try folder.write("text", to: "file")
        let path = folder.path + "/file"
        let error = #expect(throws: StorageError.self) { try DataFolder(path: path) }
        #expect(error?.code == .notWritable)
        #expect(error?.message.contains("The data folder \(path) is a file") == true)
        #expect(try folder.listing() == ["file": Data("text".utf8)])
    }

    /// Rights do not bind root, so the places are ones where nobody can create a folder.
    @Test(arguments: ["/proc/sluice-data", "/dev/null/data"])
    func aPlaceThatCannotBeWrittenIsNamed(_ path: String) {
        let error = #expect(throws: StorageError.self) { try DataFolder(path: path) }
        #expect(error?.code == .notWritable)
        #expect(error?.message.hasPrefix("The data folder \(path) cannot be created (") == true)
        #expect(error?.message.hasSuffix("choose another with --data.") == true)
    }
}
