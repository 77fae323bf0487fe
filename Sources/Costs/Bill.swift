/// What a usage would cost on AWS, by ``PriceList``.
public struct Bill: Sendable, Hashable {
    /// AWS's names of its services, as lines have them.
    public enum Service {
        public static let table = "DynamoDB"
        public static let pipes = "EventBridge Pipes"
        public static let lambda = "Lambda"
        public static let queues = "SQS"
        public static let logs = "CloudWatch Logs"
        public static let monitoring = "CloudWatch"
    }

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

    init(lines: [Line]) { self.lines = lines }

    public init(_ usage: Usage, prices: PriceList = .builtIn) {
        func line(_ service: String, _ what: String, _ count: Int64, _ unit: String, _ price: Price) -> Line {
            Line(service: service, what: what, count: count, unit: unit, amount: price.times(count))
        }
        let passed = usage.pipes.reduce(0) { $0 + $1.read - $1.filteredOut }
        let calls = usage.functions.reduce(0) { $0 + $1.invocations }
        let time = usage.functions.reduce(0) { $0 + $1.megabyteMilliseconds }
        let architecture = usage.architecture
        lines =
            [
                line(Service.table, "Writes", usage.writeUnits, "write units", prices[.tableWriteUnit]),
                line(Service.table, "Reads", usage.readUnits, "read units", prices[.tableReadUnit]),
                line(Service.pipes, "Records behind the filters", passed, "requests", prices[.pipeRequest]),
                line(Service.lambda, "Calls of functions", calls, "requests", prices[.functionRequest]),
                Line(
                    service: Service.lambda, what: "Running time on \(architecture.rawValue)", count: time / 1_024_000,
                    unit: "GB-seconds", amount: prices.functionTime(architecture).times(time)),
                line(
                    Service.queues, "Standard queues", usage.queueRequests, "requests", prices[.queueRequest]),
                line(
                    Service.queues, "FIFO queues", usage.fifoQueueRequests, "requests", prices[.fifoQueueRequest]),
            ]
            + (usage.logBytes.map { bytes in
                [line(Service.logs, "Lines taken in", bytes, "bytes", prices.byte(.logIngestion))]
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
