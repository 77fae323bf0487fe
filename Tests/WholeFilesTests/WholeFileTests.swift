import Foundation
import Testing
import WholeFiles

struct WholeFileTests {
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-whole-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func remove() { try? FileManager.default.removeItem(atPath: folder) }

    private func failure(_ path: String, bytesMax: Int = 100, forbiddenMode: UInt32 = 0) -> WholeFile.Failure? {
        do throws(WholeFile.Failure) {
            _ = try WholeFile.read(path, bytesMax: bytesMax, forbiddenMode: forbiddenMode)
            return nil
        } catch {
            return error
        }
    }

    @Test func whatIsWrittenIsReadAndNothingElseStays() throws {
        defer { remove() }
        let path = "\(folder)/keys.json"
        for text in ["first", "", "a third one that is longer"] {
            try WholeFile.write(Array(text.utf8), to: path, mode: 0o600)
            #expect(try WholeFile.read(path, bytesMax: 100).bytes == Array(text.utf8))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["keys.json"])
    }

    /// Whoever has the old one open goes on with it: another file has come in its place.
    @Test func aFileIsReplacedAndNotChanged() throws {
        defer { remove() }
        let path = "\(folder)/keys.json"
        try WholeFile.write([1, 2, 3], to: path, mode: 0o600)
        let before = try #require(WholeFile.Stamp(path: path))
        let old = try #require(FileHandle(forReadingAtPath: path))
        try WholeFile.write([4], to: path, mode: 0o600)
        #expect(try old.readToEnd() == Data([1, 2, 3]))
        #expect(WholeFile.Stamp(path: path) != before)
        #expect(try WholeFile.read(path, bytesMax: 1).stamp == WholeFile.Stamp(path: path))
    }

    @Test(arguments: [0o600, 0o644] as [UInt32]) func itsRightsAreThoseAskedForWhateverTheMaskSays(mode: UInt32) throws
    {
        defer { remove() }
        let path = "\(folder)/file"
        try WholeFile.write([1], to: path, mode: mode)
        let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(rights == Int(mode))
        #expect(failure(path, forbiddenMode: 0o077) == (mode == 0o600 ? nil : .isOpen))
        #expect(failure(path, forbiddenMode: 0o022) == nil)
    }

    @Test func whatCannotBeReadIsTold() throws {
        defer { remove() }
        #expect(failure("\(folder)/none") == .notThere)
        #expect(failure(folder) == .isNoFile)
        let path = "\(folder)/large"
        try WholeFile.write([UInt8](repeating: 1, count: 101), to: path, mode: 0o600)
        #expect(failure(path) == .tooLarge(bytes: 101))
        #expect(WholeFile.Stamp(path: "\(folder)/none") == nil)
        #expect(throws: WholeFile.Failure.system(WholeFile.systemText(ENOENT))) {
            try WholeFile.write([1], to: "\(folder)/none/file", mode: 0o600)
        }
    }

    @Test(arguments: [("a", "."), ("/a", "/"), ("/a/b", "/a"), ("a/b/c", "a/b")])
    func theFolderIsWhatAPathLeadsThroughLast(path: String, folder: String) {
        #expect(WholeFile.folder(of: path) == folder)
    }
}
