/// One element of a field's array, as the lint sees it: what it asks, without how it is matched.
struct Alternative {
    enum Test: Hashable {
        case exists(Bool)
        case null
        case bool(Bool)
        case number(Text)
        case string(Text)
        case prefix(Text, ignoresCase: Bool)
        case suffix(Text, ignoresCase: Bool)
        case equalsIgnoringCase(Text)
        case anythingBut([Text])
        case anythingButNumbers
        /// `anything-but` with a string operator inside, whose operator is kept as a test of its own.
        case anythingButMatching([Test])
        case wildcard(Text)
        /// In a dialect whose `numeric` reads strings that spell numbers; AWS's does not.
        case numeric(readsStrings: Bool)
        case cidr
    }

    var test: Test
    /// As it was written, without white space.
    var text: String
    var path: String
    var offset: Int
    /// Whose operators a repair may name.
    var dialect: PatternDialect

    /// - Parameter value: an element that the parser has accepted.
    init(_ value: PatternValue, text: String, path: String, dialect: PatternDialect) {
        test = Self.test(value, dialect)
        self.text = text
        self.path = path
        self.dialect = dialect
        offset = value.offset
    }

    private static func test(_ value: PatternValue, _ dialect: PatternDialect) -> Test {
        switch value.kind {
        case .string(let text): .string(Text(text))
        case .number(let text): .number(Text(text))
        case .bool(let value): .bool(value)
        case .null: .null
        case .object(let members): operation(Text(members[0].name), members[0].value, dialect)
        case .array: preconditionFailure("the parser refuses an array in a field's array")
        }
    }

    private static func operation(_ name: Text, _ operand: PatternValue, _ dialect: PatternDialect) -> Test {
        switch name {
        case "exists":
            if case .bool(false) = operand.kind { return .exists(false) }
            return .exists(true)
        case "prefix":
            return .prefix(innermostText(operand), ignoresCase: operand.members != nil)
        case "suffix":
            return .suffix(innermostText(operand), ignoresCase: operand.members != nil)
        case "equals-ignore-case": return .equalsIgnoringCase(innermostText(operand))
        case "anything-but": return anythingBut(operand, dialect)
        case "numeric": return .numeric(readsStrings: dialect.numericReadsStrings)
        case "cidr": return .cidr
        case "wildcard": return .wildcard(innermostText(operand))
        case "exactly": return .string(innermostText(operand))
        default: preconditionFailure("the parser refuses the operator \(name)")
        }
    }

    private static func anythingBut(_ operand: PatternValue, _ dialect: PatternDialect) -> Test {
        if let inner = operand.members?.first {
            return .anythingButMatching(inner.value.listed.map { operation(Text(inner.name), $0, dialect) })
        }
        if case .number = operand.listed[0].kind { return .anythingButNumbers }
        return .anythingBut(operand.listed.map(innermostText))
    }

    /// The string that is the operand, or that is inside `{"equals-ignore-case": ...}`.
    private static func innermostText(_ operand: PatternValue) -> Text {
        if case .string(let text) = operand.kind { return Text(text) }
        return operand.members.map { innermostText($0[0].value) } ?? Text("")
    }
}

extension Alternative.Test {
    /// Whether a string passes; nil when that is not certain.
    func passes(_ value: Text) -> Bool? {
        switch self {
        case .exists(true), .anythingButNumbers: return true
        case .exists(false), .null, .bool, .number: return false
        // One that spells an IP address stands for every spelling of it.
        case .string(let text): return text == value ? true : text.mayBeAddress ? nil : false
        case .prefix(let text, false): return value.hasPrefix(text)
        case .suffix(let text, false): return value.hasSuffix(text)
        case .prefix(let text, true): return folded(text, value) { $1.hasPrefix($0) }
        case .suffix(let text, true): return folded(text, value) { $1.hasSuffix($0) }
        case .equalsIgnoringCase(let text): return folded(text, value) { $0 == $1 }
        case .anythingBut(let texts): return !texts.contains(value)
        case .anythingButMatching, .wildcard, .numeric, .cidr: return nil
        }
    }

    private func folded(_ text: Text, _ value: Text, _ holds: (Text, Text) -> Bool) -> Bool? {
        guard let text = text.foldedASCII, let value = value.foldedASCII else { return nil }
        return holds(text, value)
    }
}

extension PatternValue {
    var members: [Member]? { if case .object(let members) = kind { members } else { nil } }
    /// The elements of an array, or the value itself.
    var listed: [PatternValue] { if case .array(let values) = kind { values } else { [self] } }
}
