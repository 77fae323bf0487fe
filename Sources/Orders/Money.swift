public import Items

/// An exact amount of money: a count of minor units, never a floating-point number.
///
/// Negative amounts exist: credit notes of an order history are orders with an amount below zero.
public struct Money: Hashable, Sendable, CustomStringConvertible {
    /// Cents, or whatever the currency's minor unit is.
    public let minorUnits: Int64
    public let currency: Currency

    public init(minorUnits: Int64, currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }

    /// Nil when the number has a part of a minor unit or needs more than 64 bits.
    public init?(_ number: Number, currency: Currency) {
        guard let minorUnits = number.int64(fractionDigits: currency.fractionDigits) else { return nil }
        self.init(minorUnits: minorUnits, currency: currency)
    }

    /// Reads decimal text such as "139.12"; nil where `init(_:currency:)` with a number is, or when it is no number.
    public init?(_ text: String, currency: Currency) {
        guard let number = try? Number(text) else { return nil }
        self.init(number, currency: currency)
    }

    /// The amount as a table stores it: "139.1" for 139.10, since DynamoDB drops trailing zeroes.
    public var number: Number { Number(minorUnits, fractionDigits: currency.fractionDigits) }

    /// The amount as people write it, with all digits of the minor unit and without the currency: "139.10".
    public var text: String {
        let digits = currency.fractionDigits
        guard digits > 0 else { return String(minorUnits) }
        let (units, rest) = minorUnits.magnitude.quotientAndRemainder(dividingBy: UInt64(currency.minorUnits))
        let fraction = String(rest)
        let zeroes = String(repeating: "0", count: digits - fraction.utf8.count)
        return "\(minorUnits < 0 ? "-" : "")\(units).\(zeroes)\(fraction)"
    }

    public var description: String { "\(text) \(currency)" }

    /// Whole units without their fraction, rounded towards zero: 139 for 139.99.
    public var wholeUnits: Int64 { minorUnits / currency.minorUnits }

    /// Whether the amount is strictly more than so many whole units of its own currency; currencies are not converted.
    public func isOver(_ units: Int64) -> Bool {
        let (limit, overflow) = units.multipliedReportingOverflow(by: currency.minorUnits)
        return overflow ? units < 0 : minorUnits > limit
    }
}
