/// A place of a template that breaks a rule.
public struct Finding: Sendable, Hashable, CustomStringConvertible {
    public let rule: Rule
    /// The template's file, as its reader named it.
    public let file: String
    /// Line in the file, from 1: of the property, or of the resource when the property is not there.
    public let line: Int
    /// The resource; nil for a comment.
    public let logicalID: String?
    /// What happens in production, in one sentence.
    public let message: String
    /// What to write, in one sentence.
    public let repair: String
    /// YAML to paste; nil where the sentence says it all.
    public let snippet: String?

    /// `template.yaml:42: error: OrdersTable: message [rule]`, the form that editors and terminals turn into a link.
    public var description: String {
        let place = logicalID.map { "\($0): " } ?? ""
        return "\(file):\(line): \(rule.severity.rawValue): \(place)\(message) [\(rule.id)]"
    }
}

/// A finding that a comment in the template answers.
public struct IgnoredFinding: Sendable, Hashable {
    public let finding: Finding
    /// Why, as the comment says.
    public let reason: String
}
