/// Single values of a JSON text, for those who need a few of them and build nothing.
package enum JSONValue {
    /// Where the value that begins at an offset, or behind white space there, lies.
    ///
    /// - Throws: `EventError` when there is no JSON value, or one nested deeper than `PatternLimits.eventDepthMax`.
    package static func range(_ bytes: RawSpan, _ offset: Int) throws(EventError) -> Range<Int> {
        let start = JSONTokens.skipSpace(bytes, offset)
        var end = start
        switch bytes.byte(start) {
        case UInt8(ascii: "{"), UInt8(ascii: "["): end = try SkipScanner.skip(bytes, start, depth: 0)
        case UInt8(ascii: "\""): _ = try JSONTokens.string(bytes, start, next: &end)
        case UInt8(ascii: "t"): end = try JSONTokens.word(bytes, start, "true")
        case UInt8(ascii: "f"): end = try JSONTokens.word(bytes, start, "false")
        case UInt8(ascii: "n"): end = try JSONTokens.word(bytes, start, "null")
        default:
            guard start < bytes.byteCount else { throw EventError("ends where a value is due", at: start) }
            end = try JSONTokens.number(bytes, start)
        }
        return start..<end
    }

    /// Where the one value of a whole text lies.
    ///
    /// - Throws: `EventError` also when more than white space follows it.
    package static func sole(_ bytes: RawSpan) throws(EventError) -> Range<Int> {
        let range = try range(bytes, 0)
        let end = JSONTokens.skipSpace(bytes, range.upperBound)
        guard end == bytes.byteCount else { throw EventError("goes on behind its value", at: end) }
        return range
    }

    /// The characters of a string that has been read already, without its quotes and escapes.
    package static func text(_ bytes: RawSpan, _ string: Range<Int>) -> [UInt8] {
        EscapedText.decode(bytes, string.lowerBound + 1..<string.upperBound - 1)
    }

    /// The next byte that is no white space; zero at the end.
    package static func peek(_ bytes: RawSpan, _ offset: inout Int) -> UInt8 {
        offset = JSONTokens.skipSpace(bytes, offset)
        return bytes.byte(offset)
    }
}

/// The fields of an object or the elements of an array, one after the other: each is checked, and none is built.
package struct JSONParts {
    package struct Part {
        /// A field's name with its quotes; nil for an element.
        package var name: Range<Int>?
        package var value: Range<Int>
    }

    private let isArray: Bool
    private var isFirst = true
    private var at: Int

    /// - Parameter offset: where the container begins; nil when no object or array begins there.
    package init?(_ bytes: RawSpan, _ offset: Int) {
        let byte = bytes.byte(offset)
        guard byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") else { return nil }
        isArray = byte == UInt8(ascii: "[")
        at = offset + 1
    }

    /// The next part; nil behind the last one.
    package mutating func next(_ bytes: RawSpan) throws(EventError) -> Part? {
        at = JSONTokens.skipSpace(bytes, at)
        if bytes.byte(at) == (isArray ? UInt8(ascii: "]") : UInt8(ascii: "}")) { return nil }
        if !isFirst {
            guard bytes.byte(at) == UInt8(ascii: ",") else {
                throw EventError("lacks a comma or a closing bracket", at: at)
            }
            at = JSONTokens.skipSpace(bytes, at + 1)
        }
        isFirst = false
        var name: Range<Int>?
        if !isArray {
            guard bytes.byte(at) == UInt8(ascii: "\"") else { throw EventError("lacks a field name", at: at) }
            let start = at
            _ = try JSONTokens.string(bytes, at, next: &at)
            name = start..<at
            at = JSONTokens.skipSpace(bytes, at)
            guard bytes.byte(at) == UInt8(ascii: ":") else { throw EventError("lacks a colon", at: at) }
            at += 1
        }
        let value = try JSONValue.range(bytes, at)
        at = value.upperBound
        return Part(name: name, value: value)
    }
}
