/// A place in JSON bytes, and the tokens that can be read there.
///
/// The bytes are handed to each call and not held: a stored `RawSpan` would make the cursor non-escapable for no gain.
/// Every read is bounds checked.
package struct JSONCursor {
    package var position: Int

    package init(position: Int) { self.position = position }

    /// Skips white space and returns the next byte without taking it, or nil at the end.
    @inlinable @inline(__always)
    package mutating func peek(_ json: RawSpan) -> UInt8? {
        while position < json.byteCount {
            let byte = json[position]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            position += 1
        }
        return nil
    }

    /// Takes one byte if it is the next after white space.
    @inlinable @inline(__always)
    package mutating func take(_ byte: UInt8, _ json: RawSpan) -> Bool {
        guard peek(json) == byte else { return false }
        position += 1
        return true
    }

    package mutating func expect(_ byte: UInt8, _ json: RawSpan) throws(ItemError) {
        guard take(byte, json) else { throw malformed(json) }
    }

    /// Takes a string whose quotes hold no escape and returns where it lies, and whether it is ASCII; nil leaves the
    /// place unchanged.
    @inline(__always)
    private mutating func plainString(_ json: RawSpan) -> (range: Range<Int>, isASCII: Bool)? {
        var bits: UInt8 = 0
        let start = position + 1
        var end = start
        let count = json.byteCount
        while end < count {
            let byte = json[end]
            if byte == UInt8(ascii: "\"") {
                position = end + 1
                return (start..<end, bits < 0x80)
            }
            if byte == UInt8(ascii: "\\") || byte < 0x20 { return nil }
            bits |= byte
            end += 1
        }
        return nil
    }

    /// Takes a string.
    package mutating func string(_ json: RawSpan) throws(ItemError) -> String {
        guard peek(json) == UInt8(ascii: "\"") else { throw unexpected(.scalar("String"), json) }
        let start = position
        let text: String?
        if let (range, isASCII) = plainString(json) {
            // `String(validating:)` is generic code outside this module and cost a third of the time to read an item;
            // ASCII needs no validation.
            text = json.extracting(range).withUnsafeBytes {
                isASCII ? String(decoding: $0, as: UTF8.self) : String(validating: $0, as: UTF8.self)
            }
        } else {
            text = String(validating: try escapedString(json), as: UTF8.self)
        }
        guard let text else {
            position = start
            throw ItemError(code: .malformedJSON, message: "Invalid UTF-8 in the string at byte \(start)")
        }
        return text
    }

    /// Takes a string that never becomes a `String`, such as a number: where it lies between its quotes, or its bytes
    /// when escapes had to be resolved.
    package mutating func rawString(_ json: RawSpan) throws(ItemError) -> RawString {
        guard peek(json) == UInt8(ascii: "\"") else { throw unexpected(.scalar("String"), json) }
        if let plain = plainString(json) { return .plain(plain.range) }
        return .unescaped(try escapedString(json))
    }

    package enum RawString {
        case plain(Range<Int>)
        case unescaped([UInt8])
    }

    /// Takes a string with escapes.
    private mutating func escapedString(_ json: RawSpan) throws(ItemError) -> [UInt8] {
        var bytes: [UInt8] = []
        position += 1
        while position < json.byteCount {
            let byte = json[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return bytes
            case UInt8(ascii: "\\"): try escape(json, to: &bytes)
            case 0..<0x20:
                position -= 1
                throw malformed(json)
            default: bytes.append(byte)
            }
        }
        throw malformed(json)
    }

    private mutating func escape(_ json: RawSpan, to bytes: inout [UInt8]) throws(ItemError) {
        guard position < json.byteCount else { throw malformed(json) }
        let byte = json[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(byte)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal(json)
            if code & 0xFC00 == 0xD800 {
                // A high surrogate must be followed by the low one; alone it has no UTF-8 form.
                guard position + 1 < json.byteCount, json[position] == UInt8(ascii: "\\"),
                    json[position + 1] == UInt8(ascii: "u")
                else { throw malformed(json) }
                position += 2
                let low = try hexadecimal(json)
                guard low & 0xFC00 == 0xDC00 else { throw malformed(json) }
                code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF
            }
            guard let scalar = Unicode.Scalar(code) else { throw malformed(json) }
            bytes.append(contentsOf: UTF8.encode(scalar)!)
        default:
            position -= 1
            throw malformed(json)
        }
    }

    private mutating func hexadecimal(_ json: RawSpan) throws(ItemError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard position < json.byteCount else { throw malformed(json) }
            let byte = json[position]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): code = code << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): code = code << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): code = code << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
            default: throw malformed(json)
            }
            position += 1
        }
        return code
    }

    /// Takes `true` or `false`, or a string that AWS reads as one of them: "yes", "no", "1" and "0" too, in any case.
    package mutating func bool(_ json: RawSpan) throws(ItemError) -> Bool {
        switch peek(json) {
        case UInt8(ascii: "t"):
            try word("true", json)
            return true
        case UInt8(ascii: "f"):
            try word("false", json)
            return false
        case UInt8(ascii: "\""):
            switch try string(json).lowercased() {
            case "true", "yes", "1": return true
            case "false", "no", "0": return false
            default: throw .serialization("Unexpected token received from parser")
            }
        default: throw unexpected(.scalar("Boolean"), json)
        }
    }

    package mutating func word(_ word: StaticString, _ json: RawSpan) throws(ItemError) {
        for offset in 0..<word.utf8CodeUnitCount {
            guard position < json.byteCount, json[position] == word.utf8Start[offset] else { throw malformed(json) }
            position += 1
        }
    }
}

