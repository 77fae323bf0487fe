import BenchmarkPage
import BenchmarkSupport

/// The template's filters beside the speed at which memory can be copied.
struct FilterSection {
    let stage: Stage

    func measure(_ report: SectionReport) throws {
        let copy = stage.limits.memoryCopyMegabytesPerSecond()
        let figures = try stage.programs.figures(
            "FilterBenchmark", ["--filter", "template"] + stage.effort.quickFlag, as: FilterFigures.self)
        for series in figures.lines.map(\.series).uniqued {
            var table = FigureTable(
                "Filters of the template, \(series)",
                ["Filter", "Bytes", "ns a record", "Records a second", "MB/s", "% of memcpy", "Allocations"])
            for line in figures.lines where line.series == series {
                table.add(
                    .text(line.name), .number(line.eventBytes), .number(line.nanosecondsPerEvent),
                    .number(line.eventsPerSecond), .number(line.megabytesPerSecond),
                    .number(line.megabytesPerSecond / copy * 100), .figure(line.allocationsPerEvent))
            }
            report.add(table)
        }
        report.figures.notes.append(
            "The limit: memcpy copies \(figureText(copy)) MB/s on one core, in pieces of 800 bytes of 1.6 MB.")
    }
}

/// The Orders table in process and over HTTP, beside RocksDB alone and a server that does nothing.
struct TableSection {
    let stage: Stage

    func measure(_ report: SectionReport) throws {
        report.attempt {
            let figures = try stage.programs.figures(
                "TableBenchmark", stage.effort(["--quick", "--rounds", "1"], []) + stage.folderOption,
                as: [TableFigure].self)
            for group in figures.map(\.group).uniqued {
                var table = FigureTable(
                    "Orders: \(group)",
                    [
                        "Work", "A second", "p50 ms", "p99 ms", "Orders a sync", "Processor µs each",
                        "RocksDB alone a second", "Its processor µs", "Ratio", "Allocations each",
                    ])
                for figure in figures where figure.group == group {
                    table.add(
                        .text("\(figure.name) (\(figure.unit))"), .figure(figure.perSecond),
                        .figure(figure.p50Milliseconds), .figure(figure.p99Milliseconds),
                        .figure(figure.ordersPerSync), .figure(figure.processorMicroseconds),
                        .figure(figure.rawPerSecond), .figure(figure.rawProcessorMicroseconds), .figure(figure.ratio),
                        .figure(figure.allocationsPerOrder))
                }
                report.add(table)
            }
        }
        report.attempt {
            var table = FigureTable.ofResponder(items: "Orders")
            table.add(try stage.limits.http(.put), "PutItem's bytes, 64 connections")
            table.add(try stage.limits.http(.batch), "BatchWriteItem's bytes, 25 orders, 64 connections")
            report.add(table)
        }
    }
}

extension FigureTable {
    static func ofResponder(items: String) -> FigureTable {
        FigureTable(
            "The limit: a server that does nothing but HTTP, with the same client and bytes",
            ["Requests", "A second", "\(items) a second", "p50 ms", "p99 ms", "Server µs each", "Client µs each"])
    }

    mutating func add(_ limit: Limits.HTTP, _ name: String) {
        add(
            .text(name), .number(limit.requestsPerSecond), .number(limit.ordersPerSecond),
            .figure(limit.p50Milliseconds), .figure(limit.p99Milliseconds), .number(limit.responderMicroseconds),
            .number(limit.clientMicroseconds))
    }
}

/// Functions called as pipes call them.
struct InvocationSection {
    let stage: Stage

    func measure(_ report: SectionReport) throws {
        report.addFigures("Invocations", of: "FunctionBenchmark", [], stage)
        report.attempt {
            var table = FigureTable.ofResponder(items: "Events")
            table.add(try stage.limits.http(.put, connections: 1), "one after the other")
            table.add(try stage.limits.http(.put, connections: 4), "4 connections")
            report.add(
                table,
                "An invocation is two such requests: the function asks for an event and answers it, each with its own.")
        }
    }
}

/// Pipes with function processes, part by part, so that one that fails leaves the others.
struct PipeSection {
    let stage: Stage

