/// Decimal numbers as whole numbers of a small unit, so that what is reckoned with them is exact.
public enum ExactDecimal {
    /// Most digits that are read, of which 64 bits hold all.
    private static let digitsMax = 18

    /// "0.25" with four decimals as 2,500.
    ///
    /// - Parameters:
    ///   - text: digits with at most one point between or before some of them; no sign, no exponent, no other characters.
    ///   - decimals: how many decimals the unit has.
    /// - Returns: nil for what is no such number, has more decimals than that (other than zeroes), or more than 18 digits in all.
    public static func parse(_ text: some StringProtocol, decimals: Int) -> Int64? {
        let parts = String(text).split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let whole = parts[0]
        var fraction = parts.count == 2 ? parts[1] : ""
        // A point needs digits behind it, and a number needs digits at all.
        guard !(fraction.isEmpty && (parts.count == 2 || whole.isEmpty)),
            (whole + fraction).utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        while fraction.utf8.count > decimals, fraction.last == "0" { fraction = fraction.dropLast() }
        guard fraction.utf8.count <= decimals else { return nil }
        let digits = (whole + fraction + String(repeating: "0", count: decimals - fraction.utf8.count))
            .drop { $0 == "0" }
        guard digits.utf8.count <= digitsMax else { return nil }
        return digits.isEmpty ? 0 : Int64(digits)
    }

    /// 1234567 as "1,234,567".
    public static func grouped(_ number: some BinaryInteger) -> String {
        var digits = String(number.magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (number < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
    }

    /// 2,500 with four decimals as "0.25".
    public static func text(_ value: Int64, decimals: Int) -> String {
        var digits = String(value.magnitude)
        if digits.count <= decimals { digits = String(repeating: "0", count: decimals + 1 - digits.count) + digits }
        var fraction = digits.suffix(decimals)
        while fraction.last == "0" { fraction = fraction.dropLast() }
        let whole = digits.dropLast(decimals)
        return (value < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
    }
}

/// A part of a whole, 0 to 1, exact to a millionth.
public struct Share: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let millionths: Int64

    public static let none = Share(millionths: 0)!
    public static let all = Share(millionths: 1_000_000)!

    /// - Returns: nil below 0 and above 1.
    public init?(millionths: Int64) {
        guard (0...1_000_000).contains(millionths) else { return nil }
        self.millionths = millionths
    }

    /// "0.25".
    /// - Returns: nil for what is no decimal number from 0 to 1 with at most six decimals.
    public init?(_ text: some StringProtocol) {
        guard let millionths = ExactDecimal.parse(text, decimals: 6) else { return nil }
        self.init(millionths: millionths)
    }

    /// The nearest millionth of `part` in `whole`; all where there is nothing, of which no part is missing.
    public init(_ part: Int64, of whole: Int64) {
        guard whole > 0 else {
            self = .all
            return
        }
        let bounded = Int128(min(max(part, 0), whole))
        millionths = Int64((bounded * 2_000_000 / Int128(whole) + 1) / 2)
    }

    public static func < (left: Share, right: Share) -> Bool { left.millionths < right.millionths }

    public var value: Double { Double(millionths) / 1_000_000 }

    /// As a decimal number: "0.25".
    public var description: String { ExactDecimal.text(millionths, decimals: 6) }

    /// So much of `count`; a part of a thing counts as a whole one.
    func of(_ count: Int128) -> Int128 { (count * Int128(millionths)).dividedRoundingUp(by: 1_000_000) }
}

extension Int128 {
    /// - Parameter divisor: above 0.
    func dividedRoundingUp(by divisor: Int128) -> Int128 { (self + divisor - 1) / divisor }
}
