/// A record's place in its shard as AWS writes it: decimal digits, 21 of them here.
public enum SequenceNumber {
    /// The text for the n-th record of a shard. AWS recorded 21 digits that begin with a one; texts of equal length
    /// compare like the numbers.
    public static func text(_ sequence: UInt64) -> String {
        var text: [UInt8] = []
        append(sequence, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends ``text(_:)``, without a string on the way.
    static func append(_ sequence: UInt64, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "1"))
        let start = text.count
        text.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 20))
        var (rest, place) = (sequence, start + 20)
        while rest > 0 {
            place -= 1
            text[place] += UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    /// The place that a text names, or nil when it is none of ours.
    public static func sequence(_ text: String) -> UInt64? {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        // `UInt64` reads a sign as well.
        guard text.utf8.count == 21, text.utf8.first == UInt8(ascii: "1"), text.utf8.allSatisfy(digits.contains) else {
            return nil
        }
        return UInt64(text.dropFirst())
    }
}
