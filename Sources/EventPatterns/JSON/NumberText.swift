/// The rules by which AWS's engine compares numbers.
///
/// A number takes part in a comparison only if its decimal text is the shortest text of its double: `150`, `150.00` and
/// `1.5e2` do and are one value; `9007199254740993` and `1e400` do not. Source: event-ruler 2.0.1, by its answers
/// (Tests/EventPatternsTests/Vectors/README.md).
enum NumberText {
    /// Most significant digits at which every decimal is the shortest text of its double (IEEE 754 binary64: 15).
    private static let alwaysExactDigitsMax = 15
    /// Most significant digits that the shortest text of a double ever has.
    private static let shortestDigitsMax = 17
    /// The powers of ten that a double holds exactly.
    private static let exactPowers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// A decimal number: `digits` (without zeros at either end) times ten to the `exponent`.
    private struct Decimal: Equatable {
        /// The digits as one integer, as far as they fit; `digitCount` says how many there are.
        var digits: UInt64 = 0
        var digitCount = 0
        var exponent = 0
        var isNegative = false

        /// Zero has one form only, as the engine takes `-0` and `0` for equal.
        static func == (a: Decimal, b: Decimal) -> Bool {
            if a.digits == 0 && b.digits == 0 { return true }
            return a.digits == b.digits && a.digitCount == b.digitCount && a.exponent == b.exponent
                && a.isNegative == b.isNegative
        }
    }

    /// The double that a JSON number stands for in comparisons; nil when it takes part in none.
    static func value(_ bytes: RawSpan, _ range: Range<Int>) -> Double? {
        let decimal = decimal(bytes, range)
        if decimal.digitCount == 0 { return 0 }
        if decimal.digitCount <= alwaysExactDigitsMax, abs(decimal.exponent) < exactPowers.count {
            // Both factors are exact, so the one rounding of the operation gives the nearest double (Clinger 1990).
            let power = exactPowers[abs(decimal.exponent)]
            let digits = Double(decimal.digits)
            let magnitude = decimal.exponent < 0 ? digits / power : digits * power
            return decimal.isNegative ? -magnitude : magnitude
        }
        guard decimal.digitCount <= shortestDigitsMax else { return nil }
        return valueSlowly(bytes, range, decimal)
    }

    /// The same for a text that may be no JSON number.
    static func number(_ bytes: RawSpan, _ range: Range<Int>) -> Double? {
        guard !range.isEmpty, let end = try? JSONTokens.number(bytes, range.lowerBound), end == range.upperBound else {
            return nil
        }
        return value(bytes, range)
    }

    static func value(_ text: [UInt8]) -> Double? { value(text.span.bytes, 0..<text.count) }

    private static func valueSlowly(_ bytes: RawSpan, _ range: Range<Int>, _ decimal: Decimal) -> Double? {
        let text = String(decoding: range.map { bytes.byte($0) }, as: UTF8.self)
        guard let value = Double(text), value.isFinite else { return nil }
        let shortest = Array(value.description.utf8)
        return self.decimal(shortest.span.bytes, 0..<shortest.count) == decimal ? value : nil
    }

    private static func decimal(_ bytes: RawSpan, _ range: Range<Int>) -> Decimal {
        var result = Decimal()
        var at = range.lowerBound
        if at < range.upperBound, bytes.byte(at) == UInt8(ascii: "-") {
            result.isNegative = true
            at += 1
        }
        var isFraction = false
        var zeros = 0
        while at < range.upperBound {
            let byte = bytes.byte(at)
            if byte == UInt8(ascii: ".") {
                isFraction = true
            } else if byte | 0x20 == UInt8(ascii: "e") {
                break
            } else {
                if isFraction { result.exponent -= 1 }
                if byte != UInt8(ascii: "0") {
                    // Zeros count only when a digit follows them; those before the first digit never do.
                    if result.digitCount > 0 { push(zeros, &result) }
                    zeros = 0
                    result.digits = result.digits &* 10 &+ UInt64(byte &- 0x30)
                    result.digitCount += 1
                } else {
                    zeros += 1
                }
            }
            at += 1
        }
        result.exponent += zeros
        if at < range.upperBound { result.exponent += exponent(bytes, at + 1..<range.upperBound) }
        return result
    }

    private static func push(_ zeros: Int, _ result: inout Decimal) {
        for _ in 0..<min(zeros, shortestDigitsMax + 1) { result.digits = result.digits &* 10 }
        result.digitCount += zeros
    }

    /// The exponent behind the `e`, held within a range that sums cannot overflow.
    private static func exponent(_ bytes: RawSpan, _ range: Range<Int>) -> Int {
        var at = range.lowerBound
        let isNegative = bytes.byte(at) == UInt8(ascii: "-")
        if isNegative || bytes.byte(at) == UInt8(ascii: "+") { at += 1 }
        var value = 0
        while at < range.upperBound {
            value = min(value * 10 + Int(bytes.byte(at) &- 0x30), 1 << 40)
            at += 1
        }
        return isNegative ? -value : value
    }
}
