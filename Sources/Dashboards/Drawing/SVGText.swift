/// Writes SVG: elements one after the other, texts and attributes escaped.
struct SVGText {
    private(set) var text = ""

    typealias Attributes = KeyValuePairs<String, String>

    /// An element without content.
    mutating func element(_ name: String, _ attributes: Attributes) {
        text += "<\(name)\(Self.list(attributes))/>"
    }

    /// An element with elements inside.
    mutating func element(_ name: String, _ attributes: Attributes, _ content: (inout SVGText) -> Void) {
        text += "<\(name)\(Self.list(attributes))>"
        content(&self)
        text += "</\(name)>"
    }

    /// An element with text inside.
    mutating func element(_ name: String, _ attributes: Attributes = [:], text content: String) {
        text += "<\(name)\(Self.list(attributes))>\(Self.escaped(content))</\(name)>"
    }

    private static func list(_ attributes: Attributes) -> String {
        attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
    }

    /// Without what means something in XML, and without what XML cannot hold.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\t", "\n", "\r": result += " "
            case let other where other.value < 0x20 || (0x7F...0x9F).contains(other.value): break
            case "\u{FFFE}", "\u{FFFF}": break
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// A length or a place with at most two decimals.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let hundredths = Int((min(max(value, -1e9), 1e9) * 100).rounded())
        let sign = hundredths < 0 ? "-" : ""
        let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
        if rest == 0 { return "\(sign)\(whole)" }
        return rest % 10 == 0 ? "\(sign)\(whole).\(rest / 10)" : "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }
}
