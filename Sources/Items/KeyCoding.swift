/// Key values as bytes that sort as DynamoDB sorts the values.
///
/// Comparing two encodings byte by byte gives the order of their values: numbers by value over the whole range,
/// strings by UTF-8 bytes, binary by unsigned bytes. No encoding is the beginning of another, so encodings may be
/// joined (hash key, then range key) and the joined bytes still sort by the first part and then by the second.
///
/// The form, a part of the storage layout (a change needs a new layout version):
///
///     number  0x10 negative, 0x11 zero (ends here), 0x12 positive
///             one byte: power of ten of the first digit + 130
///             digit pairs + 1 from the first digit on, each 1...100, then 0
///             (after the first byte a negative number has every bit turned, so that larger magnitudes come first)
///     string  0x20, the bytes with each 0x00 written 0x00 0xFF, then 0x00 0x01
///     binary  0x30, the same
public enum KeyCoding {
    private static let negative: UInt8 = 0x10
    private static let zero: UInt8 = 0x11
    private static let positive: UInt8 = 0x12
    private static let string: UInt8 = 0x20
    private static let binary: UInt8 = 0x30

    /// Appends the encoding of an `S`, `N` or `B` value.
    /// - Throws: `.validation` for a value of another type.
    public static func append(_ value: AttributeValue, to key: inout [UInt8]) throws(ItemError) {
        switch value {
        case .string(let text):
            key.append(string)
            let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { append(escaping: $0, to: &key) }
            if isDone == nil { append(escaping: Array(text.utf8), to: &key) }
        case .number(let number): append(number, to: &key)
        case .binary(let bytes):
            key.append(binary)
            append(escaping: bytes, to: &key)
        default:
            throw .validation("A key must be of type S, N or B, not \(value.typeName)")
        }
    }

    /// Appends the bytes with which the encoding of each value begins that begins with this one.
    /// - Throws: `.validation` for a value that is neither `S` nor `B`.
    static func append(beginningOf value: AttributeValue, to key: inout [UInt8]) throws(ItemError) {
        guard value.string != nil || value.binary != nil else {
            throw .validation("A value that begins others must be of type S or B, not \(value.typeName)")
        }
        try append(value, to: &key)
        // Without the two bytes that end it.
        key.removeLast(2)
    }

    private static func append(escaping bytes: some RandomAccessCollection<UInt8>, to key: inout [UInt8]) {
        if bytes.contains(0) {
            for byte in bytes {
                key.append(byte)
                if byte == 0 { key.append(0xFF) }
            }
        } else {
            key.append(contentsOf: bytes)
        }
        key.append(0x00)
        key.append(0x01)
    }

    private static func append(_ number: Number, to key: inout [UInt8]) {
        var mantissa = number.mantissa
        guard mantissa != 0 else {
            key.append(zero)
            return
        }
        key.append(number.isNegative ? negative : positive)
        let mask: UInt8 = number.isNegative ? 0xFF : 0x00
        var digits = Decimals.count(mantissa)
        key.append(UInt8(digits - 1 + Int(number.exponent) - Number.magnitudeMin) ^ mask)
        if digits % 2 == 1 {
            mantissa *= 10
            digits += 1
        }
        let start = key.count
        key.append(contentsOf: repeatElement(mask, count: digits / 2 + 1))
        var position = start + digits / 2
        while position > start, mantissa > UInt128(UInt64.max) {
            let (quotient, pair) = mantissa.quotientAndRemainder(dividingBy: 100)
            mantissa = quotient
            position -= 1
            key[position] = (UInt8(truncatingIfNeeded: pair) + 1) ^ mask
        }
        var word = UInt64(truncatingIfNeeded: mantissa)
        while position > start {
            position -= 1
            key[position] = (UInt8(truncatingIfNeeded: word % 100) + 1) ^ mask
            word /= 100
        }
    }

    /// Reads the value that begins at `position` and moves `position` behind it.
    /// - Throws: `.malformedKey` when the bytes are no encoding.
    public static func decode(from key: RawSpan, at position: inout Int) throws(ItemError) -> AttributeValue {
        guard position >= 0, position < key.byteCount else { throw malformed }
        let tag = key[position]
        position += 1
        switch tag {
        case string:
            guard let text = String(validating: try bytes(from: key, at: &position), as: UTF8.self) else {
                throw malformed
            }
            return .string(text)
        case binary: return .binary(try bytes(from: key, at: &position))
        case zero: return .number(.zero)
        case negative, positive: return .number(try number(from: key, at: &position, isNegative: tag == negative))
        default: throw malformed
        }
    }

    public static func decode(from key: [UInt8], at position: inout Int) throws(ItemError) -> AttributeValue {
        try decode(from: key.span.bytes, at: &position)
    }

    private static func bytes(from key: RawSpan, at position: inout Int) throws(ItemError) -> [UInt8] {
        var bytes: [UInt8] = []
        while position + 1 < key.byteCount {
            let byte = key[position]
            position += 1
            guard byte == 0 else {
                bytes.append(byte)
                continue
            }
            let next = key[position]
            position += 1
            switch next {
            case 0x01: return bytes
            case 0xFF: bytes.append(0)
            default: throw malformed
            }
        }
        throw malformed
    }

    private static func number(
        from key: RawSpan, at position: inout Int, isNegative: Bool
    ) throws(ItemError) -> Number {
        let mask: UInt8 = isNegative ? 0xFF : 0x00
        guard position < key.byteCount else { throw malformed }
        let magnitude = Int(key[position] ^ mask) + Number.magnitudeMin
        position += 1
        var mantissa: UInt128 = 0
        var digits = 0
        while position < key.byteCount {
            let pair = key[position] ^ mask
            position += 1
            if pair == 0 {
                // A last pair 00 would be another encoding of the number without it.
                guard digits > 0, mantissa % 100 != 0 else { throw malformed }
                let exponent = magnitude - (digits - 1)
                return try Number(mantissa: mantissa, exponent: exponent, isNegative: isNegative)
            }
            // The magnitude is that of the first digit, which is not 0.
            guard pair <= 100, digits < Number.digitsCountMax, digits > 0 || pair > 10 else { throw malformed }
            mantissa = mantissa * 100 + UInt128(pair - 1)
            digits += 2
        }
        throw malformed
    }

    private static var malformed: ItemError {
        ItemError(code: .malformedKey, message: "The bytes are no encoded key")
    }
}
