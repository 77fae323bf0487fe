import TestSupport
import Testing

@testable import Costs

/// A bill with the steps that lead to it.
struct WorkedBill: Sendable, CustomTestStringConvertible {
    let name: String
    let pipeline: Pipeline
    let load: Load
    let arrangement: MonthlyBill.Arrangement
    let prices: PriceList
    /// To the cent.
    let total: String
    let steps: String

    var testDescription: String { name }

    init(
        _ name: String, _ pipeline: Pipeline, ordersPerSecondThousandths: Int64,
        load change: (inout Load) -> Void = { _ in },
        _ arrangement: MonthlyBill.Arrangement = .template, prices: PriceList = .builtIn, total: String, _ steps: String
    ) {
        self.name = name
        self.pipeline = pipeline
        self.arrangement = arrangement
        self.prices = prices
        self.total = total
        self.steps = steps
        load = Load.bare(pipeline, ordersPerSecondThousandths, change)
    }

    /// Which name of the steps is which line of the bill.
    static let lines: KeyValuePairs<String, String> = [
        "units": "Writes of orders", "functionwrites": "Writes of functions", "functionreads": "Reads of functions",
        "stored": "Storage", "recovery": "Point-in-time recovery", "reads": "Reads of the stream",
        "requests": "Records behind the filters", "calls": "Calls of functions", "armtime": "Running time on arm64",
        "time": "Running time on x86", "standard": "Standard queues", "fifo": "FIFO queues", "logs": "Lines taken in",
        "kept": "Lines kept", "metrics": "Metrics of functions", "alarms": "Alarms", "boards": "Dashboards",
    ]
    /// Those that the bill tells in larger units than the steps: in 1,024 megabytes times 1,000 milliseconds, and in gigabytes.
    static let unitsOfLines = [
        "armtime": 1_024_000, "time": 1_024_000, "stored": 1 << 30, "recovery": 1 << 30, "logs": 1 << 30,
        "kept": 1 << 30,
    ]
}

extension Pipeline {
    /// A table without anything, a pipe with batches of ten, and a function of 1 GB.
    static func one(_ change: (inout Pipeline) -> Void = { _ in }) -> Pipeline {
        var pipeline = Pipeline(
            table: Table(name: "t"), functions: [Function(name: "f", memoryMegabytes: 1_024, architecture: .x86)],
            pipes: [Pipe(name: "p", batchSize: 10, target: .function("f"))])
        change(&pipeline)
        return pipeline
    }
}

extension Load {
    /// The small pipeline's costs nothing but what the orders themselves do, so that each bill is about one thing.
    static func bare(_ pipeline: Pipeline, _ thousandths: Int64, _ change: (inout Load) -> Void) -> Load {
        var load = Load(writesPerSecondThousandths: thousandths)
        if pipeline.table.name == "t" {
            load.functions["f"] = Function(callMicroseconds: 100_000, recordMicroseconds: 0)
            (load.areStreamReadsPaid, load.monthsKept, load.logBytesPerCall, load.customMetrics) = (false, 0, 0, 0)
        }
        change(&load)
        return load
    }
}

extension PriceList {
    /// The built-in list with four prices raised.
    static let other: PriceList = {
        var text = String(decoding: PackageResources.us_east_1_json, as: UTF8.self)
        for (old, new) in [
            ("0.625", "0.7"), ("0.40", "0.44"), ("0.20", "0.23"), ("0.0000166667", "0.0000183333"),
        ] { text = text.replacing("\"\(old)\"", with: "\"\(new)\"") }
        return try! PriceList(json: text.utf8, file: "other.json")
    }()
}

@Suite struct WorkedBillTests {
    @Test(arguments: WorkedBill.all) func theBillIsWhatTheStepsSay(_ worked: WorkedBill) throws {
        let steps = try WorkedArithmetic(worked.steps)
        let bill = MonthlyBill(worked.pipeline, worked.load, worked.arrangement, prices: worked.prices)
        #expect(bill.total.centsText == worked.total)
        let total = try #require(steps["$total"])
        // Each line is cut off at a picodollar.
        #expect(abs(bill.total.dollars - total.double) <= max(1e-9, total.double * 1e-12))
        for (name, what) in WorkedBill.lines {
            let line = bill.bill.lines.first { $0.what == what }
            guard let count = steps[name], let amount = steps["$\(name)"] else {
                #expect(line.map { $0.count == 0 && $0.amount == .zero } ?? true, "\(what)")
                continue
            }
            let found = try #require(line, "\(what)")
            #expect(Int128(found.count) == count.floor / Int128(WorkedBill.unitsOfLines[name] ?? 1), "\(what)")
            let picodollars = WorkedArithmetic.Fraction(amount.numerator * 1_000_000_000_000, amount.denominator).floor
            #expect(found.amount.picodollars == picodollars, "\(what)")
        }
        #expect(steps["calls"].map { $0.floor == Int128(bill.calls) } ?? (bill.calls == 0))
    }

    /// Steps of which a line has no meaning here would be checked by nobody.
    @Test(arguments: WorkedBill.all) func everyAmountIsOneOfALineOrTheTotal(_ worked: WorkedBill) throws {
        let names = Set(WorkedBill.lines.map { "$\($0.key)" }).union(["$total"])
        for name in try WorkedArithmetic(worked.steps).values.keys where name.hasPrefix("$") {
            #expect(names.contains(name))
        }
    }
}
