/// Why a value passes none of a rule's alternatives, as the rest of a sentence that began with the value.
struct Objections {
    let source: PatternSource
    let dialect: PatternDialect
    /// What the value is not or does not, to follow "which".
    private var traits: [String] = []
    /// What an operator does not look at.
    private var limits: [String] = []
    /// How near the value comes to one of the alternatives.
    var hint: String?
    /// What a star in one of the alternatives is.
    private var star: String?
    /// How the value's type differs from that of every alternative which is a plain value.
    private var types: String?
    private(set) var isNumericOnString = false

    init(source: PatternSource, dialect: PatternDialect) {
        self.source = source
        self.dialect = dialect
    }

    /// Whether there is more to say of this value than that it is another one.
    var isNear: Bool { hint != nil || star != nil }

    var text: String {
        var text = traits.isEmpty ? "" : ", which \(Quotation.joined(traits, last: "and"))"
        for limit in limits { text += ", and \(limit)" }
        if let hint = hint ?? star ?? types { text += " (\(hint))" }
        return text
    }

    mutating func add(_ rule: [PatternValue], kind: EventTree.Kind, content: [UInt8]) {
        var literals: [String] = []
        var differences: [String] = []
        for alternative in rule {
            switch Comparison(alternative) {
            case .literal:
                let quoted = Quotation.short(source.text(alternative))
                literals.append(quoted)
                if hint == nil { hint = Likeness.hint(alternative.kind, quoted, kind, content) }
                if let difference = Likeness.types(alternative.kind, kind) { differences.append(difference) }
                if star == nil, kind == .string, case .string = alternative.kind {
                    star = Likeness.star(source.content(alternative.offset), dialect)
                }
            case .exists:
                limit("exists: false needs it to be missing")
            case .operation(let op, let operand):
                add(op, operand, kind, content)
            }
        }
        guard let first = literals.first else { return }
        if differences.count == literals.count { types = differences[0] }
        // Plain values come first, whatever their place in the rule.
        let text = literals.count == 1 ? "is not \(first)" : "is none of \(Quotation.list(literals, last: "and"))"
        traits.insert(text, at: 0)
    }

    private mutating func limit(_ text: String) {
        if !limits.contains(text) { limits.append(text) }
    }

    private mutating func add(_ op: Operator, _ operand: PatternValue, _ kind: EventTree.Kind, _ content: [UInt8]) {
        switch op {
        case .anythingBut:
            anythingBut(operand)
        case .numeric:
            numeric(operand, kind, content)
        default:
            guard kind == .string else { return limit("\(op.word) compares strings only") }
            text(op, operand, content)
        }
    }

    private mutating func numeric(_ operand: PatternValue, _ kind: EventTree.Kind, _ content: [UInt8]) {
        let readsIt = kind == .number || kind == .string && dialect.numericReadsStrings
        guard readsIt else {
            isNumericOnString = kind == .string
            return limit("numeric compares JSON numbers only")
        }
        traits.append("is not \(comparisons(operand))")
        if NumberText.number(content.span.bytes, 0..<content.count) == nil {
            hint = kind == .number ? "it has too many digits to be compared" : "it is no number"
        }
    }

    /// The operators on one string, for a value that is a string.
    private mutating func text(_ op: Operator, _ operand: PatternValue, _ content: [UInt8]) {
        var wanted = operand
        var isFolded = op == .equalsIgnoringCase
        if case .object(let members) = operand.kind, let member = members.first {
            wanted = member.value
            isFolded = true
        }
        let quoted = Quotation.short(source.text(wanted)) + (isFolded ? " in any case" : "")
        switch op {
        case .prefix: traits.append("does not begin with \(quoted)")
        case .suffix: traits.append("does not end with \(quoted)")
        case .wildcard: traits.append("does not fit the wildcard \(quoted)")
        case .cidr where InternetAddress(content.span.bytes, 0..<content.count) == nil:
            traits.append("is no IP address")
        case .cidr: traits.append("is not in the block \(quoted)")
        default: traits.append("is not \(quoted)")
        }
        guard !isFolded, hint == nil, case .string(let bytes) = wanted.kind else { return }
        let (lower, value) = (Likeness.string(bytes).lowercased(), Likeness.string(content).lowercased())
        switch op {
        case .exactly: hint = Likeness.hint(wanted.kind, quoted, .string, content)
        case .prefix where value.hasPrefix(lower): hint = "it begins with \(quoted) when case is ignored"
        case .suffix where value.hasSuffix(lower): hint = "it ends with \(quoted) when case is ignored"
        case .wildcard where fits(bytes, content): hint = "it fits when case is ignored"
        default: break
        }
    }

    /// Whether a value fits a wildcard when case is ignored.
    private func fits(_ wildcard: [UInt8], _ content: [UInt8]) -> Bool {
        guard let pieces = try? OperatorParser(dialect: dialect).pieces(wildcard, 0, .root) else { return false }
        return Likeness.fits(pieces, content)
    }

    /// The value is among what is excluded, or the rule would hold.
    private mutating func anythingBut(_ operand: PatternValue) {
        guard case .object(let members) = operand.kind, let member = members.first else {
            var isList = false
            if case .array = operand.kind { isList = true }
            return traits.append(isList ? "is one of the values that anything-but excludes" : "anything-but excludes")
        }
        switch String(decoding: member.name, as: UTF8.self) {
        case "prefix": traits.append("begins with what anything-but excludes")
        case "suffix": traits.append("ends with what anything-but excludes")
        case "wildcard": traits.append("fits a wildcard that anything-but excludes")
        default: traits.append("is, in some case, what anything-but excludes")
        }
    }

    /// `[">", 0, "<=", 5]` in words.
    private func comparisons(_ operand: PatternValue) -> String {
        guard case .array(let terms) = operand.kind else { return source.text(operand) }
        var words: [String] = []
        for index in stride(from: 0, to: terms.count - 1, by: 2) {
            let number = source.text(terms[index + 1])
            switch source.text(terms[index]) {
            case "\"<\"": words.append("less than \(number)")
            case "\"<=\"": words.append("at most \(number)")
            case "\">\"": words.append("greater than \(number)")
            case "\">=\"": words.append("at least \(number)")
            default: words.append("equal to \(number)")
            }
        }
        return words.joined(separator: " and ")
    }
}

extension Operator {
    /// The word that the pattern has.
    var word: String { String(rawValue.prefix { $0 != "/" }) }
}
