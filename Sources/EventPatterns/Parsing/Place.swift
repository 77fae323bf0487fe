/// Where in a pattern the parser is, for messages.
struct Place {
    private(set) var path = "$"

    func field(_ name: String) -> Place { appending(Self.step(name)) }
    func element(_ index: Int) -> Place { appending("[\(index)]") }

    /// A name as a step of a path: `.name`, or `["na me"]` where a plain step would be hard to read.
    private static func step(_ name: String) -> String {
        let isPlain =
            !name.isEmpty
            && name.unicodeScalars.allSatisfy { $0.value > 0x20 && !"\"[]\u{7F}".unicodeScalars.contains($0) }
        guard !isPlain else { return ".\(name)" }
        let quoted = name.unicodeScalars.map { scalar in
            switch scalar.value {
            case 0x22, 0x5C: return "\\\(scalar)"
            case 0..<0x20, 0x7F:
                let digits = String(scalar.value, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: return String(scalar)
            }
        }
        return "[\"\(quoted.joined())\"]"
    }

    private func appending(_ step: String) -> Place {
        var place = self
        place.path += step
        return place
    }

    /// An error in one sentence: what, where, remedy.
    func error(_ code: PatternError.Code, _ what: String, _ offset: Int, _ remedy: String) -> PatternError {
        PatternError(
            code: code, message: "\(what) at \(path) (byte \(offset)); \(remedy).", path: path, offset: offset)
    }
}
