import Costs
import Foundation

/// A month's bill in three columns. As JSON a documented contract: members may be added, none vanish.
struct CostForecast: Encodable {
    struct Line: Encodable {
        let service: String
        let what: String
        let count: Int64
        let unit: String
        /// Exact, as decimal text.
        let dollars: String
    }

    struct Column: Encodable {
        let arrangement: String
        let lines: [Line]
        let dollars: String
        let lambdaDollars: String
        let calls: Int64
    }

    /// What the template's filters save against filters in the functions; shares of 1, below 0 where they cost more.
    struct Saving: Encodable {
        let lambdaDollars: String
        let lambdaShare: Double?
        let calls: Int64
        let callsShare: Double?
        let dollars: String
    }

    let region: String
    /// Of the prices' sources, the youngest and the oldest.
    let priceDate: String
    let oldestPriceDate: String
    let table: String
    let writesPerSecond: String
    let monthSeconds = MonthlyBill.monthSeconds
    let shards: Int
    let columns: [Column]
    let saving: Saving
    let assumptions: [String]
    let exclusions: [String]

    private let bills: [MonthlyBill]
    private let load: Load

    private enum CodingKeys: String, CodingKey {
        case region, priceDate, oldestPriceDate, table, writesPerSecond, monthSeconds, shards, columns, saving,
            assumptions, exclusions
    }

    init(_ forecast: Forecast, prices: PriceList) {
        let (pipeline, load) = (forecast.pipeline, forecast.load)
        self.load = load
        bills = MonthlyBill.Arrangement.allCases.map { MonthlyBill(pipeline, load, $0, prices: prices) }
        region = prices.region
        priceDate = prices.date
        oldestPriceDate = prices.oldestDate
        table = pipeline.table.name
        writesPerSecond = ExactDecimal.text(load.writesPerSecondThousandths, decimals: 3)
        shards = StreamShards.count(pipeline.table, load)
        columns = bills.map { bill in
            Column(
                arrangement: bill.arrangement.rawValue,
                lines: bill.bill.lines.map {
                    Line(
                        service: $0.service, what: $0.what, count: $0.count, unit: $0.unit, dollars: $0.amount.exactText
                    )
                }, dollars: bill.total.exactText, lambdaDollars: bill.functions.exactText, calls: bill.calls)
        }
        let (here, naive) = (bills[0], bills[2])
        saving = Saving(
            lambdaDollars: (naive.functions - here.functions).exactText,
            lambdaShare: Self.saved(here.functions.picodollars, of: naive.functions.picodollars),
            calls: naive.calls - here.calls, callsShare: Self.saved(Int128(here.calls), of: Int128(naive.calls)),
            dollars: (naive.total - here.total).exactText)
        assumptions = forecast.assumptions + Self.assumptions(pipeline, load, shards: shards)
        exclusions = MonthlyBill.exclusions
    }

    /// Nil where there was nothing to save.
    private static func saved(_ part: Int128, of whole: Int128) -> Double? {
        whole == 0 ? nil : Double(whole - part) / Double(whole)
    }

    private static func assumptions(_ pipeline: Pipeline, _ load: Load, shards: Int) -> [String] {
        let shardsText = load.shards == nil ? ", reckoned from the writes; --shards" : ""
        return [
            "The stream has \(shards) shards\(shardsText).",
            load.areStreamReadsPaid
                ? "Pipes pay for reading the stream, 4 times a second and shard: AWS says that Lambda's reads are free and others' are"
                    + " not, and says nothing of pipes; --free-stream-reads."
                : "Pipes read the stream for nothing, as Lambda does.",
            "The table holds \(load.monthsKept) months of orders; --months-kept.",
            "Each message is \(load.requestsPerMessage) requests: sent, received and deleted by itself;"
                + " --requests-per-message.",
            "Each call logs \(load.logBytesPerCall) bytes; --log-bytes.",
            "Functions write \(load.customMetrics(of: pipeline)) metrics"
                + (load.customMetrics == nil ? ", three each" : "") + "; --custom-metrics.",
            "For each record a function writes \(load.functionWriteUnits) units to each table that it names and reads"
                + " \(load.functionReadUnits).",
        ]
    }

    // MARK: Text

    var text: String {
        let updates = String(format: "%.1f %%", load.updates.value * 100)
        let writes = Figures.count(Int(load.writesPerSecondThousandths * MonthlyBill.monthSeconds / 1_000))
        var lines = [
            "\(table): \(writesPerSecond) orders/s, \(updates) of them changes; \(writes) writes in a month of 730 hours",
            "Prices on demand in \(region), with sources of \(sourceDates)", "",
        ]
        let rows = bills[0].bill.lines.indices.filter { index in
            bills.contains { $0.bill.lines[index].count > 0 || $0.bill.lines[index].amount != .zero }
        }.map { index in
            let line = bills[0].bill.lines[index]
            let unit = line.count == 1 && line.unit.hasSuffix("s") ? String(line.unit.dropLast()) : line.unit
            return ["\(line.service): \(line.what)", "\(Figures.count(Int(line.count))) \(unit)"]
                + bills.map { $0.bill.lines[index].amount.centsText }
        }
        let headings = ["", "AS THE TEMPLATE HAS IT", "COST", "WITHOUT FILTERS", "FILTERS IN FUNCTIONS"]
        lines += TextTable.lines(headings, rows + [["Total", ""] + bills.map(\.total.centsText)]).map(\.text)
        lines += ["", lambdaLine, callsLine, totalLine, "", "Assumed"]
        lines += assumptions.map { "  \($0)" }
        lines += ["", "Not in it"] + exclusions.map { "  \($0)" }
        return lines.joined(separator: "\n")
    }

    private var sourceDates: String {
        oldestPriceDate == priceDate ? priceDate : "\(oldestPriceDate) to \(priceDate)"
    }

    private var lambdaLine: String {
        let (here, there) = (bills[0].functions, bills[2].functions)
        return "Lambda: \(Self.compared(saving.lambdaShare)) than with filters in the functions"
            + " (\(here.centsText) instead of \(there.centsText))"
    }

    private var callsLine: String {
        "Calls: \(Self.compared(saving.callsShare, less: "fewer")) than with filters in the functions"
            + " (\(Figures.count(Int(bills[0].calls))) instead of \(Figures.count(Int(bills[2].calls))))"
    }

    private var totalLine: String {
        func difference(_ other: MonthlyBill) -> String {
            let amount = other.total - bills[0].total
            return
                "\(Money(picodollars: Int128(amount.picodollars.magnitude)).centsText) \(amount < .zero ? "more" : "less")"
        }
        return
            "All of it: \(difference(bills[1])) than without filters, \(difference(bills[2])) than with filters in the functions"
    }

    /// "76.4 % less".
    private static func compared(_ share: Double?, less: String = "less") -> String {
        guard let share else { return "not \(less)" }
        return String(format: "%.1f %% %@", abs(share) * 100, share < 0 ? "more" : less)
    }
}
