/// A record's place in its shard as AWS writes it: decimal digits, 21 of them here.
public enum SequenceNumber {
    /// The text for the n-th record of a shard. AWS recorded 21 digits that begin with a one; texts of equal length
    /// compare like the numbers.
    public static func text(_ sequence: UInt64) -> String {
        let digits = String(sequence)
        return "1" + String(repeating: "0", count: 20 - digits.count) + digits
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
