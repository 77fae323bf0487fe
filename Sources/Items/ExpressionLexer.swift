/// A token of an expression and where it lies.
struct ExpressionToken: Equatable {
    enum Kind: Equatable {
        /// A bare word: a keyword, a function or an attribute.
        case word
        /// `#name`
        case name
        /// `:value`
        case value
        case index(Int)
        case symbol
        case end
    }

    var kind: Kind
    var text: String
}

/// Cuts an expression into tokens.
enum ExpressionLexer {
    /// Longest expression in bytes. AWS: 4 KB.
    static let expressionBytesMax = 4_096

    static func tokens(of text: String, parameter: String) throws(ItemError) -> [ExpressionToken] {
        let bytes = Array(text.utf8)
        guard bytes.count <= expressionBytesMax else {
            throw .validation(
                "Invalid \(parameter): Expression size has exceeded the maximum allowed size; "
                    + "expression size: \(bytes.count)")
        }
        var tokens: [ExpressionToken] = []
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
                position += 1
                continue
            }
            guard let (kind, count) = token(bytes[position...]) else {
                let near = String(decoding: bytes[position...].prefix(20), as: UTF8.self)
                throw .validation(
                    "Invalid \(parameter): Syntax error; token: \"\(near.prefix(1))\", near: \"\(near)\"")
            }
            let text = String(decoding: bytes[position..<position + count], as: UTF8.self)
            tokens.append(ExpressionToken(kind: kind, text: text))
            position += count
        }
        guard !tokens.isEmpty else {
            throw .validation("Invalid \(parameter): The expression can not be empty;")
        }
        tokens.append(ExpressionToken(kind: .end, text: "<EOF>"))
        return tokens
    }

    /// The kind and length of the token that begins the bytes.
    private static func token(_ bytes: ArraySlice<UInt8>) -> (ExpressionToken.Kind, Int)? {
        guard let first = bytes.first else { return nil }
        let words = bytes.dropFirst().prefix(while: \.isExpressionWord).count
        switch first {
        case UInt8(ascii: "#"): return words > 0 ? (.name, words + 1) : nil
        case UInt8(ascii: ":"): return words > 0 ? (.value, words + 1) : nil
        case UInt8(ascii: "<"), UInt8(ascii: ">"):
            let second = bytes.dropFirst().first
            let isLong = second == UInt8(ascii: "=") || first == UInt8(ascii: "<") && second == UInt8(ascii: ">")
            return (.symbol, isLong ? 2 : 1)
        case UInt8(ascii: "="), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: "."),
            UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "+"), UInt8(ascii: "-"):
            return (.symbol, 1)
        case _ where first.isDigit:
            let digits = bytes.prefix(while: \.isDigit)
            guard digits.count < 10, let index = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
            return (.index(index), digits.count)
        case _ where first.isExpressionWord: return (.word, words + 1)
        default: return nil
        }
    }
}
