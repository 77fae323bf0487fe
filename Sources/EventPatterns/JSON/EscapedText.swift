/// The decoding of JSON string escapes.
enum EscapedText {
    /// The characters of a string that has been read already, as UTF-8.
    ///
    /// Half of a surrogate pair becomes the three bytes that its number would have. No well-formed text has these
    /// bytes, so it equals only the same half elsewhere.
    static func decode(_ bytes: RawSpan, _ range: Range<Int>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        var at = range.lowerBound
        while at < range.upperBound {
            let byte = bytes.byte(at)
            guard byte == 0x5C else {
                result.append(byte)
                at += 1
                continue
            }
            let kind = bytes.byte(at + 1)
            at += 2
            switch kind {
            case 0x62: result.append(0x08)
            case 0x66: result.append(0x0C)
            case 0x6E: result.append(0x0A)
            case 0x72: result.append(0x0D)
            case 0x74: result.append(0x09)
            case 0x75: at = decodeUnit(bytes, at, into: &result)
            default: result.append(kind)
            }
        }
        return result
    }

    /// One character of decoded text, or half of a surrogate pair.
    struct Character {
        var bytes: ArraySlice<UInt8>

        /// Nil for half of a pair.
        var scalar: Unicode.Scalar? { Unicode.Scalar(number) }

        /// Its one or two units in UTF-16.
        var units: [UInt16] { scalar.map { Array(UTF16.encode($0)!) } ?? [UInt16(number)] }

        private var number: UInt32 {
            let first = bytes[bytes.startIndex]
            let head = bytes.count == 1 ? UInt32(first) : UInt32(first & (0x7F >> UInt8(bytes.count)))
            return bytes.dropFirst().reduce(head) { $0 << 6 | UInt32($1 & 0x3F) }
        }
    }

    /// The characters of decoded text.
    static func characters(_ text: [UInt8]) -> [Character] {
        var characters: [Character] = []
        var at = 0
        while at < text.count {
            let length = text[at] < 0x80 ? 1 : text[at] < 0xE0 ? 2 : text[at] < 0xF0 ? 3 : 4
            characters.append(Character(bytes: text[at..<at + length]))
            at += length
        }
        return characters
    }

    /// Decodes the digits of one `\u` escape and, if it is the first half of a pair, of the one after it.
    private static func decodeUnit(_ bytes: RawSpan, _ offset: Int, into result: inout [UInt8]) -> Int {
        let first = JSONTokens.hexUnit(bytes, offset) ?? 0
        let at = offset + 4
        if 0xD800..<0xDC00 ~= first, bytes.byte(at) == 0x5C, bytes.byte(at + 1) == 0x75,
            let second = JSONTokens.hexUnit(bytes, at + 2), 0xDC00..<0xE000 ~= second
        {
            append(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00), to: &result)
            return at + 6
        }
        append(first, to: &result)
        return at
    }

    private static func append(_ scalar: UInt32, to result: inout [UInt8]) {
        func tail(_ shift: UInt32) -> UInt8 { UInt8(0x80 | (scalar >> shift) & 0x3F) }
        switch scalar {
        case 0..<0x80: result.append(UInt8(scalar))
        case 0x80..<0x800: result += [UInt8(0xC0 | scalar >> 6), tail(0)]
        case 0x800..<0x10000: result += [UInt8(0xE0 | scalar >> 12), tail(6), tail(0)]
        default: result += [UInt8(0xF0 | scalar >> 18), tail(12), tail(6), tail(0)]
        }
    }
}
