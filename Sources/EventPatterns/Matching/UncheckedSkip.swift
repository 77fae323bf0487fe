/// Steps over values that no pattern asks for, in events that are known to be well-formed.
enum UncheckedSkip {
    /// Returns the offset behind the object or array at `offset`.
    @inline(never)
    static func skip(_ bytes: RawSpan, _ offset: Int) throws(EventError) -> Int {
        var at = offset
        var depth = 0
        while at < bytes.byteCount {
            switch bytes.byte(at) {
            case UInt8(ascii: "\""): at = try string(bytes, at)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                at += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                at += 1
                if depth == 0 { return at }
            default: at += 1
            }
        }
        throw EventError("ends too early", at: bytes.byteCount)
    }

    /// Returns the offset behind the string whose opening quote is at `offset`.
    @inline(__always)
    static func string(_ bytes: RawSpan, _ offset: Int) throws(EventError) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var at = offset + 1
        while at < bytes.byteCount {
            let word = bytes.head(at)
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            // The high bit of each quote and backslash; the lowest mark is true, those above may be false.
            let marks = (((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)) & (ones &* 0x80)
            guard marks != 0 else {
                at += 8
                continue
            }
            at += marks.trailingZeroBitCount >> 3
            if bytes.byte(at) == UInt8(ascii: "\"") { return at + 1 }
            at += 2
        }
        throw EventError("ends inside a string", at: bytes.byteCount)
    }
}
