/// A pattern's text, to quote from.
struct PatternSource: Sendable {
    private let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The JSON text of a value, without white space.
    func text(_ value: PatternValue) -> String {
        switch value.kind {
        case .number(let text): return String(decoding: text, as: UTF8.self)
        case .bool(let value): return "\(value)"
        case .null: return "null"
        case .string: return "\"\(content(value.offset))\""
        case .array(let values): return "[" + values.map(text).joined(separator: ",") + "]"
        case .object(let members):
            let texts = members.map { "\"\(content($0.offset))\":\(text($0.value))" }
            return "{" + texts.joined(separator: ",") + "}"
        }
    }

    /// What stands between the quotes of the string at an offset, escapes and all.
    func content(_ offset: Int) -> String {
        var at = offset + 1
        while bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
        return String(decoding: bytes[(offset + 1)..<at], as: UTF8.self)
    }

    /// The clauses in the order in which `PatternParser` numbers the rules: as the text has them, `$or` or not.
    func clauses(_ root: PatternValue, dialect: PatternDialect) throws(PatternError) -> [PatternClause] {
        var clauses: [PatternClause] = []
        try collect(root, [], dialect, &clauses)
        return clauses
    }

    private func collect(
        _ value: PatternValue, _ names: [(decoded: [UInt8], spelling: String)], _ dialect: PatternDialect,
        _ clauses: inout [PatternClause]
    ) throws(PatternError) {
        switch value.kind {
        case .object(let members):
            for member in members {
                let name = (decoded: member.name, spelling: content(member.offset))
                if String(decoding: member.name, as: UTF8.self) == "$or", case .array(let values) = member.value.kind {
                    for alternative in values { try collect(alternative, names, dialect, &clauses) }
                } else {
                    try collect(member.value, names + [name], dialect, &clauses)
                }
            }
        case .array(let rule):
            let ruleText = text(value)
            let spelling = names.map(\.spelling).joined(separator: ".")
            clauses.append(
                PatternClause(
                    segments: names.flatMap {
                        $0.decoded.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init)
                    },
                    spelling: spelling, rule: rule, ruleText: ruleText, offset: value.offset,
                    pattern: try EventPattern("{\"\(spelling)\":\(ruleText)}", dialect: dialect)))
        default:
            preconditionFailure("a field that is \(value.kindName) was accepted")
        }
    }
}
