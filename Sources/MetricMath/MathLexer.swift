/// A piece of an expression.
struct MathToken: Equatable {
    enum Kind: Equatable {
        case number(Double)
        /// An id, a function or a word such as AND.
        case name(String)
        case string(String)
        /// An operator, a bracket or a comma.
        case sign(String)
        case end
    }

    var kind: Kind
    /// Characters before it, plus 1.
    var position: Int

    /// As a message names it.
    var text: String {
        switch kind {
        case .number(let number): "\(number)"
        case .name(let name): name
        case .string(let string): "\"\(string)\""
        case .sign(let sign): sign
        case .end: "the end"
        }
    }
}

/// Cuts an expression into tokens.
struct MathLexer {
    private static let signs = [
        "==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "^", "(", ")", "[", "]", ",",
    ]

    private let scalars: [Unicode.Scalar]
    private var place = 0

    private init(_ text: String) { scalars = Array(text.unicodeScalars) }

    static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
    }

    static func tokens(of text: String) throws(MathError) -> [MathToken] {
        var lexer = MathLexer(text)
        var tokens: [MathToken] = []
        while let token = try lexer.next() { tokens.append(token) }
        tokens.append(MathToken(kind: .end, position: lexer.place + 1))
        return tokens
    }

    private mutating func next() throws(MathError) -> MathToken? {
        while place < scalars.count, scalars[place].properties.isWhitespace { place += 1 }
        guard place < scalars.count else { return nil }
        let start = place
        let kind = try kind(of: scalars[place])
        return MathToken(kind: kind, position: start + 1)
    }

    private mutating func kind(of first: Unicode.Scalar) throws(MathError) -> MathToken.Kind {
        if ("0"..."9").contains(first) || first == "." { return .number(try number()) }
        if Self.isNamePart(first) { return .name(run(Self.isNamePart)) }
        if first == "\"" || first == "'" { return .string(try string(quote: first)) }
        for sign in Self.signs where starts(with: sign) {
            place += sign.unicodeScalars.count
            return .sign(sign)
        }
        throw MathError("'\(String(first))' has no meaning in an expression", at: place + 1)
    }

    private func starts(with sign: String) -> Bool {
        scalars[place...].starts(with: sign.unicodeScalars)
    }

    private mutating func run(_ belongs: (Unicode.Scalar) -> Bool) -> String {
        let start = place
        while place < scalars.count, belongs(scalars[place]) { place += 1 }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[start..<place])
        return String(text)
    }

    private mutating func number() throws(MathError) -> Double {
        let start = place
        var text = run { ("0"..."9").contains($0) || $0 == "." }
        if place < scalars.count, scalars[place] == "e" || scalars[place] == "E" {
            place += 1
            text += "e"
            if place < scalars.count, scalars[place] == "-" || scalars[place] == "+" {
                text.unicodeScalars.append(scalars[place])
                place += 1
            }
            text += run { ("0"..."9").contains($0) }
        }
        guard let number = Double(text), number.isFinite else {
            throw MathError("'\(text)' is not a number; write it as 2, 0.5 or 1e3", at: start + 1)
        }
        return number
    }

    private mutating func string(quote: Unicode.Scalar) throws(MathError) -> String {
        let start = place
        place += 1
        let text = run { $0 != quote }
        guard place < scalars.count else { throw MathError("the text that begins here has no end", at: start + 1) }
        place += 1
        return text
    }
}
