import Clocks
import Items

/// JSON as AWS's alarms write it: members in a fixed order, numbers as Java has them. Texts, because histories are cut to a
/// length by leaving parts out.
enum AlarmJSON {
    static func object(_ members: [(name: String, json: String?)]) -> String {
        let texts = members.compactMap { member in member.json.map { "\(string(member.name)):\($0)" } }
        return "{\(texts.joined(separator: ","))}"
    }

    static func array(_ elements: [String]) -> String { "[\(elements.joined(separator: ","))]" }

    static func string(_ text: String) -> String {
        var bytes: [UInt8] = []
        JSONText.append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A finite number as Java's `Double.toString` writes it: 5.0, 1.0E-4, 1.2345678E7.
    static func number(_ value: Double) -> String {
        guard value != 0 else { return "0.0" }
        // Swift's text has the same digits, the fewest that tell the number from its neighbours.
        let text = "\(abs(value))".split(separator: "e", maxSplits: 1)
        let parts = text[0].split(separator: ".", maxSplits: 1)
        let whole = String(parts[0])
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        let leadingZeros = (whole + fraction).prefix { $0 == "0" }.count
        var digits = String((whole + fraction).dropFirst(leadingZeros))
        while digits.count > 1, digits.last == "0" { digits.removeLast() }
        // The value is 0.DIGITS times ten to the power of the scale.
        let scale = whole.count - leadingZeros + (text.count > 1 ? Int(text[1]) ?? 0 : 0)
        let sign = value < 0 ? "-" : ""
        func orZero(_ digits: some StringProtocol) -> String { digits.isEmpty ? "0" : String(digits) }
        if scale < -2 || scale > 7 {
            return "\(sign)\(digits.prefix(1)).\(orZero(digits.dropFirst()))E\(scale - 1)"
        }
        if scale <= 0 { return "\(sign)0.\(String(repeating: "0", count: -scale))\(digits)" }
        let padded = digits + String(repeating: "0", count: max(scale - digits.count, 0))
        return "\(sign)\(padded.prefix(scale)).\(orZero(padded.dropFirst(scale)))"
    }

    /// 2025-01-01T10:00:00.000+0000.
    static func time(_ time: Timestamp) -> String {
        let calendar = time.calendarTime
        func padded(_ number: Int, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(count - text.count, 0)) + text
        }
        let date = "\(padded(calendar.year, 4))-\(padded(calendar.month, 2))-\(padded(calendar.day, 2))"
        let clock = [calendar.hour, calendar.minute, calendar.second].map { padded($0, 2) }.joined(separator: ":")
        return "\(date)T\(clock).\(padded(Int(time.milliseconds - time.seconds * 1_000), 3))+0000"
    }
}
