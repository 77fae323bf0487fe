public import Costs

/// What a pipeline needs on AWS at a rate, and what gives way first.
///
/// Documentation/scaling.md has the arithmetic. Rates are a second; an order is a write, of a new order or of a changed one.
public struct CapacityPlan: Sendable, Hashable, Encodable {
    public struct PipePlan: Sendable, Hashable, Encodable {
        public let name: String
        public let recordsRead: Double
        public let recordsPassed: Double
        /// Calls of the target, without those made again.
        public let batches: Double
        /// Records of an average batch, and of the largest.
        public let batchFill: Double
        public let batchRecordsMax: Int
        /// How long a batch keeps its lane, attempts that fail among it.
        public let batchMilliseconds: Double
        /// Batches under way at a time, by Little's law: ``batches`` times ``batchMilliseconds``.
        public let concurrency: Double
        /// Shards times ParallelizationFactor.
        public let lanes: Int
        /// Of what the lanes carry with full batches, or with those that the caller said they fill; 1 and more is too much.
        public let utilization: Double
        /// Orders a second that the lanes carry; nil where nothing passes.
        public let ordersPerSecondMax: Double?
        /// How many times the rate may grow until then; below 1 it must shrink.
        public let headroom: Double?
        /// From the write to the end of the function; nil where records come faster than they go.
        public let latency: Latency?
        /// Hours until the stream drops what was not read; nil where all is.
        public let hoursUntilLoss: Double?
    }

    /// Expected milliseconds of a record, on average.
    public struct Latency: Sendable, Hashable, Encodable {
        /// Half of the time between two polls.
        public let poll: Double
        /// For the batch: half of the window, or of what a call runs longer than it is between two polls.
        public let gathering: Double
        /// For a lane that is busy with a full batch.
        public let queueing: Double
        public let function: Double

        public var total: Double { poll + gathering + queueing + function }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(poll, forKey: .poll)
            try container.encode(gathering, forKey: .gathering)
            try container.encode(queueing, forKey: .queueing)
            try container.encode(function, forKey: .function)
            try container.encode(total, forKey: .total)
        }

        private enum Key: String, CodingKey { case poll, gathering, queueing, function, total }
    }

    public let ordersPerSecond: Double
    /// Of the stream, one for each partition of the table.
    public let shards: Int
    /// Whether the caller said how many.
    public let areShardsGiven: Bool
    /// Of the table itself, without its indexes.
    public let writeUnitsPerSecond: Double
    public let pipes: [PipePlan]
    /// Environments of functions that run at a time.
    public let functionConcurrency: Double
    /// What is reached first stands first.
    public let limits: [CapacityLimit]
    public let advice: [CapacityAdvice]
    /// What else there is to know, in sentences.
    public let notes: [String]

    public init(_ pipeline: Pipeline, _ load: Load) {
        let sizes = RecordSizes(pipeline.table, load)
        let rate = Double(load.writesPerSecondThousandths) / 1_000
        let updates = load.updates.value
        let unitsPerOrder = Double(sizes.tableInsertUnits) * (1 - updates) + Double(sizes.tableUpdateUnits) * updates
        let shards = StreamShards.count(pipeline.table, load)
        let flows = pipeline.pipes.map { PipeWork($0, pipeline, load, sizes: sizes, shards: shards) }
        ordersPerSecond = rate
        self.shards = shards
        areShardsGiven = load.shards != nil
        writeUnitsPerSecond = rate * unitsPerOrder
        pipes = flows.map { $0.plan(rate) }
        functionConcurrency = zip(flows, pipes).reduce(0) {
            $0 + $1.0.functionShare(of: $1.1.batchFill) * $1.1.concurrency
        }
        limits = CapacityLimit.all(
            pipeline, load, flows, shards: shards, sizes: sizes, unitsPerOrder: unitsPerOrder)
        advice = CapacityAdvice.all(
            pipeline, load, flows, rate: rate, shards: shards, unitsPerOrder: unitsPerOrder)
        notes = Self.notes(pipeline, flows)
    }

    private static func notes(_ pipeline: Pipeline, _ flows: [PipeWork]) -> [String] {
        var notes = flows.filter { $0.batchRecordsMax < $0.pipe.batchSize }.map {
            "A batch of \($0.pipe.name) holds \($0.batchRecordsMax) records at most, not \($0.pipe.batchSize): a call"
                + " takes 6 MB."
        }
        notes += flows.compactMap { work in
            guard case .queue(let name) = work.pipe.target else { return nil }
            return "\(work.pipe.name) takes \(Int(PipeWork.sendMilliseconds)) ms to send a batch to \(name): assumed."
        }
        if pipeline.pipes.count > ServiceQuotas.streamReadersMax {
            notes.append(
                "\(pipeline.pipes.count) pipes read each shard, and AWS advises at most"
                    + " \(ServiceQuotas.streamReadersMax) readers: more may be throttled.")
        }
        return notes
    }
}

/// What a pipe does with each order.
struct PipeWork {
    /// How long it takes to send a batch to a queue. Ours.
    static let sendMilliseconds = 10.0

    let pipe: Pipeline.Pipe
    let flow: BatchFlow
    /// Records behind the filter for each order, and attempts for each batch.
    let passes: Double
    let attempts: Double
    /// Of an attempt: whatever is in it, and for each record.
    let callMilliseconds: Double
    let recordMilliseconds: Double
    /// Functions that a batch is given to.
    let functions: [Pipeline.Function]
    private let times: [Load.Function]
    /// Of an average batch, where the caller says so.
    private let batchFill: Double?

