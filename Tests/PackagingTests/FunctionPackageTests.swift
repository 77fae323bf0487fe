import Foundation
import Testing

@testable import Packaging

@Suite struct FunctionPackageTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("packages-\(UUID().uuidString)")

    private func program(_ program: SmallProgram) throws -> String {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appendingPathComponent("OrderFunction").path
        try Data(program.bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test func aPackageIsWrittenOverAnOlderOne() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try program(
            SmallProgram(
                libraries: ["libc.so.6"], needs: [.init(library: "libc.so.6", versions: [("GLIBC_2.34", ["a"])])]))
        let output = folder.appendingPathComponent("out").path
        let first = try FunctionPackage(program: path, for: .amazonLinux2023).write(to: output)
        let bytes = FileManager.default.contents(atPath: first)
        #expect(first == "\(output)/OrderFunction.zip")
        // Another time of the file and another run change nothing.
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: path)
        #expect(try FunctionPackage(program: path, for: .amazonLinux2023).write(to: output) == first)
        #expect(FileManager.default.contents(atPath: first) == bytes)
        #expect(try FileManager.default.contentsOfDirectory(atPath: output) == ["OrderFunction.zip"])
    }

    @Test func everyObjectionIsALine() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try program(
            SmallProgram(
                libraries: ["libz.so.1"],
                needs: [.init(library: "libm.so.6", versions: [("GLIBC_2.35", ["hypotf"])])]))
        let error = #expect(throws: PackagingError.self) { try FunctionPackage(program: path, for: .amazonLinux2023) }
        let lines = error?.description.split(separator: "\n") ?? []
        #expect(lines.count == 2)
        #expect(lines.allSatisfy { $0.hasPrefix(path) && $0.hasSuffix(".") })
        #expect(lines.last?.contains("hypotf of GLIBC_2.35") == true)
    }

    @Test func whatCannotBeReadOrWrittenIsNamed() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let missing = #expect(throws: PackagingError.self) {
            try FunctionPackage(program: "/nowhere/F", for: .amazonLinux2023)
        }
        #expect(missing?.description.contains("/nowhere/F") == true)
        let script = #expect(throws: PackagingError.self) {
            try FunctionPackage(program: #filePath, for: .amazonLinux2023)
        }
        #expect(script?.description.contains("no Linux program") == true)
        let path = try program(SmallProgram())
        let package = try FunctionPackage(program: path, for: .amazonLinux2023)
        let unwritable = #expect(throws: PackagingError.self) { try package.write(to: path) }
        #expect(unwritable?.description.contains("--output") == true)
    }
}
