/// A field and its rule, with the place in the pattern's text, and able to be asked alone.
struct PatternClause: Sendable {
    /// The field's full name, taken apart at its dots.
    let segments: [[UInt8]]
    /// The full name as the pattern spells it, with its escapes, to stand between quotes.
    let spelling: String
    let rule: [PatternValue]
    let ruleText: String
    let offset: Int
    /// The clause as a pattern of its own.
    let pattern: EventPattern

    var path: String { Self.path(segments[...]) }

    /// `exists: false` is among the alternatives.
    var allowsAbsence: Bool {
        rule.contains { alternative in
            if case .exists(false) = Comparison(alternative) { return true }
            return false
        }
    }

    static func path(_ segments: ArraySlice<[UInt8]>) -> String {
        segments.reduce("$") { $0 + "." + String(decoding: $1, as: UTF8.self) }
    }

    /// The text of a pattern in which these clauses must hold together. A dotted name is the same as nesting.
    static func text(of clauses: some Collection<PatternClause>) -> String {
        "{" + clauses.map { "\"\($0.spelling)\":\($0.ruleText)" }.joined(separator: ",") + "}"
    }

    /// Whether a value, as JSON text, passes the rule.
    func passes(_ json: String) -> Bool {
        (try? pattern.matches(Array("{\"\(spelling)\":\(json)}".utf8))) ?? false
    }
}

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

/// One element of a rule, told apart for the reasons.
enum Comparison {
    /// A string, number, boolean or null that the value must be.
    case literal
    case exists(Bool)
    /// Any other operator with its operand.
    case operation(Operator, PatternValue)

    init(_ value: PatternValue) {
        guard case .object(let members) = value.kind, let member = members.first else {
            self = .literal
            return
        }
        guard let op = Operator(rawValue: String(decoding: member.name, as: UTF8.self)) else {
            preconditionFailure("an operator that does not exist was accepted")
        }
        if op == .exists, case .bool(let wanted) = member.value.kind {
            self = .exists(wanted)
        } else {
            self = .operation(op, member.value)
        }
    }
}
