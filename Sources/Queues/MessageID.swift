import Storage

/// A message's id: a random UUID.
public struct MessageID: Hashable, Sendable, CustomStringConvertible {
    static let byteCount = 16
    private let high: UInt64
    private let low: UInt64

    /// - Parameters:
    ///   - first: random bits, of which version and variant take six.
    init(_ first: UInt64, _ second: UInt64) {
        high = first & ~0xF000 | 0x4000
        low = second & ~(3 << 62) | 1 << 63
    }

    init(using random: inout some RandomNumberGenerator) { self.init(random.next(), random.next()) }

    /// The first 16 bytes; the caller makes sure that there are as many.
    init(_ bytes: RawSpan) {
        high = bytes.bigEndianUInt64(at: 0)
        low = bytes.bigEndianUInt64(at: 8)
    }

    /// Nil for a text that is no UUID.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        let hyphens = [8, 13, 18, 23]
        guard bytes.count == 36, hyphens.allSatisfy({ bytes[$0] == UInt8(ascii: "-") }) else { return nil }
        let digits = bytes.indices.filter { !hyphens.contains($0) }.map { bytes[$0] }
        guard let high = Hexadecimal.number(digits[..<16]), let low = Hexadecimal.number(digits[16...]) else {
            return nil
        }
        (self.high, self.low) = (high, low)
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        bytes.appendBigEndian(high)
        bytes.appendBigEndian(low)
        return bytes
    }

    /// Lower-case hexadecimal digits in five groups.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { text in
            var index = 0
            for word in [high, low] {
                for shift in stride(from: 60, through: 0, by: -4) {
                    if index == 8 || index == 13 || index == 18 || index == 23 {
                        text[index] = UInt8(ascii: "-")
                        index += 1
                    }
                    let digit = UInt8(word >> UInt64(shift) & 15)
                    text[index] = digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
                    index += 1
                }
            }
            return index
        }
    }
}
