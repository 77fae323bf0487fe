/// Skips values that no pattern asks for, checking that they are JSON.
enum SkipScanner {
    /// Skips the object or array at `offset`, which is `depth` levels below the event, and returns the offset behind it.
    @inline(never)
    static func skip(_ bytes: RawSpan, _ offset: Int, depth: Int) throws(EventError) -> Int {
        var at = offset
        // One bit for each open container, set for arrays.
        var kinds = BitStack()
        var isArray = bytes.byte(at) == UInt8(ascii: "[")
        repeat {
            // At the opening bracket of a container.
            guard depth + kinds.count < PatternLimits.eventDepthMax else { throw EventError.tooDeep(at) }
            if let end = try soleString(bytes, at) {
                at = end
                isArray = kinds.top
                if try !next(bytes, &at, &kinds, &isArray) { return at }
            } else {
                kinds.push(isArray)
                at = JSONTokens.skipSpace(bytes, at + 1)
                if bytes.byte(at) == closing(isArray) {
                    at += 1
                    isArray = kinds.pop()
                    if try !next(bytes, &at, &kinds, &isArray) { return at }
                }
            }
            // At a field or an element: skip scalars until a container opens.
            while true {
                if !isArray { try name(bytes, &at) }
                let byte = bytes.byte(at)
                if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                    isArray = byte == UInt8(ascii: "[")
                    break
                }
                try scalar(bytes, &at, byte)
                if try !next(bytes, &at, &kinds, &isArray) { return at }
            }
        } while true
    }

    /// The offset behind an object of one string under a name of one letter, which most attributes of a DynamoDB record
    /// are, `{"S":"..."}` or `{"N":"..."}`; nil if something else is at `offset`.
    @inline(__always)
    static func soleString(_ bytes: RawSpan, _ offset: Int) throws(EventError) -> Int? {
        let word = bytes.head(offset)
        let name = UInt8(truncatingIfNeeded: word >> 16)
        // The bytes of {" then any then ":" from the lowest up.
        guard word & 0x0000_FFFF_FF00_FFFF == 0x0000_223A_2200_227B, name >= 0x41, name <= 0x5A else { return nil }
        var end = 0
        _ = try JSONTokens.string(bytes, offset + 5, next: &end)
        return bytes.byte(end) == UInt8(ascii: "}") ? end + 1 : nil
    }

    @inline(__always)
    private static func closing(_ isArray: Bool) -> UInt8 { isArray ? UInt8(ascii: "]") : UInt8(ascii: "}") }

    /// Behind a value: closes containers until a comma follows; false when all are closed.
    @inline(__always)
    private static func next(
        _ bytes: RawSpan, _ at: inout Int, _ kinds: inout BitStack, _ isArray: inout Bool
    ) throws(EventError) -> Bool {
        while kinds.count > 0 {
            at = JSONTokens.skipSpace(bytes, at)
            let byte = bytes.byte(at)
            if byte == UInt8(ascii: ",") {
                at = JSONTokens.skipSpace(bytes, at + 1)
                return true
            }
            guard byte == closing(isArray) else {
                throw EventError(at < bytes.byteCount ? "lacks a comma or a closing bracket" : "ends too early", at: at)
            }
            at += 1
            isArray = kinds.pop()
        }
        return false
    }

    @inline(__always)
    private static func name(_ bytes: RawSpan, _ at: inout Int) throws(EventError) {
        guard bytes.byte(at) == UInt8(ascii: "\"") else {
            throw EventError(at < bytes.byteCount ? "lacks a field name" : "ends too early", at: at)
        }
        _ = try JSONTokens.string(bytes, at, next: &at)
        at = JSONTokens.skipSpace(bytes, at)
        guard bytes.byte(at) == UInt8(ascii: ":") else { throw EventError("lacks a colon", at: at) }
        at = JSONTokens.skipSpace(bytes, at + 1)
    }

    @inline(__always)
    private static func scalar(_ bytes: RawSpan, _ at: inout Int, _ byte: UInt8) throws(EventError) {
        switch byte {
        case UInt8(ascii: "\""): _ = try JSONTokens.string(bytes, at, next: &at)
        case UInt8(ascii: "t"): at = try JSONTokens.word(bytes, at, "true")
        case UInt8(ascii: "f"): at = try JSONTokens.word(bytes, at, "false")
        case UInt8(ascii: "n"): at = try JSONTokens.word(bytes, at, "null")
        default:
            guard at < bytes.byteCount else { throw EventError("ends where a value is due", at: at) }
            at = try JSONTokens.number(bytes, at)
        }
    }
}
