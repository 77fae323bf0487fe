import Crypto

/// The MD5 of bytes, which SQS sends beside bodies and attributes so that clients notice a damaged message.
///
/// Not for secrets: MD5 protects against accidents only. Linear in the number of bytes.
struct MD5: Hashable, Sendable {
    /// 16 bytes.
    let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    init(of message: RawSpan) {
        var hash = Insecure.MD5()
        message.withUnsafeBytes { hash.update(bufferPointer: $0) }
        bytes = Array(hash.finalize())
    }

    init(of message: [UInt8]) { self.init(of: message.span.bytes) }

    /// 32 lower-case hexadecimal digits.
    var text: String { Hexadecimal.text(bytes) }
}

/// The deduplication id of a message whose queue takes it from the contents.
enum ContentDigest {
    /// The SHA-256: 64 lower-case hexadecimal digits.
    static func text(of message: [UInt8]) -> String { Hexadecimal.text(Array(SHA256.hash(data: message))) }
}

enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
            for (index, byte) in bytes.enumerated() {
                text[2 * index] = digits[Int(byte >> 4)]
                text[2 * index + 1] = digits[Int(byte & 15)]
            }
            return 2 * bytes.count
        }
    }

    /// The number that 16 digits stand for; nil for other texts, those with a sign included, which `UInt64` reads.
    static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        guard digits.count == 16 else { return nil }
        var number: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): number = number << 4 | UInt64(digit - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return number
    }
}
