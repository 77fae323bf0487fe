import Clocks
import Costs

/// What the last hours would have cost on AWS: the answer of `POST /_sluice/cost`.
struct CostReport: Encodable {
    struct Request: Decodable {
        /// Until now, a minute to 15 days.
        var rangeSeconds: Int?
    }

    struct Line: Encodable {
        let service: String
        let what: String
        let count: Int64
        let unit: String
        let amount: String
    }

    struct PipeSaving: Encodable {
        let name: String
        let read: Int64
        let filteredOut: Int64
        let delivered: Int64
        let invocations: Int64
        let invocationsSaved: Int64
        let saved: String
    }

    private static let monthSeconds: Int64 = 30 * 86_400

    let lines: [Line]
    let total: String
    /// What a month of 30 days would cost that goes on like this; nil before there is a minute to judge by.
    let month: String?
    /// How much of the range has metrics.
    let secondsCovered: Int64
    let pipes: [PipeSaving]
    let invocationsSaved: Int64
    let saved: String
    let exclusions: [String]
    let region: String
    /// Of the prices' sources, the youngest and the oldest.
    let priceDate: String
    let oldestPriceDate: String

    init(_ engine: RunningEngine, _ request: Request) throws {
        let range = min(max(request.rangeSeconds ?? 3_600, 60), DashboardRange.secondsMax)
        var reading = try UsageReading(engine.monitoring.metrics, seconds: Int64(range), until: engine.time.now())
        let usage = try reading.usage(of: engine)
        let bill = Bill(usage)
        lines = bill.lines.map {
            Line(service: $0.service, what: $0.what, count: $0.count, unit: $0.unit, amount: $0.amount.text)
        }
        total = bill.total.text
        secondsCovered = reading.secondsCovered
        month =
            secondsCovered < 60
            ? nil
            : Money(picodollars: bill.total.picodollars * Int128(Self.monthSeconds) / Int128(secondsCovered)).roughText
        pipes = usage.pipes.map { pipe in
            PipeSaving(
                name: pipe.name, read: pipe.read, filteredOut: pipe.filteredOut, delivered: pipe.delivered,
                invocations: pipe.invocations, invocationsSaved: pipe.saving.invocations,
                saved: pipe.saving.money.text)
        }
        invocationsSaved = usage.pipes.reduce(0) { $0 + $1.saving.invocations }
        saved = usage.pipes.reduce(Money.zero) { $0 + $1.saving.money }.text
        exclusions = Bill.exclusions
        region = PriceList.builtIn.region
        priceDate = PriceList.builtIn.date
        oldestPriceDate = PriceList.builtIn.oldestDate
    }
}
