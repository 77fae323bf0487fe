/// The number that a JSON number's text stands for in comparisons: its double, if the text equals the shortest text of
/// that double but for its spelling; else none.
enum ReferenceNumber {
    /// A spelling without choices: no zeros at either end, so `1.50e1` and `15` are one.
    private struct Spelling: Equatable {
        var isNegative: Bool
        var digits: String
        var exponent: Int
    }

    static func value(_ text: [UInt8]) -> Double? {
        let text = String(decoding: text, as: UTF8.self)
        guard let spelling = spelling(text) else { return nil }
        if spelling.digits.isEmpty { return 0 }
        guard let value = Double(text), value.isFinite else { return nil }
        return self.spelling(value.description) == spelling ? value : nil
    }

    /// Nil when the exponent is beyond reason, and the digits are not all zeros.
    private static func spelling(_ text: String) -> Spelling? {
        let parts = text.lowercased().split(separator: "e")
        let isNegative = text.hasPrefix("-")
        let mantissa = parts[0].drop { $0 == "-" }.split(separator: ".")
        let whole = mantissa[0]
        let fraction = mantissa.count > 1 ? mantissa[1] : ""
        let all = (whole + fraction).drop { $0 == "0" }
        let digits = String(all.reversed().drop { $0 == "0" }.reversed())
        if digits.isEmpty { return Spelling(isNegative: isNegative, digits: "", exponent: 0) }
        guard let written = parts.count > 1 ? Int(parts[1]) : 0, abs(written) < 1 << 40 else { return nil }
        return Spelling(
            isNegative: isNegative, digits: digits, exponent: written - fraction.count + all.count - digits.count)
    }
}
