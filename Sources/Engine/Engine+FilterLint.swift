public import EventPatterns
public import Readiness
public import Stacks

extension Engine {
    /// What the filters of a stack's pipes say in vain, as ``FilterLint`` finds it.
    ///
    /// - Throws: `EngineError` when patterns are refused, one line for each with the place and the remedy.
    public static func lintFilters(
        _ stack: Stack, file: String, dialect: PatternDialect = .pipes
    ) throws(EngineError) -> [LocatedFinding] {
        let lint = FilterLint(stack, file: file, dialect: dialect)
        guard lint.refusals.isEmpty else {
            throw EngineError(lint.refusals.map(\.description).joined(separator: "\n"))
        }
        return lint.findings
    }
}
