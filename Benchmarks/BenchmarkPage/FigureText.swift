import Foundation

/// A measured value as the page shows it: three digits that count, and commas between thousands. What was measured has no more
/// than three; whole numbers below 1,000 have no decimals.
///
/// - Returns: a dash for what is no number, such as a rate of nothing in no time.
package func figureText(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    guard value != 0 else { return "0" }
    if value.rounded() == value, abs(value) < 1_000 { return String(Int(value)) }
    // Of the value as it is shown: 9.996 has the decimals of 10.0.
    let decimals = 2 - exponent(of: value)
    let scale = pow(10, Double(decimals))
    let rounded = (value * scale).rounded() / scale
    return grouped(String(format: "%.\(max(0, 2 - exponent(of: rounded)))f", rounded))
}

/// The power of ten of the first digit.
private func exponent(of value: Double) -> Int {
    // The logarithm of a power of ten may end just below it.
    Int((log10(abs(value)) + 1e-12).rounded(.down))
}

/// Digits with commas between thousands.
func grouped(_ digits: String) -> String {
    let start = digits.firstIndex { $0.isNumber } ?? digits.startIndex
    let end = digits.firstIndex(of: ".") ?? digits.endIndex
    var text = String(digits[..<start])
    var left = digits.distance(from: start, to: end)
    for digit in digits[start..<end] {
        text.append(digit)
        left -= 1
        if left > 0, left % 3 == 0 { text.append(",") }
    }
    return text + digits[end...]
}
