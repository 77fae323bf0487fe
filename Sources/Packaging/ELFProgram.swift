/// What a Linux program asks of the machine that starts it, read from its dynamic sections.
///
/// Source: System V ABI, chapters 4 and 5, and the Linux Standard Base, "Symbol Versioning".
public struct ELFProgram: Sendable, Hashable {
    /// A version of a shared library that symbols of the program are bound to, such as `GLIBC_2.34` of `libm.so.6`.
    public struct RequiredVersion: Sendable, Hashable {
        public var library: String
        public var version: String
        /// The symbols, in the order of their names.
        public var symbols: [String]

        public init(library: String, version: String, symbols: [String]) {
            self.library = library
            self.version = version
            self.symbols = symbols
        }
    }

    /// Processors that Lambda has, by AWS's names for them.
    public enum Architecture: String, Sendable, Hashable {
        case x86_64
        case arm64
    }

    public var architecture: Architecture
    /// The shared libraries that are loaded with it, in its order.
    public var neededLibraries: [String]
    public var requiredVersions: [RequiredVersion]

    public init(architecture: Architecture, neededLibraries: [String], requiredVersions: [RequiredVersion]) {
        self.architecture = architecture
        self.neededLibraries = neededLibraries
        self.requiredVersions = requiredVersions
    }

    /// Reads a program. Cost: linear in its sections and dynamic symbols.
    public init(_ bytes: [UInt8]) throws(ELFError) {
        let file = ELFReader(bytes: bytes)
        guard bytes.starts(with: [0x7F, UInt8(ascii: "E"), UInt8(ascii: "L"), UInt8(ascii: "F")]) else {
            throw .notELF
        }
        // 64 bits, numbers with their small end first.
        guard bytes.count > 6, bytes[4] == 2, bytes[5] == 1 else { throw .otherKind }
        switch try file.number(UInt16.self, at: 18) {
        case 62: architecture = .x86_64
        case 183: architecture = .arm64
        default: throw .otherKind
        }
        let sections = try ELFSections(file)
        requiredVersions = []
        guard let dynamic = sections.first(.dynamic) else {
            // Linked statically: it needs nothing but a kernel.
            neededLibraries = []
            return
        }
        neededLibraries = try Self.neededLibraries(file, dynamic, texts: try sections.linked(from: dynamic))
        guard let needs = sections.first(.versionNeeds) else { return }
        var versions = try Self.versions(file, needs, texts: try sections.linked(from: needs))
        if let symbols = sections.first(.dynamicSymbols), let marks = sections.first(.versionMarks) {
            let texts = try sections.linked(from: symbols)
            for index in 0..<min(symbols.size / 24, marks.size / 2) {
                // The highest bit hides a symbol from others; the rest names its version.
                let mark = try file.number(UInt16.self, at: marks.offset + index * 2) & 0x7FFF
                guard versions[mark] != nil else { continue }
                let name = try file.count(UInt32.self, at: symbols.offset + index * 24)
                versions[mark]?.symbols.append(try file.text(at: texts.offset + name))
            }
        }
        requiredVersions = versions.values.map {
            RequiredVersion(library: $0.library, version: $0.version, symbols: $0.symbols.sorted())
        }.sorted { ($0.library, $0.version) < ($1.library, $1.version) }
    }

    private static func neededLibraries(
        _ file: ELFReader, _ dynamic: ELFSections.Section, texts: ELFSections.Section
    ) throws(ELFError) -> [String] {
        var libraries: [String] = []
        for index in 0..<(dynamic.size / 16) {
            let tag = try file.number(UInt64.self, at: dynamic.offset + index * 16)
            // DT_NULL ends the list, DT_NEEDED names a library.
            if tag == 0 { break }
            guard tag == 1 else { continue }
            let name = try file.count(UInt64.self, at: dynamic.offset + index * 16 + 8)
            libraries.append(try file.text(at: texts.offset + name))
        }
        return libraries
    }

    /// The versions by the mark that symbols carry for them.
    private static func versions(
        _ file: ELFReader, _ needs: ELFSections.Section, texts: ELFSections.Section
    ) throws(ELFError) -> [UInt16: RequiredVersion] {
        var versions: [UInt16: RequiredVersion] = [:]
        var need = needs.offset
        for _ in 0..<needs.info {
            // A mark has 16 bits, so there are no more versions than that.
            guard versions.count < UInt16.max else { throw .cutOff }
            let library = try file.text(at: texts.offset + file.count(UInt32.self, at: need + 4))
            var entry = need + (try file.count(UInt32.self, at: need + 8))
            for _ in 0..<(try file.number(UInt16.self, at: need + 2)) {
                let mark = try file.number(UInt16.self, at: entry + 6)
                let version = try file.text(at: texts.offset + file.count(UInt32.self, at: entry + 8))
                versions[mark] = RequiredVersion(library: library, version: version, symbols: [])
                let next = try file.count(UInt32.self, at: entry + 12)
                guard next > 0 else { break }
                entry += next
            }
            let next = try file.count(UInt32.self, at: need + 12)
            guard next > 0 else { break }
            need += next
        }
        return versions
    }
}
