/// The text of `Fn::Sub`, cut into what is literal and what is replaced.
struct SubstitutionText: Sendable, Equatable {
    enum Part: Sendable, Equatable {
        case literal(String)
        /// `${Name}` or `${LogicalID.Attribute}`.
        case name(String)
    }

    var parts: [Part]

    /// `${!Name}` is the literal `${Name}`; a `${` without an end is literal too.
    init(_ text: String) {
        parts = []
        var literal = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "$") {
            literal += rest[..<start]
            let open = rest.index(after: start)
            guard open < rest.endIndex, rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else {
                literal += "$"
                rest = rest[open...]
                continue
            }
            let name = rest[rest.index(after: open)..<close]
            if name.hasPrefix("!") {
                literal += "${" + name.dropFirst() + "}"
            } else {
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = ""
                parts.append(.name(name.filter { $0 != " " }))
            }
            rest = rest[rest.index(after: close)...]
        }
        literal += rest
        if !literal.isEmpty { parts.append(.literal(literal)) }
    }

    var names: [String] {
        parts.compactMap { if case .name(let name) = $0 { name } else { nil } }
    }
}
