import TestSupport

/// A JSON value to be written, with repeated keys and the text of numbers.
indirect enum JSON: Sendable {
    case object([(String, JSON)])
    case array([JSON])
    case string(String)
    case number(String)
    case word(String)

    /// The text, with white space and escapes strewn in.
    func text(_ random: inout SeededGenerator) -> String {
        func space() -> String { random.oneIn(8) ? [" ", "\n", "\t "][random.below(3)] : "" }
        func quoted(_ string: String) -> String {
            "\""
                + string.unicodeScalars.map { scalar in
                    let mustBeEscaped = scalar == "\"" || scalar == "\\" || scalar.value < 0x20
                    if mustBeEscaped || random.oneIn(12) && scalar.value < 0x10000 {
                        let digits = String(scalar.value, radix: 16)
                        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                    }
                    return String(scalar)
                }.joined() + "\""
        }
        switch self {
        case .object(let members):
            let all = members.map { "\(space())\(quoted($0.0))\(space()):\(space())\($0.1.text(&random))\(space())" }
            return "{" + all.joined(separator: ",") + "}"
        case .array(let elements):
            return "[" + elements.map { "\(space())\($0.text(&random))\(space())" }.joined(separator: ",") + "]"
        case .string(let string): return quoted(string)
        case .number(let text), .word(let text): return text
        }
    }
}
