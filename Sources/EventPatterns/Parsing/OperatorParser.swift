/// Reads one element of a field's array: a plain value or the object of an operator.
struct OperatorParser {
    let dialect: PatternDialect

    func parse(
        _ value: PatternValue, _ place: Place, _ rule: inout ParsedPattern.Rule, _ literals: inout Literals
    ) throws(PatternError) {
        switch value.kind {
        case .string(let text):
            // A string that spells an IP address stands for the address, in any spelling.
            if let address = InternetAddress(text.span.bytes, 0..<text.count) {
                rule.tests.append(literals.test(addresses: AddressRange(first: address, last: address)))
            } else {
                rule.tests.append(literals.test(string: text))
            }
        case .number(let text):
            if let number = NumberText.value(text) { rule.tests.append(.number(number)) }
            rule.tests.append(.numberText(literals.add(text)))
        case .bool(let wanted):
            rule.tests.append(.bool(wanted))
        case .null:
            rule.tests.append(.null)
        case .array:
            throw place.error(
                .nestedArray, "A field's array holds another array", value.offset,
                "list the values in one array; arrays in events need no brackets in the pattern")
        case .object(let members):
            let (name, member) = try soleMember(members, value.offset, place)
            try operation(name, member, place.field(name), &rule, &literals)
        }
    }

    /// The one key of an operator's object.
    func soleMember(
        _ members: [PatternValue.Member], _ offset: Int, _ place: Place
    ) throws(PatternError) -> (String, PatternValue.Member) {
        guard let first = members.first else {
            throw place.error(.empty, "The object of an operator is empty", offset, "name an operator such as prefix")
        }
        guard members.count == 1 else {
            throw place.error(
                .moreThanOneOperator, "An object names \(members.count) operators", members[1].offset,
                "give each operator an object of its own")
        }
        return (String(decoding: first.name, as: UTF8.self), first)
    }

    private func operation(
        _ name: String, _ member: PatternValue.Member, _ place: Place, _ rule: inout ParsedPattern.Rule,
        _ literals: inout Literals
    ) throws(PatternError) {
        let operand = member.value
        guard let op = Operator(rawValue: name), !name.contains("/") else {
            throw place.error(
                .unknownOperator, "The operator \(name) does not exist", member.offset, unknownRepair(name, operand))
        }
        switch op {
        case .exists:
            guard case .bool(let wanted) = operand.kind else {
                throw place.error(
                    .invalidOperand, "The operand of exists is \(operand.kindName)", operand.offset,
                    "write true or false")
            }
            if wanted { rule.tests.append(.present) } else { rule.allowsAbsence = true }
        case .anythingBut:
            rule.tests.append(try anythingBut(operand, place, &literals))
        case .numeric:
            rule.tests.append(try numeric(operand, place, &literals))
        case .cidr:
            let range = try cidr(try text(operand, op, place), operand.offset, place)
            rule.tests.append(literals.test(addresses: range))
        default:
            rule.tests.append(try textTest(op, member, place, &literals))
        }
    }

    /// What to write instead of an operator that does not exist.
    private func unknownRepair(_ name: String, _ operand: PatternValue) -> String {
        let known = Operator.outermost.filter(dialect.accepts).map(\.rawValue)
        if let meant = Text(Array(name.utf8)).nearest(among: known.map { Text(Array($0.utf8)) }) {
            return "use \(meant)"
        }
        switch operand.kind {
        case .string where name == "Pattern": return "give the text of one Pattern, not what stands around it"
        case .array, .object: return "alternatives of fields stand in an array under $or; operators are \(list(known))"
        default: return "use one of \(list(known))"
        }
    }

    private func list(_ names: [String]) -> String { names.joined(separator: ", ") }

    /// The operators whose operand is one string, or the object `{"equals-ignore-case": string}`.
    private func textTest(
        _ op: Operator, _ member: PatternValue.Member, _ place: Place, _ literals: inout Literals
    ) throws(PatternError) -> ValueTest {
        let operand = member.value
        if op == .prefix || op == .suffix, case .object(let members) = operand.kind {
            let (name, inner) = try soleMember(members, operand.offset, place)
            let innerPlace = place.field(name)
            guard name == Operator.equalsIgnoringCase.rawValue else {
                throw innerPlace.error(
                    .unknownOperator, "The operator \(op.rawValue) cannot hold \(name)", inner.offset,
                    "write a string or {\"equals-ignore-case\": \"...\"}")
            }
            let folded = op == .prefix ? Operator.prefixIgnoringCase : .suffixIgnoringCase
            try require(folded, inner.offset, innerPlace)
            return .folded(
                literals.add(folding: try text(inner.value, .equalsIgnoringCase, innerPlace)),
                op == .prefix ? .prefix : .suffix)
        }
        try require(op, member.offset, place)
        let text = try text(operand, op, place)
        switch op {
        case .exactly: return literals.test(string: text)
        case .prefix: return .prefix(literals.add(text))
        case .suffix: return .suffix(literals.add(text))
        case .equalsIgnoringCase: return .folded(literals.add(folding: text), .whole)
        case .wildcard: return .wildcard(literals.add(pieces: try pieces(text, operand.offset, place)))
        default: preconditionFailure("\(op) is no operator on one string")
        }
    }

    /// Refuses an operator that the dialect has not.
    func require(_ op: Operator, _ offset: Int, _ place: Place) throws(PatternError) {
        guard dialect.accepts(op) else {
            throw place.error(
                .unsupportedOperator, "The operator \(op.rawValue) is not supported by \(dialect.name)", offset,
                op.repair)
        }
    }

    func text(_ value: PatternValue, _ op: Operator, _ place: Place) throws(PatternError) -> [UInt8] {
        guard case .string(let text) = value.kind else {
            throw place.error(
                .invalidOperand, "The operand of \(op.rawValue) is \(value.kindName)", value.offset, "write a string")
        }
        return text
    }

    /// Splits a wildcard's text at its stars. `\*` is a star and `\\` a backslash; AWS refuses `**`.
    func pieces(_ text: [UInt8], _ offset: Int, _ place: Place) throws(PatternError) -> [[UInt8]] {
        let star = UInt8(ascii: "*")
        let backslash = UInt8(ascii: "\\")
        var pieces: [[UInt8]] = [[]]
        var at = 0
        while at < text.count {
            let next = at + 1 < text.count ? text[at + 1] : 0
            if text[at] == backslash {
                guard next == star || next == backslash else {
                    throw place.error(
                        .invalidOperand, "The wildcard's backslash stands before neither * nor \\", offset,
                        "write \\\\ for a backslash")
                }
                pieces[pieces.count - 1].append(next)
                at += 1
            } else if text[at] == star {
                guard next != star else {
                    throw place.error(
                        .invalidOperand, "The wildcard has two stars in a row", offset,
                        "write one, it stands for any number of characters")
                }
                pieces.append([])
            } else {
                pieces[pieces.count - 1].append(text[at])
            }
            at += 1
        }
        return pieces
    }
}
