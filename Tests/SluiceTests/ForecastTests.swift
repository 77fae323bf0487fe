import ArgumentParser
import Capacity
import Costs
import Foundation
import Testing

@testable import sluice

@Suite struct ForecastTests {
    private static let template = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("template.yaml").path

    private static func forecast(_ arguments: [String], measured: String? = nil) throws -> Forecast {
        let run = try measured.map { try MeasuredRun(JSONInput(argument: $0, placeholder: "FILE")) }
        return try Forecast(
            ForecastArguments.parse(["--template", template, "--rate", "200"] + arguments), measured: run)
    }

    private static func message(_ arguments: [String], measured: String? = nil) throws -> String {
        let error = #expect(throws: FilterInputError.self) { try forecast(arguments, measured: measured) }
        return try #require(error).description
    }

    // MARK: What is read

    @Test func whatIsNotGivenIsAsInTheDemoAndSaysSo() throws {
        let forecast = try Self.forecast([])
        #expect(forecast.load.pipes["StandardOrderPipe"]?.passes == Share("0.35865"))
        #expect(forecast.load.pipes["PremiumOrderPipe"]?.passes == Share("0.018985"))
        #expect(forecast.load.updates == Share("0.719781"))
        #expect(forecast.load.messagesThousandths(of: "PremiumServiceFunction", to: "VipQueue.fifo") == 703)
        for part in [
            "StandardOrderPipe lets 0.35865", "--updates", "5 ms for a call", "--record-ms", "0.703 to VipQueue.fifo",
            "600 bytes", "--item-bytes", "--updated-item-bytes", "--retries", "--dead-letters",
        ] {
            #expect(forecast.assumptions.contains { $0.contains(part) && $0.contains("assumed") }, "\(part)")
        }
    }

