/// A token of an expression and where it lies.
struct ExpressionToken: Equatable {
    enum Kind: Equatable {
        /// A bare word: a keyword, a function or an attribute. It begins with a letter.
        case word
        /// `#name`
        case name
        /// `:value`
        case value
        /// Digits: a list index, not yet checked.
        case index
        case symbol
        /// A character that begins no token.
        case invalid
        case end
    }

    var kind: Kind
    var text: String
    /// Where it lies in the text, in bytes.
    var range: Range<Int>
}

/// Cuts an expression into tokens.
enum ExpressionLexer {
    /// Longest expression in bytes. AWS: 4 KB.
    static let expressionBytesMax = 4_096

    static func tokens(of bytes: [UInt8], parameter: String) throws(ItemError) -> [ExpressionToken] {
        guard bytes.count <= expressionBytesMax else {
            throw .validation(
                "Invalid \(parameter): Expression size has exceeded the maximum allowed size; "
                    + "expression size: \(bytes.count)")
        }
        guard !bytes.isEmpty else { throw .validation("Invalid \(parameter): The expression can not be empty;") }
        var tokens: [ExpressionToken] = []
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
                position += 1
                continue
            }
            let (kind, count) = token(bytes[position...])
            let range = position..<position + count
            tokens.append(
                ExpressionToken(kind: kind, text: String(decoding: bytes[range], as: UTF8.self), range: range))
            position += count
        }
        let end = tokens.last?.range.upperBound ?? 0
        tokens.append(ExpressionToken(kind: .end, text: "<EOF>", range: end..<end))
        return tokens
    }

    /// The kind and length of the token that begins the bytes.
    private static func token(_ bytes: ArraySlice<UInt8>) -> (ExpressionToken.Kind, Int) {
        let first = bytes[bytes.startIndex]
        let words = bytes.dropFirst().prefix(while: \.isExpressionWord).count
        switch first {
        case UInt8(ascii: "#") where words > 0: return (.name, words + 1)
        case UInt8(ascii: ":") where words > 0: return (.value, words + 1)
        case UInt8(ascii: "<"), UInt8(ascii: ">"):
            let second = bytes.dropFirst().first
            let isLong = second == UInt8(ascii: "=") || first == UInt8(ascii: "<") && second == UInt8(ascii: ">")
            return (.symbol, isLong ? 2 : 1)
        case UInt8(ascii: "="), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: "."),
            UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "+"), UInt8(ascii: "-"):
            return (.symbol, 1)
        case _ where first.isDigit: return (.index, bytes.prefix(while: \.isDigit).count)
        // A name may hold an underscore but begins with a letter; recorded on AWS for "_version".
        case UInt8(ascii: "_"): return (.invalid, 1)
        case _ where first.isExpressionWord: return (.word, words + 1)
        default:
            // A whole character, so that messages stay valid UTF-8.
            return (.invalid, 1 + bytes.dropFirst().prefix { $0 & 0xC0 == 0x80 }.count)
        }
    }
}
