/// A place in a pattern's text, and the parts that can be read there.
struct PatternScanner {
    let text: [UInt8]
    var position = 0
    /// How many expressions have been read.
    private(set) var expressionCount = 0

    init(_ text: String) { self.text = Array(text.utf8) }

    var peek: UInt8? { position < text.count ? text[position] : nil }

    /// The next byte behind blanks, which stays; nil at the end.
    mutating func next() -> UInt8? {
        while let byte = peek, byte == 0x20 || (0x09...0x0D).contains(byte) { position += 1 }
        return peek
    }

    /// Takes a sign if it is the next behind blanks.
    mutating func take(_ sign: StaticString) -> Bool {
        _ = next()
        let count = sign.utf8CodeUnitCount
        guard position + count <= text.count else { return false }
        for offset in 0..<count where text[position + offset] != sign.utf8Start[offset] { return false }
        position += count
        return true
    }

    /// Takes a word in any case of letters if it is the next behind blanks.
    mutating func takeWord(_ word: String) -> Bool {
        _ = next()
        let start = position
        while let byte = peek, byte.isLetter { position += 1 }
        if String(decoding: text[start..<position], as: UTF8.self).uppercased() == word { return true }
        position = start
        return false
    }

    /// Takes bytes as long as they are wanted.
    mutating func run(_ isWanted: (UInt8) -> Bool) -> [UInt8] {
        let start = position
        while let byte = peek, isWanted(byte) { position += 1 }
        return Array(text[start..<position])
    }

    /// Takes what stands in quotes; a backslash takes the meaning from the sign behind it.
    mutating func quoted() throws(LogPatternError) -> [UInt8] {
        let (start, quote) = (position, text[position])
        position += 1
        var bytes: [UInt8] = []
        while let byte = peek {
            position += 1
            if byte == quote { return bytes }
            if byte == UInt8(ascii: "\\"), let escaped = peek, escaped == quote || escaped == byte {
                position += 1
                bytes.append(escaped)
            } else {
                bytes.append(byte)
            }
        }
        throw LogPatternError("Invalid filter pattern: the quotation mark \(place(start)) is not closed; close it.")
    }

    /// Takes an expression between percent signs.
    mutating func expression() throws(LogPatternError) -> LogExpression {
        let start = position
        position += 1
        let first = position
        while let byte = peek, byte != UInt8(ascii: "%") {
            position += byte == UInt8(ascii: "\\") && position + 1 < text.count ? 2 : 1
        }
        guard peek != nil else {
            throw LogPatternError("Invalid filter pattern: the % \(place(start)) is not closed; close it.")
        }
        let bytes = Array(text[first..<position])
        position += 1
        expressionCount += 1
        return try LogExpression(bytes, at: characterNumber(first))
    }

    // MARK: Errors

    /// A place counted in characters from 1, as people count.
    func characterNumber(_ position: Int) -> Int {
        text[..<min(position, text.count)].count { $0 & 0xC0 != 0x80 } + 1
    }

    func place(_ position: Int) -> String { "at character \(characterNumber(position))" }

    /// What stands here is not what can stand here.
    ///
    /// - Parameter remedy: what can.
    func unexpected(_ remedy: String) -> LogPatternError {
        guard position < text.count else {
            return LogPatternError(
                "Invalid filter pattern: it ends early, after character \(characterNumber(position) - 1); \(remedy).")
        }
        var end = position + 1
        while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
        let sign = String(decoding: text[position..<end], as: UTF8.self)
        // AWS's words to the apostrophe.
        return LogPatternError("Invalid character(s) in term '\(sign)' \(place(position)); \(remedy).")
    }

    func checkExpressionCount(atMost most: Int = LogPattern.expressionsMax) throws(LogPatternError) {
        guard expressionCount <= most else {
            throw LogPatternError(
                "Invalid filter pattern: it has \(expressionCount) expressions in %; give \(most) at most.")
        }
    }
}

extension UInt8 {
    var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    /// What a word may be made of without quotes: letters, digits, `_`, and whatever is not ASCII.
    var isWordByte: Bool { isLetter || isDigit || self == UInt8(ascii: "_") || self >= 0x80 }
}
