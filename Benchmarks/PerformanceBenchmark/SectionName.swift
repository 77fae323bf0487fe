import ArgumentParser
import BenchmarkPage

/// The sections in the order of the page: their names are those of the marks and of `--only`.
enum SectionName: String, CaseIterable, ExpressibleByArgument {
    case filters
    case tables
    case queues
    case invocations
    case pipes
    case manyPipes = "many-pipes"
    case endToEnd = "end-to-end"
    case startUp = "start-up"
    case memory
    case growth
    case metrics

    func measure(_ stage: Stage, _ report: SectionReport) throws {
        switch self {
        case .filters: try FilterSection(stage: stage).measure(report)
        case .tables: try TableSection(stage: stage).measure(report)
        case .queues: try QueueSection(stage: stage).measure(report)
        case .invocations: try InvocationSection(stage: stage).measure(report)
        case .pipes: try PipeSection(stage: stage).measure(report)
        case .manyPipes: try ManyPipesSection(stage: stage).measure(report)
        case .endToEnd: try EndToEndSection(stage: stage).measure(report)
        case .startUp: try StartUpSection(stage: stage).measure(report)
        case .memory: try MemorySection(stage: stage).measure(report)
        case .growth: try GrowthSection(stage: stage).measure(report)
        case .metrics: try MetricsSection(stage: stage).measure(report)
        }
    }
}

/// What a section has measured so far.
final class SectionReport {
    var figures: SectionFigures

    init(_ figures: SectionFigures) { self.figures = figures }

    /// Adds a table, and says first what it is about when that is more than its name.
    func add(_ table: FigureTable, _ notes: String...) {
        figures.tables.append(table)
        figures.notes += notes
    }

    func fail(_ sentence: String) { figures.failures.append(sentence) }

    /// Measures a part; when it fails, the report says so and the other parts go on.
    func attempt(_ body: () throws -> Void) {
        do { try body() } catch { fail("\(error)") }
    }
}
