import ArgumentParser
import Costs

struct CostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cost",
        abstract: "Say what a template would cost on AWS in a month, and what its filters save.",
        discussion: """
            Three columns: as the template has it; the same pipes without filters; and no pipes, where the functions are \
            triggered by the stream in the same batches and filter in their own code.

            Nothing runs. What is not given is assumed, and the answer says so; --running or --measured takes what filters let \
            through from a pipeline that ran. Documentation/cost.md has the arithmetic of every line.

            A value after NAME= is for one pipe, function or queue; without a name it is for all.

            Examples:
              sluice cost --rate 200
              sluice cost --rate 200 --pass StandardOrderPipe=0.4 --function-ms 20
              sluice demo --json > run.json; sluice cost --rate 200 --measured run.json
            """)

    @OptionGroup var forecast: ForecastArguments

    @Option(help: ArgumentHelp("Other prices (default: those of us-east-1).", valueName: "file"))
    var prices: String?

    @Option(help: ArgumentHelp("Months of orders that the table holds.", valueName: "n"))
    var monthsKept = "12"

    @Option(help: ArgumentHelp("Requests for each message of a queue.", valueName: "n"))
    var requestsPerMessage = "3"

    @Option(help: ArgumentHelp("Of a function's log for each call.", valueName: "bytes"))
    var logBytes = "500"

    @Option(help: ArgumentHelp("Metrics that functions write (default: 3 for each function).", valueName: "n"))
    var customMetrics: String?

    @Flag(help: "Take it that pipes read streams for nothing, as Lambda does.")
    var freeStreamReads = false

    func run() async throws {
        do {
            let measured = try await Forecast.measure(forecast)
            let report = try report(measured)
            if forecast.json { return try Terminal.printJSON(report) }
            Terminal.print(report.text)
        } catch let error as FilterInputError {
            Terminal.error(error.description)
            throw ExitCode(2)
        }
    }

    private func report(_ measured: MeasuredRun?) throws(FilterInputError) -> CostForecast {
        var asked = try Forecast(forecast, measured: measured)
        asked.load.monthsKept = try NumberReader(option: "--months-kept").integer(monthsKept, 0...1_200, "months")
        asked.load.requestsPerMessage = Int(
            try NumberReader(option: "--requests-per-message").integer(requestsPerMessage, 1...100, "requests"))
        asked.load.logBytesPerCall = try NumberReader(option: "--log-bytes").integer(logBytes, 0...1_000_000, "bytes")
        if let customMetrics {
            asked.load.customMetrics = try NumberReader(option: "--custom-metrics")
                .integer(customMetrics, 0...1_000_000, "metrics")
        }
        asked.load.areStreamReadsPaid = !freeStreamReads
        return CostForecast(asked, prices: try priceList())
    }

    private func priceList() throws(FilterInputError) -> PriceList {
        guard let prices else { return .builtIn }
        let data = try JSONInput.contents(
            of: prices, remedy: "give as --prices a file like Sources/Costs/Prices/us-east-1.json")
        do {
            return try PriceList(json: data, file: prices)
        } catch {
            throw FilterInputError(error.description)
        }
    }
}
