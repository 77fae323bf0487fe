import Foundation
import Functions
import Testing

/// Code in zips, which Python's own library makes.
@Suite struct CodeArchiveTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-package-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// A zip of `name: (contents, mode)`, given as Python.
    private func zip(_ files: String) throws -> String {
        let path = folder.appendingPathComponent("code.zip").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c",
            """
            import sys, zipfile
            with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as zip:
                for name, (text, mode) in \(files).items():
                    info = zipfile.ZipInfo(name)
                    info.external_attr = mode << 16
                    info.compress_type = zipfile.ZIP_DEFLATED
                    zip.writestr(info, text)
            """, path,
        ]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return path
    }

    private func unpack(_ path: String, into target: String) throws {
        try CodeArchive.unpack(
            Array(try Data(contentsOf: URL(fileURLWithPath: path))), named: "code.zip", into: target)
    }

    private func remove() { try? FileManager.default.removeItem(at: folder) }

    @Test func filesAndTheirRightsComeOut() throws {
        defer { remove() }
        let path = try zip(#"{"bootstrap": ("program", 0o100755), "data/a.txt": ("text", 0o100644)}"#)
        let target = folder.appendingPathComponent("out").path
        try unpack(path, into: target)
        #expect(FileManager.default.isExecutableFile(atPath: target + "/bootstrap"))
        #expect(try String(contentsOfFile: target + "/data/a.txt", encoding: .utf8) == "text")
        #expect(!FileManager.default.isExecutableFile(atPath: target + "/data/a.txt"))
        let program = try FunctionProgram(
            function: "F", runtime: "provided.al2023", handler: "bootstrap", codePath: target)
        #expect(program.executablePath == target + "/bootstrap")
        #expect(program.taskRoot == target)
    }

    @Test(arguments: [
        #"{"../escaped": ("x", 0o100644)}"#, #"{"a/../../escaped": ("x", 0o100644)}"#,
        #"{"/tmp/sluice-escaped": ("x", 0o100644)}"#,
        #"{"link": ("..", 0o120777), "link/escaped": ("x", 0o100644)}"#,
    ])
    func nothingIsWrittenElsewhere(files: String) throws {
        defer { remove() }
        let path = try zip(files)
        let error = #expect(throws: FunctionError.self) {
            try unpack(path, into: folder.appendingPathComponent("out").path)
        }
        #expect(error?.code == .badPackage)
        #expect(error?.message.contains("code.zip") == true)
        #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("escaped").path))
        #expect(!FileManager.default.fileExists(atPath: "/tmp/sluice-escaped"))
    }

    @Test func whatIsNoZipIsRefused() throws {
        defer { remove() }
        let path = folder.appendingPathComponent("code.zip").path
        for bytes in [Data(), Data("no zip".utf8), Data(repeating: 0x50, count: 100_000)] {
            try bytes.write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: FunctionError.self) {
                try unpack(path, into: folder.appendingPathComponent("out").path)
            }
            #expect(error?.code == .badPackage)
        }
    }

    @Test func aProgramThatCannotBeExecutedIsNamed() throws {
        defer { remove() }
        let path = try zip(#"{"bootstrap": ("program", 0o100644)}"#)
        let target = folder.appendingPathComponent("out").path
        try unpack(path, into: target)
        let error = #expect(throws: FunctionError.self) {
            try FunctionProgram(function: "F", runtime: "provided.al2023", handler: "bootstrap", codePath: target)
        }
        #expect(error?.message.contains("chmod +x") == true)
    }
}
