/// A token of a PartiQL statement.
struct PartiQLToken: Equatable {
    enum Kind: Equatable {
        /// A keyword, a function or a bare name.
        case word
        /// A name in double quotes.
        case name
        /// Text in single quotes.
        case string
        case number
        /// `?`
        case parameter
        case symbol
        case end
    }

    var kind: Kind
    /// Without quotes.
    var text: String
}

/// Cuts a statement into tokens.
enum PartiQLLexer {
    /// Longest statement in bytes. AWS: 8,192 characters.
    static let statementBytesMax = 8_192

    static func tokens(of statement: String) throws(ItemError) -> [PartiQLToken] {
        let bytes = Array(statement.utf8)
        guard (1...statementBytesMax).contains(bytes.count) else {
            throw .validation(
                "1 validation error detected: Value at 'statement' failed to satisfy constraint: Member must have length "
                    + (bytes.isEmpty ? "greater than or equal to 1" : "less than or equal to \(statementBytesMax)"))
        }
        var tokens: [PartiQLToken] = []
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
                position += 1
                continue
            }
            tokens.append(try token(bytes, at: &position))
        }
        tokens.append(PartiQLToken(kind: .end, text: "the end"))
        return tokens
    }

    private static func token(_ bytes: [UInt8], at position: inout Int) throws(ItemError) -> PartiQLToken {
        let start = position
        let first = bytes[start]
        func take(_ count: Int, _ kind: PartiQLToken.Kind) -> PartiQLToken {
            position = start + count
            return PartiQLToken(kind: kind, text: String(decoding: bytes[start..<position], as: UTF8.self))
        }
        switch first {
        case UInt8(ascii: "'"): return try quoted(bytes, by: first, .string, at: &position)
        case UInt8(ascii: "\""): return try quoted(bytes, by: first, .name, at: &position)
        case UInt8(ascii: "?"): return take(1, .parameter)
        case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "!"):
            let pair = bytes[start...].prefix(2)
            return take(
                ["<>", "<=", ">=", "!=", "<<", ">>"].contains(String(decoding: pair, as: UTF8.self)) ? 2 : 1, .symbol)
        case UInt8(ascii: "="), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: "."),
            UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ":"),
            UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"):
            return take(1, .symbol)
        case _ where first.isDigit:
            let count = bytes[start...].prefix {
                $0.isDigit || $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e")
            }
            .count
            return take(count, .number)
        case _ where first.isExpressionWord:
            return take(bytes[start...].prefix(while: \.isExpressionWord).count, .word)
        default:
            throw .malformedStatement("Unexpected character at byte \(start)")
        }
    }

    /// A quote inside is written twice.
    private static func quoted(
        _ bytes: [UInt8], by quote: UInt8, _ kind: PartiQLToken.Kind, at position: inout Int
    ) throws(ItemError) -> PartiQLToken {
        let start = position
        var text: [UInt8] = []
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == quote {
                guard position < bytes.count, bytes[position] == quote else {
                    return PartiQLToken(kind: kind, text: String(decoding: text, as: UTF8.self))
                }
                position += 1
            }
            text.append(byte)
        }
        throw .malformedStatement("The quote at byte \(start) is not closed")
    }
}

extension ItemError {
    static func malformedStatement(_ reason: String) -> ItemError {
        .validation("Statement wasn't well formed, can't be processed: \(reason)")
    }
}
