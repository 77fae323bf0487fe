import Foundation
import Testing

@testable import Packaging

@Suite struct ZipArchiveTests {
    private static let entries = [
        ZipArchive.Entry(name: "bootstrap", contents: Array("#!/bin/sh\necho served\n".utf8), permissions: 0o755),
        ZipArchive.Entry(
            name: "a/notes.txt", contents: Array(String(repeating: "zip ", count: 50_000).utf8), permissions: 0o644),
        ZipArchive.Entry(name: "empty", contents: [], permissions: 0o600),
    ]

    @Test func theBytesFollowFromTheEntriesAlone() throws {
        let bytes = try ZipArchive.bytes(of: Self.entries)
        #expect(try ZipArchive.bytes(of: Self.entries.reversed()) == bytes)
        #expect(bytes.count < 2_000)
    }

    /// Another implementation reads it: names in order, one time, rights, contents.
    @Test func pythonReadsIt() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).zip")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(try ZipArchive.bytes(of: Self.entries)).write(to: file)
        let output = try Self.python(
            """
            import sys, zipfile, hashlib
            archive = zipfile.ZipFile(sys.argv[1])
            assert archive.testzip() is None
            for i in archive.infolist():
                d = hashlib.sha256(archive.read(i)).hexdigest()[:8]
                print(i.filename, oct(i.external_attr >> 16), i.create_system, i.date_time, i.file_size, d)
            """, file.path)
        #expect(
            output == """
                a/notes.txt 0o100644 3 (1980, 1, 1, 0, 0, 0) 200000 761a2446
                bootstrap 0o100755 3 (1980, 1, 1, 0, 0, 0) 22 bc00b960
                empty 0o100600 3 (1980, 1, 1, 0, 0, 0) 0 e3b0c442

                """)
    }

    private static func python(_ program: String, _ argument: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program, argument]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