extension JSONCursor {
    /// Passes over any JSON value, checked, without recursion: the open brackets are kept in a list, a byte each.
    package mutating func skipValue(_ json: RawSpan) throws(ItemError) {
        var open: [UInt8] = []
        while true {
            guard let byte = peek(json) else { throw malformed(json) }
            switch byte {
            case UInt8(ascii: "{"):
                position += 1
                if take(UInt8(ascii: "}"), json) { break }
                open.append(UInt8(ascii: "}"))
                try skipName(json)
                continue
            case UInt8(ascii: "["):
                position += 1
                if take(UInt8(ascii: "]"), json) { break }
                open.append(UInt8(ascii: "]"))
                continue
            case UInt8(ascii: "\""): _ = try rawString(json)
            case UInt8(ascii: "t"): try word("true", json)
            case UInt8(ascii: "f"): try word("false", json)
            case UInt8(ascii: "n"): try word("null", json)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try skipNumber(json)
            default: throw malformed(json)
            }
            // A value has ended, and with it perhaps those that hold it.
            while let bracket = open.last, take(bracket, json) { open.removeLast() }
            guard let bracket = open.last else { return }
            try expect(UInt8(ascii: ","), json)
            if bracket == UInt8(ascii: "}") { try skipName(json) }
        }
    }

    private mutating func skipName(_ json: RawSpan) throws(ItemError) {
        guard peek(json) == UInt8(ascii: "\"") else { throw malformed(json) }
        _ = try rawString(json)
        try expect(UInt8(ascii: ":"), json)
    }

    /// As RFC 8259, section 6, has it.
    private mutating func skipNumber(_ json: RawSpan) throws(ItemError) {
        if next(json) == UInt8(ascii: "-") { position += 1 }
        if next(json) == UInt8(ascii: "0") { position += 1 } else { try skipDigits(json) }
        if next(json) == UInt8(ascii: ".") {
            position += 1
            try skipDigits(json)
        }
        guard let mark = next(json), mark | 0x20 == UInt8(ascii: "e") else { return }
        position += 1
        if let sign = next(json), sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { position += 1 }
        try skipDigits(json)
    }

    private func next(_ json: RawSpan) -> UInt8? { position < json.byteCount ? json[position] : nil }

    private mutating func skipDigits(_ json: RawSpan) throws(ItemError) {
        let start = position
        while position < json.byteCount, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(json[position]) {
            position += 1
        }
        guard position > start else { throw malformed(json) }
    }

    package func malformed(_ json: RawSpan) -> ItemError {
        guard position < json.byteCount else {
            return ItemError(code: .malformedJSON, message: "The JSON text ends early, after \(json.byteCount) bytes")
        }
        return ItemError(code: .malformedJSON, message: "The JSON text is malformed at byte \(position)")
    }

    /// What should stand at a place, as far as the words for a value of another JSON type depend on it.
    package enum Expectation {
        /// A string, number or Boolean, by the name of its Java class, such as "Integer".
        case scalar(String)
        case blob
        /// A list that is a member of a structure.
        case list
        /// A map of attribute values that is a member of a structure.
        case attributes
        /// An attribute value in a list or a map.
        case attributeValue

        fileprivate var javaType: String {
            let value = "com.amazonaws.dynamodb.v20120810.AttributeValue"
            return switch self {
            case .scalar(let name): "class java.lang.\(name)"
            case .blob: "class java.nio.ByteBuffer"
            case .list: "java.util.List"
            case .attributes: "java.util.Map<java.lang.String, \(value)>"
            case .attributeValue: "class \(value)"
            }
        }
    }

    /// A value of another JSON type than the one wanted, in the words DynamoDB uses for it.
    package func unexpected(_ expected: Expectation, _ json: RawSpan) -> ItemError {
        guard position < json.byteCount else { return malformed(json) }
        let found: String
        switch json[position] {
        case UInt8(ascii: "{"): return .serialization("Start of structure or map found where not expected")
        case UInt8(ascii: "["): return .serialization("Unrecognized collection type \(expected.javaType)")
        case UInt8(ascii: "\""): found = "STRING_VALUE"
        case UInt8(ascii: "t"): found = "TRUE_VALUE"
        case UInt8(ascii: "f"): found = "FALSE_VALUE"
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            found = isDecimal(json) ? "DECIMAL_VALUE" : "NUMBER_VALUE"
        default: return malformed(json)
        }
        switch expected {
        case .scalar(let name): return .serialization("\(found) cannot be converted to \(name)")
        case .blob: return .serialization("only base-64-encoded strings are convertible to bytes")
        case .list, .attributes: return .serialization("Unexpected field type")
        case .attributeValue: return .serialization("Unexpected value type in payload")
        }
    }

    /// Whether the number that begins here has a fraction.
    private func isDecimal(_ json: RawSpan) -> Bool {
        var end = position
        while end < json.byteCount, json[end] == UInt8(ascii: "-") || json[end].isDigit { end += 1 }
        return end < json.byteCount && json[end] == UInt8(ascii: ".")
    }
}
