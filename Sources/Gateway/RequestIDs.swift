import Synchronization

/// Gives each answer its `x-amzn-RequestId`: 52 characters, as AWS's are, which are 32 bytes in base 32 with the digits 0-9A-V.
///
/// The bytes come from a counter that is stirred well (SplitMix64), so that an id costs no system call and no lock. They need
/// to be different, not secret.
final class RequestIDs: Sendable {
    private static let wordCount = 4
    private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUV".utf8)
    /// Bits that one character holds.
    private static let digitBits = 5
    static let length = 52

    private let seed: UInt64
    private let count = Atomic<UInt64>(0)

    /// - Parameter seed: equal seeds give equal ids in equal order.
    init(seed: UInt64) { self.seed = seed }

    /// A new id. May be called from any thread.
    func next() -> String {
        let first = count.wrappingAdd(UInt64(Self.wordCount), ordering: .relaxed).oldValue
        return String(unsafeUninitializedCapacity: Self.length) { text in
            var held: UInt64 = 0
            var heldBits = 0
            var length = 0
            for index in 0..<Self.wordCount {
                let word = Self.stirred(seed &+ (first &+ UInt64(index)) &* 0x9E37_79B9_7F4A_7C15)
                var bitsLeft = UInt64.bitWidth
                while bitsLeft > 0 {
                    let taken = min(bitsLeft, Self.digitBits - heldBits)
                    bitsLeft -= taken
                    held = held << UInt64(taken) | word >> UInt64(bitsLeft) & (1 << UInt64(taken) - 1)
                    heldBits += taken
                    guard heldBits == Self.digitBits else { continue }
                    text[length] = Self.digits[Int(held)]
                    length += 1
                    held = 0
                    heldBits = 0
                }
            }
            // 256 bits are 51 characters and one bit.
            text[length] = Self.digits[Int(held << UInt64(Self.digitBits - heldBits))]
            return Self.length
        }
    }

    private static func stirred(_ word: UInt64) -> UInt64 {
        var word = word
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
