/// What a usage would cost on AWS, by ``PriceList``.
public struct Bill: Sendable, Hashable {
    public struct Line: Sendable, Hashable {
        /// AWS's name of it.
        public let service: String
        /// What is paid for.
        public let what: String
        public let count: Int64
        public let unit: String
        public let amount: Money
    }

    /// Those of which nothing was used among them, so that the bill keeps its form.
    public let lines: [Line]

    public var total: Money { lines.reduce(.zero) { $0 + $1.amount } }

    public init(_ usage: Usage) {
        func line(_ service: String, _ what: String, _ count: Int64, _ unit: String, _ price: Price) -> Line {
            Line(service: service, what: what, count: count, unit: unit, amount: price.times(count))
        }
        let passed = usage.pipes.reduce(0) { $0 + $1.read - $1.filteredOut }
        let calls = usage.functions.reduce(0) { $0 + $1.invocations }
        let time = usage.functions.reduce(0) { $0 + $1.megabyteMilliseconds }
        let architecture = usage.architecture
        lines =
            [
                line("DynamoDB", "Writes", usage.writeUnits, "write units", PriceList.tableWriteUnit),
                line("DynamoDB", "Reads", usage.readUnits, "read units", PriceList.tableReadUnit),
                line("EventBridge Pipes", "Records behind the filters", passed, "requests", PriceList.pipeRequest),
                line("Lambda", "Calls of functions", calls, "requests", PriceList.functionRequest),
                Line(
                    service: "Lambda", what: "Running time on \(architecture.rawValue)", count: time / 1_024_000,
                    unit: "GB-seconds", amount: PriceList.functionTime(architecture).times(time)),
                line(
                    "SQS", "Standard queues", usage.queueRequests, "requests", PriceList.queueRequest(isFIFO: false)),
                line(
                    "SQS", "FIFO queues", usage.fifoQueueRequests, "requests", PriceList.queueRequest(isFIFO: true)),
            ]
            + (usage.logBytes.map { bytes in
                [line("CloudWatch Logs", "Lines taken in", bytes, "bytes", PriceList.logByte)]
            } ?? [])
    }

    /// What it is not about, in sentences.
    public static let exclusions = [
        "Free tiers, discounts, taxes and other regions.",
        "Storage, backups, data transfer, and reads of streams.",
        "Rounding up each call of a function to a whole millisecond, and payloads above 64 KB, which count several times.",
        "What batches save at queues: each message is counted as a request of its own.",
        "Metrics, alarms and dashboards. Running time is as this machine measures it.",
    ]
}
