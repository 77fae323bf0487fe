public import EventPatterns
public import Stacks

/// A finding of the lint in a pipe's filter, with the place in the template.
public struct LocatedFinding: Sendable, Hashable, CustomStringConvertible {
    /// The finding as a warning of the template: file, the line where the pattern begins, the pipe, and the message.
    public let diagnostic: Diagnostic
    /// Which of the pipe's filters, from 0.
    public let filterIndex: Int
    public let finding: PatternFinding

    public var description: String { diagnostic.description }
}

/// What the filters of a stack's pipes say in vain, each pattern judged by its source table's stream; in the order of
/// pipes and patterns.
public struct FilterLint: Sendable {
    /// How many patterns were looked at: all but the refused ones.
    public private(set) var patternCount = 0
    public private(set) var findings: [LocatedFinding] = []
    /// An error for each pattern that is none, one sentence with the place and the remedy.
    public private(set) var refusals: [Diagnostic] = []

    /// - Parameters:
    ///   - stack: all of its pipes are looked at.
    ///   - file: the template's file, for messages.
    ///   - dialect: the dialect that the pipes run with.
    public init(_ stack: Stack, file: String, dialect: PatternDialect = .pipes) {
        for pipe in stack.pipes {
            // The template's checks have found the table.
            let table = stack.tables.first { $0.logicalID == pipe.sourceTableLogicalID }!
            let stream = StreamShape(table)
            for (index, pattern) in pipe.patterns.enumerated() {
                func diagnostic(_ severity: Diagnostic.Severity, _ message: String) -> Diagnostic {
                    Diagnostic(
                        severity: severity, file: file, line: pattern.line ?? pipe.line, logicalID: pipe.logicalID,
                        path:
                            "Resources.\(pipe.logicalID).Properties.SourceParameters.FilterCriteria.Filters.\(index).Pattern",
                        message: "Filters[\(index)].Pattern: \(message)")
                }
                do {
                    let found = try PatternLint.findings(in: pattern.text, stream: stream, dialect: dialect)
                    findings += found.map {
                        LocatedFinding(diagnostic: diagnostic(.warning, $0.message), filterIndex: index, finding: $0)
                    }
                    patternCount += 1
                } catch {
                    refusals.append(diagnostic(.error, error.message))
                }
            }
        }
    }
}

extension StreamShape {
    fileprivate init(_ table: TableResource) {
        let keys = [table.keySchema.hash] + (table.keySchema.range.map { [$0] } ?? [])
        self.init(
            viewType: table.streamViewType.flatMap(ViewType.init),
            // Both enumerations have DynamoDB's three descriptors as raw values.
            keys: keys.map { KeyAttribute(name: $0.name, type: .init(rawValue: $0.type.rawValue)!) })
    }
}
