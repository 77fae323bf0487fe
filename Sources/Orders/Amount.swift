internal import Items

/// An amount of money in a message: an exact count of minor units, so that no reader has to parse a decimal.
public struct Amount: Decodable, Sendable, Hashable {
    /// Cents, or whatever the currency's minor unit is.
    public var minorUnits: Int64
    /// ISO 4217: three capital letters.
    public var currency: String

    public init(_ money: Money) {
        minorUnits = money.minorUnits
        currency = money.currency.code
    }

    /// Nil when the currency is no code.
    public var money: Money? { Currency(currency).map { Money(minorUnits: minorUnits, currency: $0) } }

    var members: JSONMembers {
        var members = JSONMembers()
        members.add("currency", currency)
        members.add("minorUnits", minorUnits)
        return members
    }
}
