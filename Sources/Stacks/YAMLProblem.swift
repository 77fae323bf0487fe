import Yams

/// Why a text cannot be read as YAML, in one sentence.
package struct YAMLProblem {
    package let message: String
    /// Counted from 1; nil when the reader does not tell.
    package let line: Int?

    /// The number of a text's last line. libyaml names the line behind it, which is none, for what a text lacks at its end.
    package static func lastLine(of yaml: String) -> Int { 1 + yaml.count(where: \.isNewline) }

    /// - Parameter error: what Yams threw.
    package init(_ error: any Error) {
        switch error as? YamlError {
        case .scanner(let context, let problem, let mark, let yaml),
            .parser(let context, let problem, let mark, let yaml),
            .composer(let context, let problem, let mark, let yaml):
            let lastLine = Self.lastLine(of: yaml)
            let begun = context.map { " \($0.text) that begins in line \(min($0.mark.line, lastLine))" } ?? ""
            let place = mark.line > lastLine ? "its end" : "column \(mark.column)"
            message = "not valid YAML at \(place): \(problem)\(begun)"
            line = min(mark.line, lastLine)
        case .duplicatedKeysInMapping(let names, let context):
            message = "the key \(names.joined(separator: ", ")) appears more than once in one mapping; keep one"
            line = context.mark.line
        case .reader(let problem, let offset, _, let yaml):
            message = "not valid YAML: \(problem)"
            line = offset.map { offset in
                1 + yaml.prefix(offset).utf8.count { $0 == UInt8(ascii: "\n") }
            }
        default:
            message = "cannot be read as YAML: \(error)"
            line = nil
        }
    }
}
