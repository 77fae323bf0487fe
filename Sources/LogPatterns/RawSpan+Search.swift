#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

extension RawSpan {
    /// Whether some bytes stand in it; none do everywhere.
    func holds(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first else { return true }
        guard byteCount >= bytes.count else { return false }
        return withUnsafeBytes { text in
            bytes.withUnsafeBytes { bytes in
                var start = text.baseAddress!
                var rest = text.count - bytes.count + 1
                while rest > 0, let found = memchr(start, Int32(first), rest) {
                    if memcmp(found, bytes.baseAddress!, bytes.count) == 0 { return true }
                    rest -= start.distance(to: UnsafeRawPointer(found)) + 1
                    start = UnsafeRawPointer(found) + 1
                }
                return false
            }
        }
    }

    func starts(with bytes: [UInt8]) -> Bool {
        byteCount >= bytes.count && extracting(first: bytes.count).equals(bytes)
    }

    func ends(with bytes: [UInt8]) -> Bool { byteCount >= bytes.count && extracting(last: bytes.count).equals(bytes) }

    func equals(_ bytes: [UInt8]) -> Bool {
        guard byteCount == bytes.count else { return false }
        return withUnsafeBytes { $0.elementsEqual(bytes) }
    }

    /// The bytes as a number; nil when they are no decimal number.
    var number: Double? {
        guard byteCount > 0, byteCount <= Self.numberBytesMax else { return nil }
        return withUnsafeBytes { bytes in
            // What `Double` reads besides: hexadecimal, infinity, no number.
            let isDecimal = bytes.allSatisfy { byte in
                byte.isDigit
                    || [UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")]
                        .contains(byte)
            }
            return isDecimal ? Double(String(decoding: bytes, as: UTF8.self)) : nil
        }
    }

    /// Longest text that is read as a number.
    private static let numberBytesMax = 400
}
