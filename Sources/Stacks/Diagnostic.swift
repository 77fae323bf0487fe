/// One finding in a template: what is wrong, where, and what to do about it.
public struct Diagnostic: Sendable, Hashable, CustomStringConvertible {
    public enum Severity: String, Sendable, Hashable {
        case error, warning
    }

    public var severity: Severity
    /// The template's file, as its reader named it.
    public var file: String
    /// Line in the file, counted from 1; nil when the finding has no place, such as a missing file.
    public var line: Int?
    /// The resource, parameter, condition or output concerned; nil for the template as a whole.
    public var logicalID: String?
    /// Where in the tree: `Resources.OrdersTable.Properties.KeySchema`.
    public var path: String
    /// What is wrong and the remedy, in one sentence.
    public var message: String

    public init(
        severity: Severity, file: String, line: Int? = nil, logicalID: String? = nil, path: String = "",
        message: String
    ) {
        self.severity = severity
        self.file = file
        self.line = line
        self.logicalID = logicalID
        self.path = path
        self.message = message
    }

    /// `template.yaml:42: OrdersTable: message`, the form that editors and terminals turn into a link.
    public var description: String {
        var text = file
        if let line { text += ":\(line)" }
        text += ": "
        if severity == .warning { text += "warning: " }
        if let logicalID { text += "\(logicalID): " }
        return text + message
    }
}

/// Why a template cannot be used: every error that was found, in the order of the file.
public struct TemplateError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The template's file, as its reader named it.
    public var file: String
    public var diagnostics: [Diagnostic]

    public init(file: String, diagnostics: [Diagnostic]) {
        self.file = file
        self.diagnostics = diagnostics
    }

    /// One line for each diagnostic.
    public var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}

/// A place in the template's tree, for messages.
struct Place: Sendable {
    var logicalID: String?
    var path: String

    init(logicalID: String? = nil, path: String) {
        self.logicalID = logicalID
        self.path = path
    }

    func member(_ name: String) -> Place {
        Place(logicalID: logicalID, path: path.isEmpty ? name : "\(path).\(name)")
    }

    func item(_ index: Int) -> Place {
        Place(logicalID: logicalID, path: "\(path).\(index)")
    }

    /// The last named part of the path, for messages: `KeySchema` for `...KeySchema.1`.
    var lastName: String {
        path.split(separator: ".").last { Int($0) == nil }.map(String.init) ?? path
    }
}

/// Gathers findings, so that one run reports all of them.
struct DiagnosticCollector: Sendable {
    let file: String
    private(set) var diagnostics: [Diagnostic] = []

    init(file: String) {
        self.file = file
    }

    var errors: [Diagnostic] { ordered(.error) }
    var warnings: [Diagnostic] { ordered(.warning) }

    mutating func error(_ message: String, line: Int?, at place: Place) {
        add(.error, message, line: line, at: place)
    }

    mutating func warning(_ message: String, line: Int?, at place: Place) {
        add(.warning, message, line: line, at: place)
    }

    private mutating func add(_ severity: Diagnostic.Severity, _ message: String, line: Int?, at place: Place) {
        let diagnostic = Diagnostic(
            severity: severity, file: file, line: line, logicalID: place.logicalID, path: place.path,
            message: message)
        // A value that is used twice is evaluated twice; one report of it is enough.
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }

    private func ordered(_ severity: Diagnostic.Severity) -> [Diagnostic] {
        diagnostics.enumerated()
            .filter { $0.element.severity == severity }
            .sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }
            .map(\.element)
    }
}
