/// An amount of US dollars, exact: whole picodollars, as AWS's prices of single requests are fractions of a microdollar.
///
/// Sums of anything that 64 bits can count at AWS's prices stay far from the largest amount.
public struct Money: Hashable, Comparable, Sendable {
    static let dollar: Int128 = 1_000_000_000_000
    private static let cent = dollar / 100
    /// The smallest amount that is told in figures.
    private static let smallestTold = dollar / 10_000

    /// Below zero for what costs more than what it is compared with.
    public var picodollars: Int128

    public static let zero = Money(picodollars: 0)

    public init(picodollars: Int128) { self.picodollars = picodollars }

    public static func < (left: Money, right: Money) -> Bool { left.picodollars < right.picodollars }

    public static func + (left: Money, right: Money) -> Money {
        Money(picodollars: left.picodollars + right.picodollars)
    }

    public static func - (left: Money, right: Money) -> Money {
        Money(picodollars: left.picodollars - right.picodollars)
    }

    public static func += (left: inout Money, right: Money) { left = left + right }

    /// For metrics and charts, which are binary fractions anyway.
    public var dollars: Double { Double(picodollars) / Double(Self.dollar) }

    /// As people read it, with no more digits than it deserves: whole cents from a dollar on, two digits below, and `under $0.0001`
    /// for what is less than that.
    public var text: String {
        guard picodollars != 0 else { return "$0" }
        let sign = picodollars < 0 ? "−" : ""
        let amount = picodollars.magnitude
        guard amount >= Self.smallestTold else { return "under \(sign)$0.0001" }
        var unit = UInt128(Self.cent)
        var decimals = 2
        while amount + unit / 2 < unit * 10 {
            unit /= 10
            decimals += 1
        }
        return sign + Self.told((amount + unit / 2) / unit, decimals: decimals)
    }

    /// In whole cents, half a cent up: `$12,345.68`. For bills, of which each line stands under the others.
    public var centsText: String {
        let cents = (picodollars.magnitude + UInt128(Self.cent) / 2) / UInt128(Self.cent)
        return (picodollars < 0 && cents > 0 ? "−" : "") + Self.told(cents, decimals: 2)
    }

    /// Exactly, as a decimal number of dollars without a sign of the currency: `-0.0000002`.
    public var exactText: String {
        let amount = picodollars.magnitude
        var text = String(amount / UInt128(Self.dollar))
        let rest = String(amount % UInt128(Self.dollar))
        let decimals = String(repeating: "0", count: 12 - rest.count) + rest
        if let last = decimals.lastIndex(where: { $0 != "0" }) { text += "." + decimals[...last] }
        return (picodollars < 0 ? "-" : "") + text
    }

    /// With two digits alone, for what is reckoned from little: `$13`, `$0.0042`.
    public var roughText: String {
        let amount = picodollars.magnitude
        guard amount >= Self.smallestTold else { return text }
        var (unit, decimals): (UInt128, Int) = (1, 12)
        while amount + unit / 2 >= unit * 100 {
            unit *= 10
            decimals -= 1
        }
        let rounded = (amount + unit / 2) / unit
        let number = decimals < 0 ? rounded * Self.power(-decimals) : rounded
        return (picodollars < 0 ? "−" : "") + Self.told(number, decimals: max(decimals, 0))
    }

    /// - Parameter number: the amount, in units of so many decimals of a dollar.
    private static func told(_ number: UInt128, decimals: Int) -> String {
        let scale = power(decimals)
        guard decimals > 0 else { return "$\(ExactDecimal.grouped(number))" }
        let rest = String(number % scale)
        return "$\(ExactDecimal.grouped(number / scale))." + String(repeating: "0", count: decimals - rest.count) + rest
    }

    private static func power(_ exponent: Int) -> UInt128 { (0..<exponent).reduce(1) { power, _ in power * 10 } }
}
