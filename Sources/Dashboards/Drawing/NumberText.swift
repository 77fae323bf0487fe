import Foundation

/// Numbers as people who look after a service want them: 12.3k, 250 ms, 1.5 MB, 99.5%.
public struct NumberText: Hashable, Sendable {
    /// What a shown number is to be multiplied by to have the value.
    let factor: Double
    /// What comes after the number, with its space.
    let suffix: String

    private static let thousands = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]
    /// From milliseconds to days, in seconds.
    private static let times = [
        (86_400.0, " d"), (3_600, " h"), (60, " min"), (1, " s"), (1e-3, " ms"), (1e-6, " µs"),
    ]

    /// - Parameters:
    ///   - unit: CloudWatch's name of it; nil and unknown ones add nothing.
    ///   - magnitude: the largest value that is to be shown this way.
    public init(unit: String?, magnitude: Double) {
        let magnitude = magnitude.isFinite ? abs(magnitude) : 0
        switch unit {
        case "Seconds", "Milliseconds", "Microseconds":
            let base = unit == "Seconds" ? 1 : unit == "Milliseconds" ? 1e-3 : 1e-6
            // Two minutes are 120 s: a larger unit begins where it gives numbers above 2.
            let time =
                Self.times.first { magnitude * base >= ($0.0 > 1 ? 2 * $0.0 : $0.0) }
                ?? (magnitude == 0 ? (base, base == 1 ? " s" : base == 1e-3 ? " ms" : " µs") : (1e-6, " µs"))
            factor = time.0 / base
            suffix = time.1
        case "Percent":
            factor = 1
            suffix = "%"
        default:
            let (base, name) = Self.countable(unit)
            let step = Self.thousands.first { magnitude * base >= $0.0 } ?? (1, "")
            factor = step.0 / base
            suffix = name.hasPrefix("/") || name.isEmpty ? "\(step.1)\(name)" : " \(step.1)\(name)"
        }
    }

    /// How much of the plain unit one is, and the plain unit's sign.
    private static func countable(_ unit: String?) -> (Double, String) {
        guard let unit else { return (1, "") }
        let isRate = unit.hasSuffix("/Second")
        let plain = isRate ? String(unit.dropLast("/Second".count)) : unit
        let rate = isRate ? "/s" : ""
        let prefixes = [("Kilo", 1e3), ("Mega", 1e6), ("Giga", 1e9), ("Tera", 1e12)]
        let prefix = prefixes.first { plain.hasPrefix($0.0) }
        let name = prefix.map { plain.dropFirst($0.0.count).lowercased() } ?? plain.lowercased()
        switch name {
        case "bytes": return (prefix?.1 ?? 1, "B\(rate)")
        case "bits": return (prefix?.1 ?? 1, "b\(rate)")
        default: return (1, rate)
        }
    }

    /// A value with three digits that say something, and without zeros at the end.
    public func text(_ value: Double) -> String {
        let shown = value / factor
        guard shown.isFinite else { return "–" }
        let size = abs(shown)
        if size != 0, size < 0.001 || size >= 1e15 { return Self.digits(String(format: "%.2e", shown)) + suffix }
        let decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
        return Self.digits(String(format: "%.\(decimals)f", shown)) + suffix
    }

    /// A tick's value, with the decimals that its step needs.
    func tick(_ value: Double, step: Double) -> String {
        let shownStep = abs(step / factor)
        guard shownStep.isFinite, shownStep > 0 else { return text(value) }
        let decimals = min(max(Int((-log10(shownStep) - 1e-9).rounded(.up)), 0), 12)
        return Self.digits(String(format: "%.\(decimals)f", value / factor)) + suffix
    }

    /// One value by itself.
    public static func text(_ value: Double, unit: String?) -> String {
        NumberText(unit: unit, magnitude: value).text(value)
    }

    private static func digits(_ text: String) -> String {
        var mantissa = text
        var exponent = ""
        if let place = text.firstIndex(of: "e") {
            exponent = "e\(Int(text[text.index(after: place)...]) ?? 0)"
            mantissa = String(text[..<place])
        }
        if mantissa.contains(".") {
            while mantissa.last == "0" { mantissa.removeLast() }
            if mantissa.last == "." { mantissa.removeLast() }
        }
        return (mantissa == "-0" ? "0" : mantissa) + exponent
    }
}