    func measure(_ report: SectionReport) throws {
        for (part, title) in [
            ("latency", "From write to function, template.yaml"), ("lanes", "Lanes"),
            ("backlog", "A backlog and a function that returns at once"), ("poison", "One order that always fails"),
            ("observing", "What metrics and logs cost"),
        ] {
            report.addFigures(
                title, of: "PipeBenchmark",
                ["--only", part, "--template", stage.template] + stage.folderOption, stage)
        }
        report.attempt {
            var table = FigureTable.ofResponder(items: "Orders")
            table.add(try stage.limits.http(.batch, connections: 4), "25 orders each, 4 connections")
            report.add(
                table, "A pipe hands a function its batch in one answer, and the function's result is a request.")
        }
    }
}

/// What metrics and logs cost by themselves.
struct MetricsSection {
    let stage: Stage

    func measure(_ report: SectionReport) throws {
        report.addFigures("Metrics", of: "TelemetryBenchmark", stage.folderOption, stage)
    }
}

/// How long `sluice up` takes on a folder with many orders.
struct StartUpSection {
    let stage: Stage

    func measure(_ report: SectionReport) throws {
        for count in stage.effort([100_000], [1_000_000]) {
            let figures = try stage.programs.figures(
                "TableBenchmark", ["--start-up", "--orders", "\(count)"] + stage.folderOption, as: [TableFigure].self)
            var table = FigureTable(
                "From the start of the process to \"Ready.\", \(figureText(Double(count))) orders",
                ["When", "Seconds", "Resident MB"])
            for figure in figures {
                table.add(
                    .text(figure.name), .figure(figure.seconds), .figure(figure.residentMegabytes.map { Double($0) }))
            }
            report.add(table)
        }
        try report.addLimit(of: stage)
    }
}

extension SectionReport {
    /// What a start cannot be quicker than: a start with nothing in the folder.
    fileprivate func addLimit(of stage: Stage) throws {
        let seconds = try (0..<5).map { _ in
            try stage.run(template: ordersTemplate) { sluice, _ in sluice.secondsUntilReady }
        }
        var table = FigureTable("The limit: the same without an order", ["When", "Seconds"])
        table.add("an empty folder, median of 5", .number(seconds.sorted()[2]))
        add(table)
    }
}

/// Whether the last orders are as quick as the first.
struct GrowthSection {
    let stage: Stage

    func measure(_ report: SectionReport) throws {
        let counts = stage.effort([10_000, 100_000], [100_000, 1_000_000], [100_000, 1_000_000, 10_000_000])
        var table = FigureTable(
            "A table that grows, in process",
            [
                "Orders", "First a second", "Last a second", "Last p99 ms", "Resident MB", "Folder MB",
                "Open s, clean end", "Open s, kill -9",
            ])
        for count in counts {
            report.attempt {
                let figures = try stage.programs.figures(
                    "TableBenchmark", ["--orders", "\(count)"] + stage.folderOption, as: [TableFigure].self)
                let parts = figures.filter { $0.perSecond != nil }
                let openings = figures.compactMap(\.seconds)
                guard let first = parts.first, let last = parts.last, openings.count == 2 else {
                    throw WrongAnswer("TableBenchmark --orders \(count) has not the figures that are expected.")
                }
                table.add(
                    .count(count), .figure(first.perSecond), .figure(last.perSecond), .figure(last.p99Milliseconds),
                    .figure(last.residentMegabytes.map { Double($0) }),
                    .figure(last.folderMegabytes.map { Double($0) }), .number(openings[0]), .number(openings[1]))
            }
        }
        report.add(table, "First and last are the first and the last million; up to a million they are one.")
        report.attempt {
            var raw = FigureTable(
                "The limit: RocksDB alone with Sluice's options", ["Work", "Orders a second", "Processor µs each"])
            for figure in try stage.limits.raw() {
                raw.add(.text(figure.name), .figure(figure.perSecond), .figure(figure.processorMicroseconds))
            }
            report.add(raw)
        }
    }
}

extension Stage {
    var folderOption: [String] { folder.map { ["--folder", $0] } ?? [] }
}

extension Sequence where Element: Hashable {
    /// Each once, in the order of the first ones.
    fileprivate var uniqued: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
