import ArgumentParser
import Engine
import Foundation
import Logging
import Replay

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run the pipeline on real orders and account for every event.",
        discussion: """
            Replays an order file through the whole pipeline: table, stream, pipes, function processes, dead-letter queues. \
            What the file's customers do is one write each: an order is created, becomes pending, and may be cancelled, or returned \
            once it was delivered. A shop does the rest of those that the functions act upon; the others, and with --no-shop all, are \
            written as shipped and delivered as well. \
            On a kept data folder a second run goes on where the first one ended.

            Example: sluice demo --rate 500 --limit 5000 --fail-rate 0.02
            """)

    @OptionGroup var engine: EngineArguments

    @Option(help: "Order file (CSV: order_id, customer_id, timestamp_utc, amount_gbp, ...).")
    var orders = "Examples/online-retail.csv"

    @Option(
        help: ArgumentHelp(
            "Orders a second (default: as fast as it goes).",
            discussion: "Each is about two writes beside the shop's, and about four without the shop."))
    var rate: Double?

    @Option(help: "Take this many rows of the file at most (default: 5000 with the shop, all without it).")
    var limit: Int?

    /// The shop writes each order that it leads five or six times more, and all of that goes through the pipes too.
    private static let rowsWithShop = 5_000

    @Option(help: "Share of the orders, 0 to 1, for which the functions fail: half of them always, half now and then.")
    var failRate = 0.0

    @Option(help: "Keep the data in this folder (default: a temporary one, removed at the end).")
    var data: String?

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Let a shop bring the orders through their lives.",
            discussion: "Without it the file's history is replayed to its end, and what the systems are told waits."))
    var shop = true

    @Flag(help: "Print one JSON object instead of the summary.")
    var json = false

    func validate() throws {
        if let rate, !(rate > 0) {
            throw ValidationError("--rate \(rate) is no rate; give orders a second, more than 0.")
        }
        if let limit, limit < 1 { throw ValidationError("--limit \(limit) leaves no order; give 1 or more.") }
        guard (0...1).contains(failRate) else {
            throw ValidationError("--fail-rate \(failRate) is no share; give 0 to 1.")
        }
    }

    func run() async throws {
        let rows = try OrderFile.read(path: orders, limit: limit ?? (shop ? Self.rowsWithShop : nil))
        let folder = data ?? NSTemporaryDirectory() + "sluice-demo-\(UUID().uuidString.lowercased())"
        defer { if data == nil { try? FileManager.default.removeItem(atPath: folder) } }
        let demo = Demo(
            rows: rows, rate: rate, hasShop: shop,
            options: EngineOptions(
                templatePath: engine.template, stack: engine.stackOptions, dataPath: folder,
                endpoint: .init(port: 0),
                functionsFolder: engine.functions, hasLenientFilters: engine.lenientFilters,
                functionEnvironment: failRate > 0 ? ["SLUICE_FAIL_RATE": String(failRate)] : [:],
                faultsPath: engine.faults))
        let report = try await demo.run(logger: engine.logger(.error))
        if json {
            try Terminal.printJSON(report)
        } else {
            Terminal.print(report.text(keptIn: data))
        }
        for imbalance in report.imbalances { Terminal.error(imbalance) }
        guard report.isBalanced, report.lost == 0, report.imbalances.isEmpty else {
            Terminal.error("the accounts do not balance: \(report.lost) events are unaccounted for")
            throw ExitCode(1)
        }
    }
}
