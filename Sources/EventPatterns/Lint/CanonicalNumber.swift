/// How DynamoDB writes a number in a record: decimal, without sign `+`, exponent, or zeros that carry nothing.
///
/// Source: DynamoDB Developer Guide, "Data types", Number: 38 digits, 1E-130 to 9.99E+125, zeros at the ends removed.
enum CanonicalNumber {
    private static let digitsMax = 38
    private static let magnitudes = -130...125
    /// An exponent beyond any number that DynamoDB takes, and small enough that sums do not overflow.
    private static let exponentMax = 1_000_000

    /// The canonical form of a number's text; nil when the text is no number that DynamoDB takes.
    static func form(_ text: Text) -> Text? {
        var rest = text.bytes[...]
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest = rest.dropFirst()
        }
        var exponent = 0
        if let mark = rest.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            let digits = String(decoding: rest[(mark + 1)...], as: UTF8.self)
            guard let value = Int(digits), value.magnitude <= UInt(exponentMax) else { return nil }
            exponent = value
            rest = rest[..<mark]
        }
        let parts = rest.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts.flatMap { $0 }
        guard !digits.isEmpty, digits.allSatisfy(isDigit) else { return nil }
        // The point stands `exponent` places behind the last digit.
        exponent -= parts.count > 1 ? parts[1].count : 0
        return written(digits, exponent, isNegative)
    }

    static func isCanonical(_ text: Text) -> Bool { form(text) == text }

    private static func written(_ all: [UInt8], _ last: Int, _ isNegative: Bool) -> Text? {
        let zero = UInt8(ascii: "0")
        guard let first = all.firstIndex(where: { $0 != zero }), let end = all.lastIndex(where: { $0 != zero }) else {
            return "0"
        }
        let digits = all[first...end]
        let exponent = last + all.count - 1 - end
        guard digits.count <= digitsMax, magnitudes.contains(digits.count - 1 + exponent) else { return nil }
        var bytes: [UInt8] = []
        let whole = digits.count + exponent
        if exponent >= 0 {
            bytes = digits + Array(repeating: zero, count: exponent)
        } else if whole <= 0 {
            bytes = [zero, UInt8(ascii: ".")] + Array(repeating: zero, count: -whole) + digits
        } else {
            bytes = digits.prefix(whole) + [UInt8(ascii: ".")] + digits.dropFirst(whole)
        }
        return Text(isNegative ? [UInt8(ascii: "-")] + bytes : bytes)
    }

    /// Whether some canonical number begins so.
    static func canBegin(_ text: Text) -> Bool {
        var rest = text.bytes[...]
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let parts = rest.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty else { return rest.isEmpty }
        let hasOneForm = whole.count == 1 || whole.first != UInt8(ascii: "0")
        return hasOneForm && parts.allSatisfy { $0.allSatisfy(isDigit) }
    }

    /// Whether some canonical number ends so.
    static func canEnd(_ text: Text) -> Bool {
        if text.bytes.first == UInt8(ascii: "-") { return isCanonical(text) }
        let parts = text.bytes.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ $0.allSatisfy(isDigit) }) else { return false }
        guard parts.count > 1, let fraction = parts.last else { return true }
        return !fraction.isEmpty && fraction.last != UInt8(ascii: "0")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
