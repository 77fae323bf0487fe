/// Strings that can be values, and yet probably mean something else.
extension AlternativeLint {
    var stringFinding: PatternFinding? {
        guard domain == .text else { return nil }
        return addressFinding ?? starFinding ?? whiteSpaceFinding
    }

    // MARK: Stars and regular expressions

    private var starFinding: PatternFinding? {
        switch alternative.test {
        case .string(let text), .equalsIgnoringCase(let text):
            return repairOfPart(text).map { starFinding(text, $0) }
        case .prefix(let text, _):
            guard let meant = MeantPart(text), case .beginning(let part) = meant.part else { return nil }
            return starFinding(text, "write \(part.quoted)")
        case .suffix(let text, _):
            guard let meant = MeantPart(text), case .ending(let part) = meant.part else { return nil }
            return starFinding(text, "write \(part.quoted)")
        case .anythingBut(let texts):
            for text in texts {
                guard let meant = MeantPart(text) else { continue }
                return starFinding(text, repairOfExcluded(meant.part))
            }
            return nil
        default:
            return nil
        }
    }

    private func starFinding(_ text: Text, _ repair: String) -> PatternFinding {
        let isExpression = MeantPart(text)?.isExpression ?? false
        return finding(
            .ordinaryStar, .suspicious,
            isExpression
                ? "\(text.quoted) is compared character by character, not as a regular expression,"
                : "* is an ordinary character in \(text.quoted)", repair)
    }

    /// What to write for a plain string that is meant for part of a value; nil when it is not.
    func repairOfPart(_ text: Text) -> String? {
        switch MeantPart(text)?.part {
        case nil: nil
        case .anything: "use {\"exists\": true}"
        case .whole(let text): "write \(text.quoted)"
        case .beginning(let text): "use {\"prefix\": \(text.quoted)}"
        case .ending(let text): "use {\"suffix\": \(text.quoted)}"
        case .other: alternative.dialect.accepts(.wildcard) ? "use {\"wildcard\": ...}" : Operator.wildcard.repair
        }
    }

    private func repairOfExcluded(_ part: MeantPart.Part) -> String {
        let accepts = alternative.dialect.accepts
        switch part {
        case .anything: return "use {\"exists\": false}"
        case .whole(let text): return "write \(text.quoted)"
        case .beginning(let text) where accepts(.anythingButPrefix):
            return "use {\"anything-but\": {\"prefix\": \(text.quoted)}}"
        case .ending(let text) where accepts(.anythingButSuffix):
            return "use {\"anything-but\": {\"suffix\": \(text.quoted)}}"
        case .other where accepts(.anythingButWildcard): return "use {\"anything-but\": {\"wildcard\": ...}}"
        case .beginning, .ending, .other:
            return "compare an attribute that the writer derives, because a pipe's anything-but takes whole values only"
        }
    }

    // MARK: White space

    /// White space that a text must not have to be found: in front of a beginning, behind an ending.
    private var whiteSpaceFinding: PatternFinding? {
        switch alternative.test {
        case .string(let text), .equalsIgnoringCase(let text): whiteSpace([text])
        case .anythingBut(let texts): whiteSpace(texts)
        case .prefix(let text, _): whiteSpace([text], atEnd: false)
        case .suffix(let text, _): whiteSpace([text], atStart: false)
        default: nil
        }
    }

    private func whiteSpace(_ texts: [Text], atStart: Bool = true, atEnd: Bool = true) -> PatternFinding? {
        for text in texts {
            var rest = text.bytes[...]
            if atStart { rest = rest.drop(while: Self.isWhiteSpace) }
            while atEnd, let last = rest.last, Self.isWhiteSpace(last) { rest.removeLast() }
            // A text of nothing else is meant so.
            guard rest.count < text.bytes.count, !rest.isEmpty else { continue }
            return finding(
                .whiteSpaceAtEnd, .suspicious, "The white space at an end of \(text.quoted) is compared too",
                "write \(Text(rest).quoted) if it is not meant")
        }
        return nil
    }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }
}