    @Test func whatIsGivenIsNotAssumed() throws {
        let forecast = try Self.forecast([
            "--pass", "0.5", "--pass", "PremiumOrderPipe=0.1", "--updates", "0", "--function-ms", "20.5", "--record-ms",
            "OrderProcessorFunction=1", "--record-ms", "PremiumServiceFunction=2", "--messages", "1.5", "--batch-size",
            "StandardOrderPipe=25", "--parallelization-factor", "4", "--batch-fill", "PremiumOrderPipe=1.25",
            "--shards", "7",
            "--retries", "0.01", "--dead-letters", "0.002", "--item-bytes", "700",
        ])
        let load = forecast.load
        #expect(forecast.assumptions == [])
        #expect(load.pipes["StandardOrderPipe"] == Load.Pipe(passes: Share("0.5")!))
        #expect(
            load.pipes["PremiumOrderPipe"] == Load.Pipe(passes: Share("0.1")!, batchFillThousandths: 1_250))
        #expect(
            load.functions["OrderProcessorFunction"]
                == Load.Function(callMicroseconds: 20_500, recordMicroseconds: 1_000))
        #expect(
            load.functions["PremiumServiceFunction"]
                == Load.Function(callMicroseconds: 20_500, recordMicroseconds: 2_000))
        #expect(load.messagesThousandths(of: "OrderProcessorFunction", to: "PaymentQueue.fifo") == 1_500)
        #expect(forecast.pipeline.pipes.map(\.batchSize) == [25, 5])
        #expect(forecast.pipeline.pipes.map(\.parallelizationFactor) == [4, 4])
        #expect(
            load.itemBytes == 700 && load.shards == 7 && load.retries == Share("0.01")
                && load.deadLetters == Share("0.002"))
    }

    @Test func aChangedOrderIsAsLargeAsANewOneUnlessItIsSaid() throws {
        func isTold(_ arguments: [String]) throws -> Bool {
            try Self.forecast(arguments).assumptions.contains { $0.contains("--updated-item-bytes") }
        }
        #expect(try isTold(["--updates", "0.5"]))
        #expect(try !isTold(["--updates", "0.5", "--updated-item-bytes", "700"]))
        // Nothing is said of changed orders where there are none.
        #expect(try !isTold(["--updates", "0"]))
    }

    @Test func whatFunctionsMeasureIsAssumedInABill() throws {
        var forecast = try Self.forecast([])
        #expect(
            CostForecast(forecast, prices: .builtIn).assumptions.contains(
                "Functions write 6 metrics, three each; --custom-metrics."))
        forecast.load.customMetrics = 2
        #expect(
            CostForecast(forecast, prices: .builtIn).assumptions.contains(
                "Functions write 2 metrics; --custom-metrics."))
    }

    private static let pipe =
        #"{"name": "StandardOrderPipe", "read": 1000, "filteredOut": 600, "deadLettered": 4, "retried": 40}"#

    @Test func aRunThatWasMeasuredGoesBeforeTheDemo() throws {
        let demo = #"{"orders": 250, "events": 900, "shopEvents": 100, "pipes": [\#(Self.pipe)]}"#
        let forecast = try Self.forecast([], measured: demo)
        #expect(forecast.load.pipes["StandardOrderPipe"]?.passes == Share("0.4"))
        #expect(forecast.load.updates == Share("0.75"))
        #expect(forecast.load.retries == Share("0.1") && forecast.load.deadLetters == Share("0.01"))
        #expect(forecast.assumptions.contains { $0.contains("0.4") && $0.contains("measured, FILE") })
        // A run that went on with an earlier one's data folder has not written all of its orders.
        let resumed = try Self.forecast(
            [], measured: demo.replacing(#""events": 900"#, with: #""events": 900, "skippedWrites": 60"#))
        #expect(resumed.load.updates == DemoShares.updates && resumed.load.retries == Share("0.1"))
        let whole = try Self.forecast(
            [], measured: demo.replacing(#""events": 900"#, with: #""events": 900, "skippedWrites": 0"#))
        #expect(whole.load.updates == Share("0.75"))
        // Of a list of pipes, and where something is given.
        let list = try Self.forecast(["--pass", "StandardOrderPipe=0.9", "--retries", "0"], measured: "[\(Self.pipe)]")
        #expect(list.load.pipes["StandardOrderPipe"]?.passes == Share("0.9"))
        #expect(list.load.retries == Share.none && list.load.updates == DemoShares.updates)
    }

    // MARK: What is refused

    @Test(
        arguments: [
            (
                ["--pass", "StandardOrdersPipe=0.5"],
                "no such pipe (did you mean StandardOrderPipe?); there are StandardOrderPipe"
            ),
            (["--function-ms", "x=5"], "no such function; there are OrderProcessorFunction, PremiumServiceFunction."),
            (["--messages", "PaymentQueu.fifo=1"], "(did you mean PaymentQueue.fifo?)"),
            (["--pass", "StandardOrderPipe=40%"], "not 40%; write 0.4 for 40 percent."),
            (["--updates", "72"], "not 72; write 0.72 for 72 percent."),
            (["--updates=-0.5"], "--updates takes a share from 0 to 1 with at most six decimals"),
            (["--retries", "1.0000001"], "--retries takes a share"),
            (["--rate=-5"], "--rate takes orders a second from 0 to 1,000,000"),
            (["--rate", "1000001"], "not 1000001."), (["--rate", "1e3"], "not 1e3."),
            (["--rate", "0.0001"], "at most three decimals"),
            (["--item-bytes", "409601"], "--item-bytes takes bytes, a whole number from 1 to 409,600, not 409601."),
            (["--shards", "0"], "--shards takes auto or shards, a whole number from 1"),
            (["--batch-size", "0"], "--batch-size takes records"),
            (["--parallelization-factor", "11"], "from 1 to 10, not 11."),
            (["--batch-fill", "0.5"], "--batch-fill takes records from 1"),
            (["--table", "Customers"], "No pipe reads a table Customers"),
            (["--template", "none.yaml"], "there is no such template"),
        ] as [([String], String)])
    func whatCannotBeUsedIsToldWithTheRemedy(arguments: [String], message: String) throws {
        let told = try Self.message(arguments)
        #expect(told.contains(message), "\(told)")
    }

    @Test(
        arguments: [
            (#"{"orders": 1}"#, "has no list of pipes"), ("[]", "no pipe has read anything"),
            (
                #"[{"name": "p", "read": 1, "filteredOut": 2, "deadLettered": 0, "retried": 0}]"#,
                "the counts of p do not add up"
            ),
            (
                #"[{"name": "p", "read": 0, "filteredOut": 0, "deadLettered": 0, "retried": 0}]"#,
                "no pipe has read anything"
            ),
        ])
    func aRunThatTellsNothingIsRefused(text: String, message: String) throws {
        #expect(try Self.message([], measured: text).contains(message))
    }

    // MARK: What is told

    @Test func theBillHasThreeColumnsAndWhatIsSaved() throws {
        let cost = CostForecast(try Self.forecast(["--rate", "10"]), prices: .builtIn)
        #expect(cost.columns.map(\.arrangement) == ["template", "withoutFilters", "filtersInFunctions"])
        let lines = cost.text.split(separator: "\n").map(String.init)
        // At this rate each record calls by itself, of 26,280,000: 9,425,322 + 498,926 calls instead of twice as many as there are. Each
        // takes 5 ms, and 10 ms more for each of the 9,924,248 records, with a quarter of a GB: $1.98 + $0.62 instead of $10.51 + $1.51.
        #expect(
            lines.contains {
                $0.hasPrefix("Calls: 81.1 % fewer than with filters in the functions (9,924,248 instead of 52,560,000)")
            })
        #expect(lines.contains("Lambda: 78.3 % less than with filters in the functions ($2.61 instead of $12.02)"))
        #expect(lines.contains { $0.hasPrefix("Total") })
        #expect(lines[1] == "Prices on demand in us-east-1, with sources of 2023-02 to 2026-06-13")
        #expect(!lines.contains { $0.hasPrefix("SQS: Standard queues") })
        #expect(cost.saving.callsShare.map { abs($0 - (2 - 0.377635) / 2) < 1e-6 } == true)
        let json = String(decoding: try JSONEncoder().encode(cost), as: UTF8.self)
        #expect(json.contains(#""monthSeconds":2628000"#))
    }

    @Test(arguments: [("1", "35.13", "19.91"), ("10", "136.94", "136.08"), ("30", "363.19", "377.05")])
    func withFewOrdersTheReadsOfTheStreamAreMostOfTheDifference(
        rate: String, pipes: String, functions: String
    ) throws {
        let cost = CostForecast(try Self.forecast(["--rate", rate]), prices: .builtIn)
        let total = cost.text.split(separator: "\n").first { $0.hasPrefix("Total") }
        let amounts = total?.split(separator: " ").dropFirst()
        #expect(amounts?.first == "$\(pipes)" && amounts?.last == "$\(functions)")
    }

    @Test func nothingWrittenSavesNothing() throws {
        let cost = CostForecast(try Self.forecast(["--rate", "0"]), prices: .builtIn)
        #expect(cost.text.contains("Lambda: not less than with filters in the functions ($0.00 instead of $0.00)"))
        #expect(cost.saving.lambdaShare == nil)
    }

    @Test func aPlanTellsWhatGivesWayFirst() throws {
        let forecast = try Self.forecast(["--rate", "5000"])
        let text = PlanText(CapacityPlan(forecast.pipeline, forecast.load), forecast).text
        #expect(text.contains("StandardOrderPipe: its lanes do not keep up"))
        #expect(text.contains("First: StandardOrderPipe: raise ParallelizationFactor, 2 now and 10 at most."))
        #expect(text.contains("Orders: WarmThroughput.WriteUnitsPerSecond 5000, not 4000"))
    }
}
