/// Terms of which a message must hold all, must not hold some, or, where there are no others, must hold one.
struct TermPattern: Sendable {
    enum Term: Sendable {
        case phrase([UInt8])
        case expression(LogExpression)

        func stands(in message: RawSpan) -> Bool {
            switch self {
            case .phrase(let phrase): message.holds(phrase)
            case .expression(let expression): expression.matches(message)
            }
        }
    }

    private var required: [Term] = []
    private var excluded: [Term] = []
    private var optional: [Term] = []

    init(_ scanner: inout PatternScanner) throws(LogPatternError) {
        while let byte = scanner.next() {
            switch byte {
            case UInt8(ascii: "-"):
                scanner.position += 1
                excluded.append(try Self.term(&scanner))
            case UInt8(ascii: "?"):
                scanner.position += 1
                optional.append(try Self.term(&scanner))
            default:
                let term = try Self.term(&scanner)
                // AWS: quotation marks with nothing in them match everything.
                if case .phrase(let phrase) = term, phrase.allSatisfy({ $0 == 0x20 }) { continue }
                required.append(term)
            }
        }
        try scanner.checkExpressionCount(atMost: LogPattern.termExpressionsMax)
        // AWS: beside others, optional terms have no effect.
        if !required.isEmpty || !excluded.isEmpty { optional = [] }
    }

    private static func term(_ scanner: inout PatternScanner) throws(LogPatternError) -> Term {
        switch scanner.peek {
        case UInt8(ascii: "\""): return .phrase(try scanner.quoted())
        case UInt8(ascii: "%"): return .expression(try scanner.expression())
        default:
            let word = scanner.run(\.isWordByte)
            guard !word.isEmpty else {
                throw scanner.unexpected(
                    "put terms with other characters than letters, digits and _ in double quotation marks")
            }
            return .phrase(word)
        }
    }

    func matches(_ message: RawSpan) -> Bool {
        for term in required where !term.stands(in: message) { return false }
        for term in excluded where term.stands(in: message) { return false }
        guard !optional.isEmpty else { return true }
        for term in optional where term.stands(in: message) { return true }
        return false
    }
}
