import Foundation
import Testing

@testable import Packaging

@Suite struct ELFProgramTests {
    private static let small = SmallProgram(
        libraries: ["libc.so.6", "libm.so.6"],
        needs: [
            .init(library: "libm.so.6", versions: [("GLIBC_2.35", ["hypotf"]), ("GLIBC_2.2.5", ["sqrt", "cos"])]),
            .init(library: "libc.so.6", versions: [("GLIBC_2.34", ["dlsym"])]),
        ])

    @Test func whatAProgramNeedsIsRead() throws {
        let program = try ELFProgram(Self.small.bytes)
        #expect(program.architecture == .x86_64)
        #expect(program.neededLibraries == ["libc.so.6", "libm.so.6"])
        #expect(
            program.requiredVersions == [
                .init(library: "libc.so.6", version: "GLIBC_2.34", symbols: ["dlsym"]),
                .init(library: "libm.so.6", version: "GLIBC_2.2.5", symbols: ["cos", "sqrt"]),
                .init(library: "libm.so.6", version: "GLIBC_2.35", symbols: ["hypotf"]),
            ])
        #expect(program.newestVersions.map(\.version) == ["GLIBC_2.35"])
    }

    @Test func theNewestVersionCountsInNumbers() {
        let program = ELFProgram(
            architecture: .x86_64, neededLibraries: [],
            requiredVersions: [
                .init(library: "libc.so.6", version: "GLIBC_2.4", symbols: ["a"]),
                .init(library: "libc.so.6", version: "GLIBC_2.17", symbols: ["b"]),
                .init(library: "libm.so.6", version: "GLIBC_2.17", symbols: ["c"]),
                .init(library: "libgcc_s.so.1", version: "GCC_3.0", symbols: ["d"]),
            ])
        #expect(program.newestVersions.map(\.version) == ["GCC_3.0", "GLIBC_2.17"])
        #expect(program.newestVersions.last?.symbols == ["b", "c"])
    }

    /// The test's own program: what the parser says of a real file is what the loader was asked for.
    @Test func aRealProgramIsRead() throws {
        let bytes = try #require(FileManager.default.contents(atPath: "/proc/self/exe"))
        let program = try ELFProgram(Array(bytes))
        #expect(program.neededLibraries.contains("libc.so.6"))
        let file = try #require(FileHandle(forReadingAtPath: "/proc/self/maps"))
        let maps = String(decoding: try #require(try file.readToEnd()), as: UTF8.self)
        for library in program.neededLibraries where !library.hasPrefix("ld-") {
            #expect(maps.contains(library), "\(library) is not loaded")
        }
        #expect(program.requiredVersions.contains { $0.version.hasPrefix("GLIBC_2.") && !$0.symbols.isEmpty })
    }

    @Test(arguments: [
        ([UInt8](), ELFError.notELF), (Array("#!/bin/sh\n".utf8), .notELF),
        ([0x7F, 0x45, 0x4C, 0x46, 1, 1, 1], .otherKind),
        ([0x7F, 0x45, 0x4C, 0x46], .otherKind), ([0x7F, 0x45, 0x4C, 0x46, 2, 1, 1], .cutOff),
    ])
    func whatIsNoProgramIsRefused(bytes: [UInt8], error: ELFError) {
        #expect(throws: error) { try ELFProgram(bytes) }
    }

    @Test func anotherProcessorIsRefused() {
        var program = Self.small
        program.machine = 8
        #expect(throws: ELFError.otherKind) { try ELFProgram(program.bytes) }
        program.machine = 183
        #expect((try? ELFProgram(program.bytes))?.architecture == .arm64)
    }

    /// Cut off anywhere, or with any byte another one, it is read or refused; nothing traps.
    @Test func damageIsRefusedOrRead() throws {
        let whole = Self.small.bytes
        for count in whole.indices { #expect(throws: ELFError.self) { try ELFProgram(Array(whole.prefix(count))) } }
        for index in whole.indices {
            for value: UInt8 in [0, 1, 0x7F, 0xFF] {
                var damaged = whole
                damaged[index] = value
                _ = try? ELFProgram(damaged)
            }
        }
    }
}
