import Foundation

/// Bytes of a small ELF file with what a program says that it needs, section by section.
struct SmallProgram {
    struct Need {
        var library: String
        /// Versions with the symbols that are bound to each.
        var versions: [(name: String, symbols: [String])]
    }

    var machine: UInt16 = 62
    var libraries: [String] = []
    var needs: [Need] = []

    var bytes: [UInt8] {
        var texts: [UInt8] = [0]
        func text(_ value: String) -> Int {
            defer { texts += Array(value.utf8) + [0] }
            return texts.count
        }
        var dynamic: [UInt8] = []
        for library in libraries { dynamic += Self.little(1, 8) + Self.little(text(library), 8) }
        dynamic += Self.little(0, 16)

        // The first symbol is none, and its mark is that of a local one.
        var symbols = Self.little(0, 24)
        var marks = Self.little(0, 2)
        var versionNeeds: [UInt8] = []
        var mark = 2
        for (index, need) in needs.enumerated() {
            var entries: [UInt8] = []
            for (place, version) in need.versions.enumerated() {
                let next = place + 1 < need.versions.count ? 16 : 0
                entries +=
                    Self.little(0, 6) + Self.little(mark, 2) + Self.little(text(version.name), 4) + Self.little(next, 4)
                for symbol in version.symbols {
                    symbols += Self.little(text(symbol), 4) + Self.little(0, 20)
                    marks += Self.little(mark, 2)
                }
                mark += 1
            }
            let next = index + 1 < needs.count ? 16 + entries.count : 0
            versionNeeds +=
                Self.little(1, 2) + Self.little(need.versions.count, 2) + Self.little(text(need.library), 4)
                + Self.little(16, 4) + Self.little(next, 4) + entries
        }
        return file([
            (3, texts, 0), (6, dynamic, 0), (11, symbols, 0), (0x6FFF_FFFF, marks, 0),
            (0x6FFF_FFFE, versionNeeds, needs.count),
        ])
    }

    private func file(_ sections: [(kind: Int, bytes: [UInt8], info: Int)]) -> [UInt8] {
        let body = sections.flatMap(\.bytes)
        // Behind the head and the sections, their table, whose first entry is none.
        var file: [UInt8] = [0x7F] + Array("ELF".utf8) + [2, 1, 1] + Self.little(0, 9)
        file += Self.little(3, 2) + Self.little(Int(machine), 2) + Self.little(1, 4) + Self.little(0, 16)
        file += Self.little(64 + body.count, 8) + Self.little(0, 10)
        file += Self.little(64, 2) + Self.little(sections.count + 1, 2) + Self.little(0, 2)
        file += body
        file += Self.little(0, 64)
        var offset = 64
        for section in sections {
            file += Self.little(0, 4) + Self.little(section.kind, 4) + Self.little(0, 16) + Self.little(offset, 8)
            file += Self.little(section.bytes.count, 8) + Self.little(1, 4) + Self.little(section.info, 4)
            file += Self.little(0, 16)
            offset += section.bytes.count
        }
        return file
    }

    private static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
    }
}
