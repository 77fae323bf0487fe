import Testing

@testable import Packaging

@Suite struct RuntimeBaseTests {
    private static func objections(_ library: String, _ version: String, needed: [String] = []) -> [String] {
        RuntimeBase.amazonLinux2023.objections(
            to: ELFProgram(
                architecture: .x86_64, neededLibraries: needed,
                requiredVersions: [.init(library: library, version: version, symbols: ["f", "g"])]))
    }

    @Test(arguments: ["GLIBC_2.34", "GLIBC_2.2.5", "GLIBC_2.4", "GLIBCXX_3.4.29", "CXXABI_1.3", "GCC_3.0", "GCC_7.0.0"])
    func whatAmazonLinuxHasPasses(version: String) {
        #expect(Self.objections("libx.so", version).isEmpty)
    }

    @Test(arguments: ["GLIBC_2.35", "GLIBC_2.34.1", "GLIBC_3", "GLIBCXX_3.4.30", "CXXABI_1.3.14", "GCC_12.0.0"])
    func whatIsNewerIsRefusedWithItsSymbols(version: String) throws {
        let objection = try #require(Self.objections("libm.so.6", version).first)
        #expect(objection.hasPrefix("needs f, g of \(version) (libm.so.6), and provided.al2023 has "))
        #expect(objection.contains("at most"))
    }

    /// Versions without numbers are promises of one build of a library to another, or features of its loader.
    @Test(arguments: ["GLIBC_PRIVATE", "GLIBC_ABI_DT_RELR", "OPENSSL_3.0.0", "x", ""])
    func whatIsNotKnownIsRefused(version: String) {
        #expect(Self.objections("libc.so.6", version).count == 1)
    }

    @Test func aLibraryThatTheImageLacksIsRefused() {
        let objections = Self.objections(
            "libc.so.6", "GLIBC_2.17", needed: ["libc.so.6", "libFoundation.so", "libcurl.so.4"])
        #expect(
            objections == [
                "needs libFoundation.so, libcurl.so.4, which provided.al2023 does not have; link it statically, Swift's "
                    + "libraries with --static-swift-stdlib"
            ])
    }
}
