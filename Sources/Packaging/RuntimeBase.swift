/// What the machine of a Lambda runtime has for a program: its C library and the shared libraries beside it.
public struct RuntimeBase: Sendable {
    /// The runtime's name, as a template has it.
    public let name: String
    /// Shared libraries by the names that programs ask for.
    let libraries: Set<String>
    /// The newest version of each family of symbol versions, such as `GLIBC`.
    let newest: [String: [Int]]

    /// Amazon Linux 2023, the minimal container image: glibc 2.34, and libgcc and libstdc++ of GCC 11.
    ///
    /// Sources: "Using AL2023 in AWS Lambda" (`provided.al2023` is based on the minimal container image); "Core toolchain
    /// packages glibc, gcc, binutils" (glibc 2.34, GCC 11). The image has more than these, such as libz and libcurl; none of it
    /// is promised to functions, so none of it is counted on. libstdc++ is there for the image's package manager, and every
    /// Swift function with a static standard library needs it. Its newest versions with GCC 11: GCC's manual of libstdc++,
    /// "ABI Policy and Guidelines".
    public static let amazonLinux2023 = RuntimeBase(
        name: "provided.al2023",
        libraries: [
            "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1", "libresolv.so.2",
            "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1", "libgcc_s.so.1", "libstdc++.so.6",
        ],
        newest: [
            "GLIBC": [2, 34], "GLIBCXX": [3, 4, 29], "CXXABI": [1, 3, 13], "GCC": [11, 0, 0],
        ])

    /// Why a program does not run on it, one sentence each; empty when it does.
    public func objections(to program: ELFProgram) -> [String] {
        let missing = program.neededLibraries.filter { !libraries.contains($0) }
        var objections: [String] = []
        if !missing.isEmpty {
            objections.append(
                "needs \(missing.joined(separator: ", ")), which \(name) does not have; link it statically, Swift's "
                    + "libraries with --static-swift-stdlib")
        }
        for needed in program.requiredVersions where !has(needed.version) {
            objections.append(
                "needs \(needed.symbols.joined(separator: ", ")) of \(needed.version) (\(needed.library)), and \(name) has "
                    + "\(newestText(of: needed.version)); build it on an older system or define what is new in the program"
            )
        }
        return objections
    }

    private func has(_ version: String) -> Bool {
        guard let (family, numbers) = Self.parts(of: version), let newest = newest[family] else { return false }
        return !newest.lexicographicallyPrecedes(numbers)
    }

    private func newestText(of version: String) -> String {
        guard let family = version.split(separator: "_").first.map(String.init), let newest = newest[family] else {
            return "nothing of the kind"
        }
        return "\(family)_\(newest.map(String.init).joined(separator: ".")) at most"
    }

    /// `GLIBC_2.34` as its family and numbers; nil for one without numbers, such as `GLIBC_PRIVATE`.
    static func parts(of version: String) -> (family: String, numbers: [Int])? {
        guard let mark = version.lastIndex(of: "_") else { return nil }
        let numbers = version[version.index(after: mark)...].split(separator: ".", omittingEmptySubsequences: false)
            .map { Int($0) }
        let known = numbers.compactMap { $0 }
        guard known.count == numbers.count, !known.isEmpty else { return nil }
        return (String(version[..<mark]), known)
    }
}

extension ELFProgram {
    /// The newest version of each family that the program needs, with the symbols that need it.
    public var newestVersions: [RequiredVersion] {
        var newest: [String: (numbers: [Int], version: RequiredVersion)] = [:]
        for required in requiredVersions {
            guard let (family, numbers) = RuntimeBase.parts(of: required.version) else { continue }
            if let other = newest[family] {
                if numbers.lexicographicallyPrecedes(other.numbers) { continue }
                if numbers == other.numbers {
                    newest[family]?.version.symbols += required.symbols
                    continue
                }
            }
            newest[family] = (numbers, required)
        }
        return newest.sorted { $0.key < $1.key }.map(\.value.version)
    }
}
