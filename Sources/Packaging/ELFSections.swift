/// The table of a file's sections.
struct ELFSections {
    /// The kinds that say what a program needs.
    enum Kind: UInt32 {
        case dynamic = 6
        case dynamicSymbols = 11
        case versionNeeds = 0x6FFF_FFFE
        case versionMarks = 0x6FFF_FFFF
    }

    struct Section {
        let kind: UInt32
        let offset: Int
        let size: Int
        /// Place in the table of the section that it refers to: that of its texts.
        let link: Int
        /// How many entries it has, where its kind says so.
        let info: Int
    }

    private let sections: [Section]

    init(_ file: ELFReader) throws(ELFError) {
        let table = try file.count(UInt64.self, at: 40)
        let entrySize = Int(try file.number(UInt16.self, at: 58))
        let count = Int(try file.number(UInt16.self, at: 60))
        guard count > 0 else { throw .noSections }
        guard entrySize >= 64 else { throw .cutOff }
        var sections: [Section] = []
        for index in 0..<count {
            let entry = table + index * entrySize
            guard entry <= file.bytes.count - 64 else { throw .cutOff }
            let kind = try file.number(UInt32.self, at: entry + 4)
            guard Kind(rawValue: kind) != nil || kind == Self.texts else {
                sections.append(Section(kind: kind, offset: 0, size: 0, link: 0, info: 0))
                continue
            }
            let offset = try file.count(UInt64.self, at: entry + 24)
            let size = try file.count(UInt64.self, at: entry + 32)
            guard size <= file.bytes.count - offset else { throw .cutOff }
            sections.append(
                Section(
                    kind: kind, offset: offset, size: size,
                    link: Int(try file.number(UInt32.self, at: entry + 40)),
                    info: try file.count(UInt32.self, at: entry + 44)))
        }
        self.sections = sections
    }

    private static let texts: UInt32 = 3

    func first(_ kind: Kind) -> Section? { sections.first { $0.kind == kind.rawValue } }

    /// The section that holds another one's texts.
    func linked(from section: Section) throws(ELFError) -> Section {
        guard sections.indices.contains(section.link), sections[section.link].kind == Self.texts else {
            throw .cutOff
        }
        return sections[section.link]
    }
}
