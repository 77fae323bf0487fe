/// Whether a text is XML as far as our writers can get it wrong: tags that close, quotes, signs that must be escaped.
enum XMLTags {
    /// Nil when nothing is wrong.
    static func problem(in text: String) -> String? {
        var open: [Substring] = []
        var rest = text[...]
        while let mark = rest.firstIndex(where: { $0 == "<" || $0 == ">" || $0 == "&" }) {
            switch rest[mark] {
            case ">": return "a > stands alone"
            case "&":
                let end = rest[mark...].prefix(12).firstIndex(of: ";")
                guard end != nil else { return "a & stands alone" }
                rest = rest[rest.index(after: mark)...]
            default:
                guard let end = self.end(of: rest[mark...]) else { return "a tag has no end" }
                let tag = rest[rest.index(after: mark)..<end]
                rest = rest[rest.index(after: end)...]
                if tag.hasPrefix("?") { continue }
                if tag.hasPrefix("/") {
                    guard open.popLast() == tag.dropFirst() else {
                        return "</\(tag.dropFirst())> closes what is not open"
                    }
                } else if !tag.hasSuffix("/") {
                    open.append(tag.prefix { $0 != " " })
                }
            }
        }
        return open.isEmpty ? nil : "\(open) are not closed"
    }

    /// The > of a tag that begins here, behind its attributes' quotes.
    private static func end(of text: Substring) -> Substring.Index? {
        var isQuoted = false
        for index in text.indices {
            switch text[index] {
            case "\"": isQuoted.toggle()
            case ">" where !isQuoted: return index
            case "<" where index != text.startIndex: return nil
            default: break
            }
        }
        return nil
    }
}
