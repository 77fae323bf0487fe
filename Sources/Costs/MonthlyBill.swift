/// What a pipeline costs in a month, before it runs.
///
/// Documentation/cost.md has each line's arithmetic. Every count is a whole number: a step that leaves a part of a thing counts it as a
/// whole one. Amounts are exact.
public struct MonthlyBill: Sendable, Hashable {
    /// How records come to the functions.
    public enum Arrangement: String, Sendable, Hashable, CaseIterable {
        /// As the template has it: pipes with filters.
        case template
        /// The same pipes without filters: every record goes to the functions.
        case withoutFilters
        /// No pipes: each function is triggered by the stream itself, in the same batches, and looks in its own code which records are
        /// for it.
        case filtersInFunctions
    }

    /// 730 hours.
    public static let monthSeconds: Int64 = 730 * 3_600
    private static let hoursOfMonth: Int128 = 730

    public let arrangement: Arrangement
    public let bill: Bill
    /// All functions' calls, retries among them.
    public let calls: Int64

    public init(_ pipeline: Pipeline, _ load: Load, _ arrangement: Arrangement, prices: PriceList = .builtIn) {
        var account = Account(pipeline, load, arrangement)
        account.count()
        self.arrangement = arrangement
        calls = Int64(clamping: account.calls)
        bill = Bill(lines: account.lines(prices))
    }

    /// What Lambda costs: calls and running time.
    public var functions: Money {
        bill.lines.reduce(.zero) { $1.service == Bill.Service.lambda ? $0 + $1.amount : $0 }
    }

    public var total: Money { bill.total }

    /// What is not in it, in sentences.
    public static let exclusions = [
        "Free tiers, discounts for volume or commitment, taxes and other regions.",
        "Data transfer, backups on demand, restores, warm throughput, keys of KMS, traces, and requests that ask for metrics.",
        "Tables that functions write to: their storage. Logs of pipes, and lines that functions write of their own.",
        "Receives of queues that find nothing, what batches save at queues, and what is done with dead letters.",
        "Rounding up each call of a function to a whole millisecond, and starts of functions.",
        "Reads of the orders by others, and indexes' keys that change.",
    ]
}

/// Counts what a month uses.
private struct Account {
    let pipeline: Pipeline
    let load: Load
    let arrangement: MonthlyBill.Arrangement
    let sizes: RecordSizes
    let shards: Int

    var writes: Int128 = 0
    var tableUnits: Int128 = 0
    var functionWriteUnits: Int128 = 0
    var functionReadUnits: Int128 = 0
    var storedBytes: Int128 = 0
    var recoveryBytes: Int128 = 0
    var streamReads: Int128 = 0
    var pipeRequests: Int128 = 0
    var calls: Int128 = 0
    var megabyteMilliseconds: [Architecture: Int128] = [:]
    var queueRequests: Int128 = 0
    var fifoQueueRequests: Int128 = 0
    var logBytes: Int128 = 0
    var logByteMonths: Int128 = 0

    init(_ pipeline: Pipeline, _ load: Load, _ arrangement: MonthlyBill.Arrangement) {
        self.pipeline = pipeline
        self.load = load
        self.arrangement = arrangement
        sizes = RecordSizes(pipeline.table, load)
        shards = StreamShards.count(pipeline.table, load)
    }

    mutating func count() {
        let seconds = Int128(MonthlyBill.monthSeconds)
        writes = Int128(load.writesPerSecondThousandths) * seconds / 1_000
        let updates = load.updates.of(writes)
        let inserts = writes - updates
        tableUnits = inserts * Int128(sizes.insertUnits) + updates * Int128(sizes.updateUnits)
        let orders = inserts * Int128(load.monthsKept)
        storedBytes = orders * Int128(sizes.storedBytes + sizes.storedIndexBytes)
        recoveryBytes = pipeline.table.hasPointInTimeRecovery ? orders * Int128(sizes.storedBytes) : 0
        for pipe in pipeline.pipes { count(pipe, seconds: seconds) }
    }

    private mutating func count(_ pipe: Pipeline.Pipe, seconds: Int128) {
        let its = load.pipe(pipe.name)
        let wanted = its.passes.of(writes)
        let passed = arrangement == .template ? wanted : writes
        if arrangement != .filtersInFunctions {
            if load.areStreamReadsPaid { streamReads += Int128(shards) * Int128(BatchFlow.pollsPerSecond) * seconds }
            let updates = load.updates.of(passed)
            pipeRequests +=
                (passed - updates) * RecordSizes.requests(sizes.insertRecordBytes)
                + updates * RecordSizes.requests(sizes.updateRecordBytes)
        }
        let batches = batches(of: pipe, its, records: passed, seconds: seconds)
        let attempts = batches + load.retries.of(batches)
        let worked = wanted + load.retries.of(wanted)
        for function in pipeline.functions(of: pipe) { run(function, calls: attempts, records: worked) }
        let dead = load.deadLetters.of(wanted)
        let delivered = wanted - dead
        if let name = pipe.deadLetterQueue { request(name, dead) }
        switch pipe.target {
        case .queue(let name):
            // Sent by batches, of which each 64 KB counts; received and deleted one by one.
            let updates = load.updates.of(passed)
            let bytes =
                (passed - updates) * Int128(sizes.insertRecordBytes) + updates * Int128(sizes.updateRecordBytes)
            request(
                name,
                max(attempts, bytes.dividedRoundingUp(by: Int128(RecordSizes.requestBytes)))
                    + passed * Int128(load.requestsPerMessage - 1))
        case .function(let name):
            guard let function = pipeline.functions.first(where: { $0.name == name }) else { return }
            for queue in function.queues {
                let messages = delivered * Int128(load.messagesThousandths(of: name, to: queue))
                request(queue, messages.dividedRoundingUp(by: 1_000) * Int128(load.requestsPerMessage))
            }
            functionWriteUnits += delivered * Int128(load.functionWriteUnits) * Int128(function.tables.count)
            functionReadUnits += delivered * Int128(load.functionReadUnits) * Int128(function.tables.count)
        }
    }

