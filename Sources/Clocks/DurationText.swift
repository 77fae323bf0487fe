/// Durations as people write them: `250ms`, `90s`, `15m`, `24h`, `7d`, and several in a row such as `1h30m`.
extension Duration {
    /// Longest duration that a text may stand for: 100 years.
    public static let textMax = Duration.seconds(100 * 365 * 86_400)

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    /// Nil for a text without a number or a unit, and for more than ``textMax``.
    public init?(text: String) {
        var rest = text[...]
        var milliseconds: Int64 = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let unit = rest[digits.endIndex...].prefix { $0.isASCII && $0.isLetter }
            rest = rest[unit.endIndex...]
            guard let number = Int64(digits), let factor = Self.units.first(where: { $0.name == unit })?.milliseconds
            else { return nil }
            let (product, isTooLarge) = number.multipliedReportingOverflow(by: factor)
            let (sum, isTooMuch) = milliseconds.addingReportingOverflow(product)
            guard !isTooLarge, !isTooMuch, sum <= Self.textMax.microseconds / 1_000 else { return nil }
            milliseconds = sum
        }
        self = .milliseconds(milliseconds)
    }

    /// The same form, rounded down to milliseconds; a minus in front when it is negative.
    public var text: String {
        var rest = abs(microseconds / 1_000)
        var text = ""
        for (name, milliseconds) in Self.units where rest >= milliseconds {
            text += "\(rest / milliseconds)\(name)"
            rest %= milliseconds
        }
        return (self < .zero && !text.isEmpty ? "-" : "") + (text.isEmpty ? "0s" : text)
    }
}
