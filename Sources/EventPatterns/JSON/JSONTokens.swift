/// The tokens of JSON (RFC 8259), read strictly and in place. Each function starts at an offset and returns the next.
///
/// Nothing is built: a string is a range of the text with a mark when it holds escapes.
enum JSONTokens {
    /// A string's content, without the quotes.
    struct Text {
        var start: Int
        var end: Int
        var hasEscapes: Bool
    }

    @inline(__always)
    static func skipSpace(_ bytes: RawSpan, _ offset: Int) -> Int {
        // Nearly always there is none.
        bytes.byte(offset) > 0x20 ? offset : skipSpaceSlowly(bytes, offset)
    }

    @inline(never)
    private static func skipSpaceSlowly(_ bytes: RawSpan, _ offset: Int) -> Int {
        var at = offset
        while true {
            switch bytes.byte(at) {
            case 0x20, 0x0A, 0x0D, 0x09: at += 1
            default: return at
            }
        }
    }

    /// Reads a string whose opening quote is at `offset`; `next` becomes the offset behind the closing one.
    @inline(__always)
    static func string(_ bytes: RawSpan, _ offset: Int, next: inout Int) throws(EventError) -> Text {
        let start = offset + 1
        var at = start
        // Eight bytes at a time until one needs a look: a quote, a backslash, a control character, or non-ASCII.
        while at + 8 <= bytes.byteCount {
            let special = specialBytes(bytes.word(at))
            if special == 0 {
                at += 8
                continue
            }
            at += special.trailingZeroBitCount >> 3
            if bytes.byte(at) == 0x22 {
                next = at + 1
                return Text(start: start, end: at, hasEscapes: false)
            }
            break
        }
        return try stringSlowly(bytes, start, at, next: &next)
    }

    /// The high bit of each byte that ends a run of plain characters. Only the lowest mark is to be trusted: the
    /// subtraction borrows, so bytes above a true mark may be marked falsely.
    @inline(__always)
    private static func specialBytes(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let isQuote = (quote &- ones) & ~quote
        let isBackslash = (backslash &- ones) & ~backslash
        let isControl = (word &- (ones &* 0x20)) & ~word
        return (isQuote | isBackslash | isControl | word) & highs
    }

    @inline(never)
    private static func stringSlowly(
        _ bytes: RawSpan, _ start: Int, _ offset: Int, next: inout Int
    ) throws(EventError) -> Text {
        var at = offset
        var hasEscapes = false
        while at < bytes.byteCount {
            let byte = bytes.byte(at)
            switch byte {
            case 0x22:
                next = at + 1
                return Text(start: start, end: at, hasEscapes: hasEscapes)
            case 0x5C:
                hasEscapes = true
                at = try skipEscape(bytes, at)
            case 0..<0x20:
                throw EventError("holds an unescaped control character in a string", at: at)
            case 0x80...:
                let length = scalarLength(bytes, at)
                guard length > 0 else { throw EventError("holds bytes that are no UTF-8", at: at) }
                at += length
            default:
                at += 1
            }
        }
        throw EventError("ends inside a string", at: bytes.byteCount)
    }

    private static func skipEscape(_ bytes: RawSpan, _ offset: Int) throws(EventError) -> Int {
        switch bytes.byte(offset + 1) {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74:
            return offset + 2
        case 0x75:
            guard hexUnit(bytes, offset + 2) != nil else {
                throw EventError("holds a \\u escape without four hexadecimal digits", at: offset)
            }
            return offset + 6
        default:
            throw EventError("holds an unknown escape in a string", at: offset)
        }
    }

    /// The length in bytes of the non-ASCII character at an offset, or 0 when it is no well-formed UTF-8
    /// (Unicode, table 3-7).
    private static func scalarLength(_ bytes: RawSpan, _ at: Int) -> Int {
        func follows(_ index: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
            range ~= bytes.byte(at + index)
        }
        switch bytes.byte(at) {
        case 0xC2...0xDF: return follows(1) ? 2 : 0
        case 0xE0: return follows(1, 0xA0...0xBF) && follows(2) ? 3 : 0
        case 0xED: return follows(1, 0x80...0x9F) && follows(2) ? 3 : 0
        case 0xE1...0xEF: return follows(1) && follows(2) ? 3 : 0
        case 0xF0: return follows(1, 0x90...0xBF) && follows(2) && follows(3) ? 4 : 0
        case 0xF1...0xF3: return follows(1) && follows(2) && follows(3) ? 4 : 0
        case 0xF4: return follows(1, 0x80...0x8F) && follows(2) && follows(3) ? 4 : 0
        default: return 0
        }
    }

    /// The value of four hexadecimal digits.
    static func hexUnit(_ bytes: RawSpan, _ offset: Int) -> UInt32? {
        var value: UInt32 = 0
        for index in 0..<4 {
            guard let digit = hexDigit(bytes.byte(offset + index)) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    @inline(__always)
    static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    /// Reads a number that starts at `offset` and returns the offset behind it.
    @inline(__always)
    static func number(_ bytes: RawSpan, _ offset: Int) throws(EventError) -> Int {
        var at = offset
        if bytes.byte(at) == 0x2D { at += 1 }
        switch bytes.byte(at) {
        case 0x30:
            at += 1
            if isDigit(bytes.byte(at)) { throw EventError("holds a number with a leading zero", at: offset) }
        case 0x31...0x39:
            at = skipDigits(bytes, at)
        default:
            throw EventError("holds a value that is no JSON", at: offset)
        }
        if bytes.byte(at) == 0x2E {
            let digits = at + 1
            at = skipDigits(bytes, digits)
            if at == digits { throw EventError("holds a number without digits after its point", at: offset) }
        }
        if bytes.byte(at) | 0x20 == 0x65 {
            at += 1
            if bytes.byte(at) == 0x2B || bytes.byte(at) == 0x2D { at += 1 }
            let digits = at
            at = skipDigits(bytes, digits)
            if at == digits { throw EventError("holds a number without digits in its exponent", at: offset) }
        }
        return at
    }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    @inline(__always)
    private static func skipDigits(_ bytes: RawSpan, _ offset: Int) -> Int {
        var at = offset
        while isDigit(bytes.byte(at)) { at += 1 }
        return at
    }

    /// Reads `true`, `false` or `null`.
    @inline(__always)
    static func word(_ bytes: RawSpan, _ offset: Int, _ word: StaticString) throws(EventError) -> Int {
        for index in 0..<word.utf8CodeUnitCount where bytes.byte(offset + index) != word.utf8Start[index] {
            throw EventError("holds a value that is no JSON", at: offset)
        }
        return offset + word.utf8CodeUnitCount
    }
}
