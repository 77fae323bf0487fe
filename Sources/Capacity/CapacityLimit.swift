import Costs

/// What gives way at a rate.
public struct CapacityLimit: Sendable, Hashable, Encodable {
    /// What it is a limit of: a pipe, a function, a queue, the table, or the account.
    public let place: String
    /// The limit itself: `8 lanes`.
    public let limit: String
    /// Where it is reached.
    public let ordersPerSecond: Double
    /// What raises it.
    public let remedy: String

    /// All that a rate can reach, by the rate.
    static func all(
        _ pipeline: Pipeline, _ load: Load, _ works: [PipeWork], shards: Int, sizes: RecordSizes, unitsPerOrder: Double
    ) -> [CapacityLimit] {
        var limits: [CapacityLimit] = []
        /// - Parameter perOrder: what each order takes of `amount`, a second.
        func add(_ place: String, _ limit: String, _ amount: Double, perOrder: Double, _ remedy: String) {
            guard perOrder > 0 else { return }
            limits.append(
                CapacityLimit(place: place, limit: limit, ordersPerSecond: amount / perOrder, remedy: remedy))
        }
        for work in works { addLanes(work, shards: shards, add) }
        let partitions = shards * StreamShards.writeUnitsPerSecond
        add(
            pipeline.table.name, "\(shards) partitions, \(grouped(partitions)) write units/s", Double(partitions),
            perOrder: unitsPerOrder,
            "DynamoDB splits partitions as load grows, to twice an earlier peak within 30 minutes; WarmThroughput has them at once"
        )
        add(
            pipeline.table.name, "\(grouped(ServiceQuotas.tableWriteUnitsPerSecond)) write units/s of a table",
            Double(ServiceQuotas.tableWriteUnitsPerSecond), perOrder: unitsPerOrder,
            "raise the quota for a table on demand")
        let records = min(
            Int64(ServiceQuotas.streamRecordsMax), Int64(ServiceQuotas.streamBytesMax) / sizes.recordBytesMax)
        let read = Int64(shards) * BatchFlow.pollsPerSecond * max(1, records)
        add(
            pipeline.table.name, "\(grouped(read)) records/s read of \(shards) shards", Double(read), perOrder: 1,
            "more shards, by WarmThroughput; smaller orders")
        add(
            "account", "\(grouped(ServiceQuotas.functionConcurrency)) functions at a time",
            Double(ServiceQuotas.functionConcurrency), perOrder: works.reduce(0) { $0 + $1.functionSecondsPerOrder },
            "raise Lambda's quota of concurrent executions")
        let calls = ServiceQuotas.functionConcurrency * ServiceQuotas.callsPerSecondOfConcurrency
        add(
            "account", "\(grouped(calls)) calls of functions/s", Double(calls),
            perOrder: works.reduce(0) {
                $0 + $1.passes * $1.attempts * Double($1.functions.count) / $1.fullBatchRecords
            }, "raise Lambda's quota of concurrent executions, which this is ten times of; larger batches")
        add(
            "account", "\(grouped(ServiceQuotas.pipeExecutions)) executions of pipes at a time",
            Double(ServiceQuotas.pipeExecutions), perOrder: works.reduce(0) { $0 + $1.laneSecondsPerOrder },
            "raise the quota of concurrent executions of pipes")
        for function in pipeline.functions {
            guard let reserved = function.reservedConcurrency else { continue }
            let perOrder = works.filter { work in work.functions.contains { $0.name == function.name } }
                .reduce(0) { sum, work in
                    let records = work.fullBatchRecords
                    let milliseconds = load.function(function.name).milliseconds(of: records)
                    return sum + work.passes * work.attempts * milliseconds / records / 1_000
                }
            add(
                function.name, "\(grouped(reserved)) at a time, reserved", Double(reserved), perOrder: perOrder,
                "raise ReservedConcurrentExecutions")
        }
        for queue in pipeline.queues where queue.isFIFO { addSends(queue, pipeline, load, works, add) }
        return limits.sorted { ($0.ordersPerSecond, $0.place, $0.limit) < ($1.ordersPerSecond, $1.place, $1.limit) }
    }

    private static func grouped(_ number: some BinaryInteger) -> String { ExactDecimal.grouped(number) }

    private typealias Adder = (String, String, Double, _ perOrder: Double, String) -> Void

    private static func addLanes(_ work: PipeWork, shards: Int, _ add: Adder) {
        let factor = work.pipe.parallelizationFactor
        let most = ServiceQuotas.parallelizationFactorMax
        if factor < most {
            add(
                work.pipe.name, "\(grouped(work.flow.lanes)) lanes", Double(work.flow.lanes), work.laneSecondsPerOrder,
                "raise ParallelizationFactor, \(factor) now and \(most) at most")
        }
        add(
            work.pipe.name, "\(grouped(shards * most)) lanes, with ParallelizationFactor \(most)",
            Double(shards * most),
            work.laneSecondsPerOrder, "more shards, by WarmThroughput; larger batches; a faster function")
    }

    /// What functions send, and what attempts that fail have sent before: all of their messages, at worst. A pipe's own target is never
    /// a FIFO queue: Stacks refuses that.
    private static func addSends(
        _ queue: Pipeline.Queue, _ pipeline: Pipeline, _ load: Load, _ works: [PipeWork], _ add: Adder
    ) {
        let perOrder = works.reduce(0.0) { sum, work in
            guard case .function(let name) = work.pipe.target,
                let function = pipeline.functions.first(where: { $0.name == name }),
                function.queues.contains(queue.name)
            else { return sum }
            return sum + work.passes * work.attempts * Double(load.messagesThousandths(of: name, to: queue.name))
                / 1_000
        }
        let most =
            queue.hasHighThroughput
            ? ServiceQuotas.fifoHighThroughputSendsPerSecond : ServiceQuotas.fifoSendsPerSecond
        add(
            queue.name, "\(grouped(most)) sends/s to a FIFO queue", Double(most), perOrder,
            queue.hasHighThroughput
                ? "send up to ten messages at a time"
                : "FifoThroughputLimit perMessageGroupId with DeduplicationScope messageGroup")
    }
}
