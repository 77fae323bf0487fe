/// Where in a pattern the parser is, for messages. Its path is spelt out only when one is due.
indirect enum Place {
    case root
    case member(Place, String)
    case item(Place, Int)

    func field(_ name: String) -> Place { .member(self, name) }
    func element(_ index: Int) -> Place { .item(self, index) }

    /// The JSON path, such as `$.dynamodb.NewImage.status.S[0]`.
    var path: String {
        switch self {
        case .root: "$"
        case .member(let place, let name): place.path + Self.step(name)
        case .item(let place, let index): place.path + "[\(index)]"
        }
    }

    /// A name as a step of a path: `.name`, or `["na me"]` where a plain step would be hard to read or would write to the
    /// terminal.
    static func step(_ name: String) -> String {
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

    /// An error in one sentence: what, where, remedy.
    func error(_ code: PatternError.Code, _ what: String, _ offset: Int, _ remedy: String) -> PatternError {
        let path = path
        return PatternError(
            code: code, message: "\(what) at \(path) (byte \(offset)); \(remedy).", path: path, offset: offset)
    }
}
