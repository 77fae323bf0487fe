import Clocks
import Costs
import Queues
import Stacks
import Telemetry

/// Reads from metrics what a stack has used.
struct UsageReading {
    /// Largest count of one metric. Ours: a million a second for 15 days.
    private static let countMax = 1.3e12

    private let metrics: MetricStore
    private let period: MetricPeriod
    private let start: Timestamp
    private let end: Timestamp
    private var earliest: Timestamp?

    init(_ metrics: MetricStore, seconds: Int64, until now: Timestamp) throws {
        self.metrics = metrics
        // As few points as tell to a hundredth how much of the range has any.
        period = try MetricPeriod(seconds: seconds <= 10_800 ? 60 : seconds <= 86_400 ? 300 : 3_600)
        start = now - .seconds(seconds)
        end = now
    }

    /// From the first point to the end.
    var secondsCovered: Int64 { earliest.map { max(0, end.seconds - max($0, start).seconds) } ?? 0 }

    mutating func usage(of engine: RunningEngine) throws -> Usage {
        var usage = Usage()
        usage.writeUnits = try total("AWS/DynamoDB", "ConsumedWriteCapacityUnits") ?? 0
        usage.readUnits = try total("AWS/DynamoDB", "ConsumedReadCapacityUnits") ?? 0
        for pipe in engine.pipes.all {
            func count(_ metric: String) throws -> Int64 { try sum("Sluice", metric, ["PipeName": pipe.name]) }
            let (filteredOut, delivered) = (try count("RecordsFiltered"), try count("RecordsDelivered"))
            usage.pipes.append(
                Usage.Pipe(
                    name: pipe.name, read: try count("RecordsRead"), filteredOut: filteredOut, delivered: delivered,
                    invocations: filteredOut + delivered - (try count("InvocationsSaved")), callPrice: pipe.callPrice))
        }
        for function in engine.functions.all {
            let milliseconds = try sum("AWS/Lambda", "Duration", ["FunctionName": function.name])
            usage.functions.append(
                Usage.Function(
                    invocations: try sum("AWS/Lambda", "Invocations", ["FunctionName": function.name]),
                    megabyteMilliseconds: milliseconds * Int64(function.settings.memorySizeMegabytes)))
        }
        for queue in engine.queues.queues {
            var requests: Int64 = 0
            for metric in ["Sent", "Received", "Deleted"] {
                requests += try sum("AWS/SQS", "NumberOfMessages\(metric)", ["QueueName": queue.name])
            }
            requests += try sum("AWS/SQS", "NumberOfEmptyReceives", ["QueueName": queue.name])
            if queue.definition.settings.isFIFO {
                usage.fifoQueueRequests += requests
            } else {
                usage.queueRequests += requests
            }
        }
        usage.logBytes = try total("AWS/Logs", "IncomingBytes")
        return usage
    }

    /// Of all tables and their indexes, or of all log groups; nil when there is no such metric.
    private mutating func total(_ namespace: String, _ name: String) throws -> Int64? {
        var filter = MetricStore.Filter()
        (filter.namespace, filter.name) = (namespace, name)
        let found = metrics.list(filter).filter { !$0.dimensions.isEmpty }
        return found.isEmpty ? nil : try found.reduce(0) { try $0 + sum($1) }
    }

    private mutating func sum(
        _ namespace: String, _ name: String, _ dimensions: KeyValuePairs<String, String>
    ) throws -> Int64 {
        try sum(
            MetricIdentity(
                namespace: namespace, name: name,
                dimensions: dimensions.map { MetricIdentity.Dimension($0.key, $0.value) }))
    }

    private mutating func sum(_ identity: MetricIdentity) throws -> Int64 {
        let found = try metrics.statistics(
            MetricQuery(identity, [MetricStatistic("Sum")], period: period, from: start, to: end))
        if let first = found.times.first { earliest = min(earliest ?? first, first) }
        let total = (found.columns.first ?? []).reduce(0) { $0 + ($1 ?? 0) }
        // Metrics can be put by anybody, and sums of these must not run over.
        return Int64(min(max(total.rounded(.up), -Self.countMax), Self.countMax))
    }
}

extension RunningPipe {
    /// What a call of its target costs on AWS, apart from running time.
    var callPrice: Price {
        guard case .queue = resource.target else { return PriceList.builtIn[.functionRequest] }
        return PriceList.builtIn.queueRequest(isFIFO: resource.targetARN.hasSuffix(".fifo"))
    }
}
