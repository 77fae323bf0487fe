import BenchmarkPage

/// A figure of the programs with one value in each line.
struct ValueFigure: Decodable {
    let name: String
    let value: Double
    let unit: String
    let wanted: String?
}

/// A figure of TableBenchmark.
struct TableFigure: Decodable {
    let group: String
    let name: String
    let unit: String
    let perSecond: Double?
    let p50Milliseconds: Double?
    let p99Milliseconds: Double?
    let ordersPerSync: Double?
    let processorMicroseconds: Double?
    let rawPerSecond: Double?
    let rawProcessorMicroseconds: Double?
    let ratio: Double?
    let seconds: Double?
    let residentMegabytes: Int?
    let folderMegabytes: Int?
    let itemBytes: Int?
    let recordBytes: Int?
    let allocationsPerOrder: Double?
}

/// What FilterBenchmark prints.
struct FilterFigures: Decodable {
    struct Line: Decodable {
        let group: String
        let series: String
        let name: String
        let eventBytes: Double
        let nanosecondsPerEvent: Double
        let eventsPerSecond: Double
        let megabytesPerSecond: Double
        let allocationsPerEvent: Double?
    }

    let lines: [Line]
}

extension FigureTable {
    /// A row for each figure, with what is wanted of it.
    init(_ title: String, _ figures: [ValueFigure]) {
        self.init(title, ["What", "Measured", "Unit", "Wanted on a quiet machine"])
        for figure in figures {
            add(
                .text(figure.name), .number(figure.value), .text(figure.unit),
                figure.wanted.map { .text($0) } ?? .nothing)
        }
    }
}

extension SectionReport {
    /// Runs a program whose lines have one value each, and shows them in a table.
    func addFigures(_ title: String, of program: String, _ arguments: [String], _ stage: Stage) {
        attempt {
            let figures = try stage.programs.figures(
                program, arguments + stage.effort.quickFlag, as: [ValueFigure].self)
            add(FigureTable(title, figures))
        }
    }
}