    init(_ pipe: Pipeline.Pipe, _ pipeline: Pipeline, _ load: Load, sizes: RecordSizes, shards: Int) {
        let its = load.pipe(pipe.name)
        self.pipe = pipe
        flow = BatchFlow(pipe, shards: shards, sizes: sizes)
        passes = its.passes.value
        attempts = 1 + load.retries.value
        functions = pipeline.functions(of: pipe)
        times = functions.map { load.function($0.name) }
        var (call, record) = (0.0, 0.0)
        for time in times {
            call += Double(time.callMicroseconds) / 1_000
            record += Double(time.recordMicroseconds) / 1_000
        }
        if case .queue = pipe.target { call += Self.sendMilliseconds }
        callMilliseconds = call
        recordMilliseconds = record
        batchFill = its.batchFillThousandths.map { Double($0) / 1_000 }
    }

    var batchRecordsMax: Int { Int(flow.batchRecordsMax) }

    /// Records of a batch when there is much to do: as many as it holds, or as the caller says that it has.
    var fullBatchRecords: Double { fullBatchRecords(Double(batchRecordsMax)) }

    /// The same of batches that hold so many records at most.
    func fullBatchRecords(_ most: Double) -> Double { min(batchFill ?? most, most) }

    /// Of the time of a batch of so many records, how much is in functions.
    func functionShare(of records: Double) -> Double {
        guard case .queue = pipe.target else { return 1 }
        let whole = milliseconds(of: records)
        return whole == 0 ? 0 : (whole - attempts * Self.sendMilliseconds) / whole
    }

    /// How long a batch of so many records keeps its lane.
    func milliseconds(of records: Double) -> Double { attempts * (callMilliseconds + recordMilliseconds * records) }

    /// Whether a batch of so many records fits into a call, and is done in time.
    func takes(_ records: Int) -> Bool {
        guard records <= flow.payloadRecordsMax,
            milliseconds(of: Double(records)) <= ServiceQuotas.executionMillisecondsMax
        else { return false }
        return zip(functions, times).allSatisfy { function, time in
            guard let timeout = function.timeoutSeconds else { return true }
            return time.milliseconds(of: Double(records)) <= Double(timeout) * 1_000
        }
    }

    /// Seconds of lanes for each order, where batches are full.
    var laneSecondsPerOrder: Double { laneSecondsPerOrder(fullBatchRecords) }

    /// Of these, how many are in functions.
    var functionSecondsPerOrder: Double { functionSecondsPerOrder(fullBatchRecords) }

    func functionSecondsPerOrder(_ batchRecords: Double) -> Double {
        functionShare(of: batchRecords) * laneSecondsPerOrder(batchRecords)
    }

    func laneSecondsPerOrder(_ batchRecords: Double) -> Double {
        passes * milliseconds(of: batchRecords) / batchRecords / 1_000
    }

    func plan(_ rate: Double) -> CapacityPlan.PipePlan {
        let passed = rate * passes
        let lanes = Double(flow.lanes)
        let fill = fill(passed)
        let batches = fill == 0 ? 0 : passed / fill
        let time = milliseconds(of: fill)
        let utilization = rate * laneSecondsPerOrder / lanes
        let most = laneSecondsPerOrder == 0 ? nil : lanes / laneSecondsPerOrder
        return CapacityPlan.PipePlan(
            name: pipe.name, recordsRead: rate, recordsPassed: passed, batches: batches, batchFill: fill,
            batchRecordsMax: batchRecordsMax, batchMilliseconds: time, concurrency: batches * time / 1_000,
            lanes: Int(flow.lanes), utilization: utilization, ordersPerSecondMax: most,
            headroom: rate == 0 ? nil : most.map { $0 / rate },
            latency: utilization < 1 ? latency(passed, time: time, utilization: utilization) : nil,
            hoursUntilLoss: utilization > 1 ? ServiceQuotas.streamHours / (1 - 1 / utilization) : nil)
    }

    /// Records of a batch: those that come while its lane gathers, which it does between two polls, for the window, and as long as it
    /// is busy with the batch before.
    private func fill(_ passed: Double) -> Double {
        guard passed > 0 else { return 0 }
        let most = Double(batchRecordsMax)
        if batchFill != nil { return fullBatchRecords }
        let gathered = passed / flow.batchesPerSecond(passed)
        // While a lane works on n records for a + n·b, as many come: n = rate · (a + n·b).
        let rate = passed / Double(flow.lanes)
        let perRecord = rate * attempts * recordMilliseconds / 1_000
        let whileBusy = perRecord < 1 ? rate * attempts * callMilliseconds / 1_000 / (1 - perRecord) : most
        return min(most, max(gathered, whileBusy))
    }

    private func latency(_ passed: Double, time: Double, utilization: Double) -> CapacityPlan.Latency {
        let poll = 1_000 / Double(BatchFlow.pollsPerSecond)
        let window = Double(flow.windowSeconds) * 1_000
        let filling = passed == 0 ? window : fullBatchRecords * Double(flow.lanes) / passed * 1_000
        return CapacityPlan.Latency(
            poll: poll / 2,
            gathering: (window == 0 ? max(0, time - poll) : min(window, filling)) / 2,
            // Each lane is a queue of its own, since a key keeps to one: M/D/1.
            queueing: utilization * milliseconds(of: fullBatchRecords) / (2 * (1 - utilization)),
            function: time)
    }
}

extension Load.Function {
    /// A call with so many records, each of which the function works on.
    func milliseconds(of records: Double) -> Double {
        (Double(callMicroseconds) + Double(recordMicroseconds) * records) / 1_000
    }
}
