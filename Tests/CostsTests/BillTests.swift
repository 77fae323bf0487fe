import Testing

@testable import Costs

@Suite struct BillTests {
    private static func pipe(
        read: Int64, filteredOut: Int64, delivered: Int64, invocations: Int64,
        _ callPrice: Price = PriceList.builtIn[.functionRequest]
    ) -> Usage.Pipe {
        Usage.Pipe(
            name: "p", read: read, filteredOut: filteredOut, delivered: delivered, invocations: invocations,
            callPrice: callPrice)
    }

    @Test func everyLineHasItsPriceAndTheTotalIsTheirSum() {
        var usage = Usage()
        usage.architecture = .arm64
        usage.writeUnits = 2_000_000
        usage.readUnits = 1_000_000
        usage.pipes = [Self.pipe(read: 2_000_000, filteredOut: 1_500_000, delivered: 500_000, invocations: 100_000)]
        usage.functions = [Usage.Function(invocations: 100_000, megabyteMilliseconds: 1_024_000 * 5_000)]
        usage.queueRequests = 1_000_000
        usage.fifoQueueRequests = 1_000_000
        usage.logBytes = 1 << 30
        let bill = Bill(usage)
        #expect(
            bill.lines.map { "\($0.service): \($0.count) \($0.unit), \($0.amount.text)" } == [
                "DynamoDB: 2000000 write units, $1.25", "DynamoDB: 1000000 read units, $0.13",
                "EventBridge Pipes: 500000 requests, $0.20",
                "Lambda: 100000 requests, $0.020", "Lambda: 5000 GB-seconds, $0.067", "SQS: 1000000 requests, $0.40",
                "SQS: 1000000 requests, $0.50", "CloudWatch Logs: 1073741824 bytes, $0.50",
            ])
        #expect(bill.total.picodollars == 3_061_667_000_000)
    }

    @Test func whatNobodyCountsHasNoLine() {
        #expect(Bill(Usage()).total == .zero)
        #expect(!Bill(Usage()).lines.contains { $0.service == "CloudWatch Logs" })
    }

    @Test func filtersAndBatchesSaveCalls() {
        let saving = Self.pipe(read: 3_000_000, filteredOut: 2_000_000, delivered: 1_000_000, invocations: 100_000)
            .saving
        #expect(saving.invocations == 2_900_000)
        // 2.9 million calls at $0.20, and 2 million requests of the pipe at $0.40.
        #expect(saving.money.text == "$1.38")
    }

    /// A pipe without a filter whose target fails calls it more often than once for each record.
    @Test func failuresCanCostMoreThanIsSaved() {
        let saving = Self.pipe(read: 10, filteredOut: 0, delivered: 10, invocations: 1_000_010).saving
        #expect(saving.invocations == -1_000_000)
        #expect(saving.money.text == "−$0.20")
    }

    @Test func aQueueBehindAPipeIsPaidAsAQueue() {
        let saving = Self.pipe(
            read: 1_000_000, filteredOut: 1_000_000, delivered: 0, invocations: 0,
            PriceList.builtIn.queueRequest(isFIFO: true)
        ).saving
        #expect(saving.money.text == "$0.90")
    }
}
