/// `# sluice:ignore RULE reason`: a comment in a template that answers a finding.
///
/// Behind a property it stands for that line; on lines of its own for the next line that is no comment. When that line
/// begins a resource, it stands for all findings of the rule in the resource.
struct IgnoreComment: Sendable, Hashable {
    /// Where the comment is, from 1.
    let line: Int
    /// The line it stands for; nil when no line with a property follows directly.
    let target: Int?
    let ruleID: String
    /// Empty when the comment gives none.
    let reason: String

    private static let marker = "sluice:ignore"

    /// Those of a template's text, in its order. Text that looks like one inside a block of text is taken for one.
    static func all(in text: String) -> [IgnoreComment] {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return lines.indices.compactMap { index in
            guard let (before, ruleID, reason) = parts(of: lines[index]) else { return nil }
            return IgnoreComment(
                line: index + 1, target: before.isEmpty ? next(after: index, in: lines) : index + 1,
                ruleID: ruleID, reason: reason)
        }
    }

    private static func next(after index: Int, in lines: [Substring]) -> Int? {
        let rest = lines[(index + 1)...]
        guard let next = rest.firstIndex(where: { trimmed($0).first != "#" }), !trimmed(lines[next]).isEmpty else {
            return nil
        }
        return next + 1
    }

    /// What stands before the comment, the rule, and the reason, which ends at another `#`.
    private static func parts(of line: Substring) -> (before: Substring, ruleID: String, reason: String)? {
        for start in line.indices where line[start] == "#" {
            // Inside a word it begins no comment.
            if start > line.startIndex, !line[line.index(before: start)].isWhitespace { continue }
            let comment = trimmed(line[line.index(after: start)...])
            guard comment.hasPrefix(marker) else { continue }
            let rest = comment.dropFirst(marker.count)
            guard rest.first?.isWhitespace ?? true else { continue }
            let words = trimmed(rest.prefix { $0 != "#" })
            let ruleID = words.prefix { !$0.isWhitespace }
            return (trimmed(line[..<start]), String(ruleID), String(trimmed(words.dropFirst(ruleID.count))))
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return start.prefix(0) }
        return start[...last]
    }
}
