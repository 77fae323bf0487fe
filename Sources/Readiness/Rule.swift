/// Something that a stack must have, or must not, to be fit for production.
public struct Rule: Sendable, Hashable, Identifiable {
    /// How bad it is to break a rule.
    public enum Severity: String, Sendable, Hashable, Comparable, CaseIterable, Codable {
        /// Worth knowing; it may well be meant.
        case note
        /// It hurts on a bad day.
        case warning
        /// Data is lost, or work stops, sooner or later.
        case error

        public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

        private var rank: Int { Self.allCases.firstIndex(of: self)! }
    }

    /// Short, in lower case with hyphens, and the same for ever: comments in templates name it.
    public let id: String
    public let severity: Severity
    /// A few words, without a full stop.
    public let title: String
    /// One sentence: what the rule asks for.
    public let summary: String

    init(_ id: String, _ severity: Severity, title: String, summary: String) {
        self.id = id
        self.severity = severity
        self.title = title
        self.summary = summary
    }

    /// The rule's page, from the project's folder.
    public var page: String { "Documentation/checks/\(id).md" }
}

extension Rule {
    /// All rules, in the order of the index of their pages.
    public static let all = Check.all.map(\.rule) + Rule.aboutIgnores
}
