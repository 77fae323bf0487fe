/// An ISO 4217 currency: three capital letters, and how many digits its minor unit has.
public struct Currency: Hashable, Sendable, CustomStringConvertible {
    /// "USD"
    public let code: String

    /// Nil unless the code is three capital ASCII letters. Whether such a currency exists is not checked.
    public init?(_ code: String) {
        guard code.utf8.count == 3, code.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else { return nil }
        self.code = code
    }

    private init(known code: String) { self.code = code }

    public static let usd = Currency(known: "USD")
    public static let gbp = Currency(known: "GBP")
    public static let eur = Currency(known: "EUR")

    /// Digits after the point: 2 for most, 0 for such as the yen, 3 for such as the dinar (ISO 4217, list one).
    public var fractionDigits: Int {
        switch code {
        case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF",
            "XPF":
            0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
        default: 2
        }
    }

    /// Minor units in one whole unit: 100 cents.
    public var minorUnits: Int64 {
        switch fractionDigits {
        case 0: 1
        case 3: 1_000
        default: 100
        }
    }

    public var description: String { code }
}
