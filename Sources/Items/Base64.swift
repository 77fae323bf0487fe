/// Standard base64 with padding (RFC 4648, section 4), as DynamoDB JSON carries binary values.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
        return values
    }()
    private static let padding = UInt8(ascii: "=")

    package static func append(_ bytes: [UInt8], to text: inout [UInt8]) {
        text.reserveCapacity(text.count + (bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let second = index + 1 < bytes.count ? bytes[index + 1] : 0
            let third = index + 2 < bytes.count ? bytes[index + 2] : 0
            let group = UInt32(bytes[index]) << 16 | UInt32(second) << 8 | UInt32(third)
            text.append(alphabet[Int(group >> 18)])
            text.append(alphabet[Int(group >> 12 & 63)])
            text.append(index + 1 < bytes.count ? alphabet[Int(group >> 6 & 63)] : padding)
            text.append(index + 2 < bytes.count ? alphabet[Int(group & 63)] : padding)
            index += 3
        }
    }

    /// - Throws: `.serialization` when the text is not padded base64, with the wording of DynamoDB where recorded.
    package static func decode(_ text: RawSpan) throws(ItemError) -> [UInt8] {
        let count = text.byteCount
        guard count % 4 == 0 else {
            throw .serialization("Base64 encoded length is expected a multiple of 4 bytes but found: \(count)")
        }
        try checkLast(text)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count / 4 * 3)
        var index = 0
        while index < count {
            var group: UInt32 = 0
            var paddings = 0
            for offset in 0..<4 {
                let byte = text[index + offset]
                if byte == padding, index + 4 == count, offset >= 2 {
                    paddings += 1
                    group <<= 6
                    continue
                }
                let value = values[Int(byte)]
                guard value != 0xFF, paddings == 0 else {
                    throw .serialization("Invalid Base64 character: '\(Unicode.Scalar(byte))'")
                }
                group = group << 6 | UInt32(value)
            }
            bytes.append(UInt8(truncatingIfNeeded: group >> 16))
            if paddings < 2 { bytes.append(UInt8(truncatingIfNeeded: group >> 8)) }
            if paddings < 1 { bytes.append(UInt8(truncatingIfNeeded: group)) }
            index += 4
        }
        return bytes
    }

    /// AWS refuses a text whose last character before the padding holds bits that no byte takes, and looks at that
    /// character before all others.
    private static func checkLast(_ text: RawSpan) throws(ItemError) {
        let count = text.byteCount
        guard count > 0, text[count - 1] == padding else { return }
        let (last, unused): (UInt8, UInt8) =
            text[count - 2] == padding ? (text[count - 3], 0b1111) : (text[count - 2], 0b11)
        guard values[Int(last)] == 0xFF || values[Int(last)] & unused == 0 else {
            throw .serialization("Invalid last non-pad Base64 character dectected")
        }
    }
}
