/// A JSON value that keeps repeated keys, their order, and the text of numbers.
///
/// Strings are bytes: UTF-8, where half of a surrogate pair is the three bytes that its number would have.
indirect enum ReferenceValue: Sendable {
    case object([(name: [UInt8], value: ReferenceValue)])
    case array([ReferenceValue])
    case string([UInt8])
    case number([UInt8])
    /// `true`, `false` or `null`.
    case word(String)
}

/// The UTF-16 units of a string's bytes, one by one as the engine behind EventBridge sees them.
enum TextUnits {
    /// The bytes of units: a pair becomes one character of four bytes, half of one its three bytes.
    static func bytes(_ units: [UInt16]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < units.count {
            var number = UInt32(units[index])
            if index + 1 < units.count, UTF16.isLeadSurrogate(units[index]), UTF16.isTrailSurrogate(units[index + 1]) {
                number = 0x10000 + (number - 0xD800) * 0x400 + (UInt32(units[index + 1]) - 0xDC00)
                index += 1
            }
            index += 1
            if let scalar = Unicode.Scalar(number) {
                result += Array(String(scalar).utf8)
            } else {
                result += [UInt8(0xE0 + number / 4096), UInt8(0x80 + number / 64 % 64), UInt8(0x80 + number % 64)]
            }
        }
        return result
    }

    /// The way back.
    static func units(_ bytes: [UInt8]) -> [UInt16] {
        var result: [UInt16] = []
        var index = 0
        while index < bytes.count {
            let length = bytes[index] < 0x80 ? 1 : bytes[index] < 0xE0 ? 2 : bytes[index] < 0xF0 ? 3 : 4
            let character = bytes[index..<index + length]
            if let text = String(validating: character, as: UTF8.self) {
                result += Array(text.utf16)
            } else {
                result.append(0xD000 + UInt16(bytes[index + 1] - 0x80) * 64 + UInt16(bytes[index + 2] - 0x80))
            }
            index += length
        }
        return result
    }

    /// The characters, each by its bytes; half of a pair counts as one.
    static func characters(_ bytes: [UInt8]) -> [[UInt8]] {
        var result: [[UInt8]] = []
        for byte in bytes {
            if byte & 0xC0 == 0x80, !result.isEmpty {
                result[result.count - 1].append(byte)
            } else {
                result.append([byte])
            }
        }
        return result
    }
}
