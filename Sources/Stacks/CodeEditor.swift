/// Replaces the values of `Code` in the text of a template.
struct CodeEditor {
    private(set) var text: String

    init(_ text: String) { self.text = text }

    /// Puts a path in place of the mapping that the name `Code` at the beginning of a line has for a value.
    ///
    /// - Parameter line: counted from 1.
    /// - Returns: false, with nothing changed, where `Code` does not begin the line or has no mapping of S3 names.
    mutating func replaceCode(line: Int, path: String) -> Bool {
        guard let start = start(ofLine: line) else { return false }
        let name = skip(from: start) { $0 == " " }
        let written = ["Code:", "\"Code\":", "'Code':"].first { text[name...].hasPrefix($0) }
        guard let written else { return false }
        let afterColon = text.index(name, offsetBy: written.count)
        let value = skip(from: afterColon) { $0 == " " }
        let end: String.Index?
        if value == text.endIndex || text[value].isNewline || text[value] == "#" {
            end = endOfBlock(indent: text.distance(from: start, to: name), after: value)
        } else if text[value] == "{" {
            end = endOfFlow(from: value)
        } else {
            end = nil
        }
        guard let end else { return false }
        text.replaceSubrange(afterColon..<end, with: " \(Self.quoted(path))")
        return true
    }

    private func start(ofLine line: Int) -> String.Index? {
        var position = text.startIndex
        for _ in 1..<max(line, 1) {
            guard let end = text[position...].firstIndex(where: \.isNewline) else { return nil }
            position = text.index(after: end)
        }
        return position < text.endIndex ? position : nil
    }

    private func skip(from start: String.Index, while condition: (Character) -> Bool) -> String.Index {
        text[start...].firstIndex { !condition($0) } ?? text.endIndex
    }

    private func endOfLine(_ position: String.Index) -> String.Index {
        text[position...].firstIndex(where: \.isNewline) ?? text.endIndex
    }

    /// The end of the last line that is indented deeper than the name; blank lines and comments behind it are not its own.
    private func endOfBlock(indent: Int, after position: String.Index) -> String.Index? {
        var lineEnd = endOfLine(position)
        var end: String.Index?
        while lineEnd < text.endIndex {
            let start = text.index(after: lineEnd)
            let content = skip(from: start) { $0 == " " }
            lineEnd = endOfLine(start)
            let isBlank = content == text.endIndex || text[content].isNewline || text[content] == "#"
            if isBlank { continue }
            guard text.distance(from: start, to: content) > indent else { break }
            end = lineEnd
        }
        return end
    }

    /// Behind the brace that closes the one at `position`; braces in quotes and comments do not count.
    private func endOfFlow(from position: String.Index) -> String.Index? {
        var depth = 0
        var quote: Character?
        var isEscaped = false
        var isComment = false
        var previous: Character = " "
        for index in text[position...].indices {
            let character = text[index]
            defer { previous = character }
            if isComment {
                isComment = !character.isNewline
                continue
            }
            if let open = quote {
                if isEscaped {
                    isEscaped = false
                } else if character == "\\", open == "\"" {
                    isEscaped = true
                } else if character == open {
                    quote = nil
                }
                continue
            }
            switch character {
            // A `#` within a word is a part of it.
            case "#" where previous.isWhitespace: isComment = true
            case "\"", "'": quote = character
            case "{": depth += 1
            case "}":
                depth -= 1
                if depth == 0 { return text.index(after: index) }
            default: break
            }
        }
        return nil
    }

    /// As a double-quoted scalar, which YAML and JSON read alike.
    private static func quoted(_ path: String) -> String {
        var quoted = "\""
        for scalar in path.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                quoted += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