    private func batches(
        of pipe: Pipeline.Pipe, _ its: Load.Pipe, records: Int128, seconds: Int128
    ) -> Int128 {
        if let fill = its.batchFillThousandths { return (records * 1_000).dividedRoundingUp(by: Int128(fill)) }
        return BatchFlow(pipe, shards: shards, sizes: sizes).batches(records: records, seconds: seconds)
    }

    private mutating func run(_ function: Pipeline.Function, calls: Int128, records: Int128) {
        let time = load.function(function.name)
        let microseconds = calls * Int128(time.callMicroseconds) + records * Int128(time.recordMicroseconds)
        megabyteMilliseconds[function.architecture, default: 0] +=
            microseconds.dividedRoundingUp(by: 1_000) * Int128(function.memoryMegabytes)
        self.calls += calls
        let bytes = calls * Int128(load.logBytesPerCall)
        logBytes += bytes
        logByteMonths +=
            function.logRetentionDays.map { (bytes * Int128($0) * 24).dividedRoundingUp(by: 730) }
            ?? bytes * Int128(load.monthsKept)
    }

    private mutating func request(_ queue: String, _ requests: Int128) {
        guard let queue = pipeline.queue(queue) else { return }
        if queue.isFIFO { fifoQueueRequests += requests } else { queueRequests += requests }
    }

    func lines(_ prices: PriceList) -> [Bill.Line] {
        func line(_ service: String, _ what: String, _ count: Int128, _ unit: String, _ price: Price) -> Bill.Line {
            Bill.Line(
                service: service, what: what, count: Int64(clamping: count), unit: unit, amount: price.times(count))
        }
        func gigabytes(
            _ service: String, _ what: String, _ bytes: Int128, _ unit: String, _ name: PriceName
        ) -> Bill.Line {
            Bill.Line(
                service: service, what: what, count: Int64(clamping: bytes >> 30), unit: unit,
                amount: prices.byte(name).times(bytes))
        }
        typealias Service = Bill.Service
        let metrics = load.customMetrics(of: pipeline)
        return [
            line(Service.table, "Writes of orders", tableUnits, "write units", prices[.tableWriteUnit]),
            line(Service.table, "Writes of functions", functionWriteUnits, "write units", prices[.tableWriteUnit]),
            line(Service.table, "Reads of functions", functionReadUnits, "read units", prices[.tableReadUnit]),
            gigabytes(Service.table, "Storage", storedBytes, "GB-months", .tableStorage),
            gigabytes(Service.table, "Point-in-time recovery", recoveryBytes, "GB-months", .tableRecovery),
            line(Service.table, "Reads of the stream", streamReads, "requests", prices[.streamRead]),
            line(Service.pipes, "Records behind the filters", pipeRequests, "requests", prices[.pipeRequest]),
            line(Service.lambda, "Calls of functions", calls, "requests", prices[.functionRequest]),
        ]
            + Architecture.allCases.filter { architecture in
                pipeline.functions.contains { $0.architecture == architecture }
            }.map { architecture in
                let time = megabyteMilliseconds[architecture] ?? 0
                return Bill.Line(
                    service: Service.lambda, what: "Running time on \(architecture.rawValue)",
                    count: Int64(clamping: time / 1_024_000), unit: "GB-seconds",
                    amount: prices.functionTime(architecture).times(time))
            } + [
                line(Service.queues, "Standard queues", queueRequests, "requests", prices[.queueRequest]),
                line(Service.queues, "FIFO queues", fifoQueueRequests, "requests", prices[.fifoQueueRequest]),
                gigabytes(Service.logs, "Lines taken in", logBytes, "GB", .logIngestion),
                gigabytes(Service.logs, "Lines kept", logByteMonths, "GB-months", .logStorage),
                line(Service.monitoring, "Metrics of functions", Int128(metrics), "metrics", prices[.metric]),
                line(
                    Service.monitoring, "Alarms", Int128(pipeline.alarmMetrics), "metrics", prices[.alarm]),
                line(
                    Service.monitoring, "Dashboards", Int128(pipeline.dashboards), "dashboards", prices[.dashboard]),
            ]
    }
}
