import Costs

/// A change of the template, or of an account's quotas.
public struct CapacityAdvice: Sendable, Hashable, Encodable {
    /// Share of the lanes, or of a quota, that may be in use. Ours: at 70 % a record waits for a busy lane for 1.2 times the time of a
    /// batch on average, at 90 % for 4.5 times.
    public static let utilizationMax = 0.7

    /// The resource's name, or `account`.
    public let place: String
    /// In the words of the template: `ParallelizationFactor`.
    public let property: String
    public let from: String
    public let to: String
    public let reason: String
    /// Whether the rate cannot be had without it; else it saves money or guards against others.
    public let isNeeded: Bool

    static func all(
        _ pipeline: Pipeline, _ load: Load, _ works: [PipeWork], rate: Double, shards: Int, unitsPerOrder: Double
    ) -> [CapacityAdvice] {
        var advice: [CapacityAdvice] = []
        var shardsNeeded = shards
        /// Lanes of a shard, by pipe: now or after the advice, whichever is more.
        var lanesOfShard: [String: Int] = [:]
        /// Records of a full batch, by pipe, after the advice.
        var batchRecords: [String: Double] = [:]
        for work in works {
            let most = ServiceQuotas.parallelizationFactorMax
            let name = work.pipe.name
            let factor = factor(work, rate: rate, shards: shards)
            lanesOfShard[name] = max(work.pipe.parallelizationFactor, min(most, factor))
            if factor > most {
                if let size = batchSize(work, rate: rate, shards: shards) {
                    batchRecords[name] = Double(size)
                    advice.append(
                        CapacityAdvice(
                            place: name, property: "BatchSize", from: "\(work.pipe.batchSize)", to: "\(size)",
                            reason: "\(most * shards) lanes do not carry the rate with smaller batches", isNeeded: true)
                    )
                } else {
                    shardsNeeded = max(
                        shardsNeeded,
                        ceiling(rate * work.laneSecondsPerOrder / utilizationMax / Double(most)))
                }
            }
            advice += parallelizationFactor(work, min(factor, most))
        }
        if shardsNeeded > shards {
            advice.append(
                CapacityAdvice(
                    place: pipeline.table.name, property: "WarmThroughput.WriteUnitsPerSecond",
                    from: "\(shards * StreamShards.writeUnitsPerSecond)",
                    to: "\(shardsNeeded * StreamShards.writeUnitsPerSecond)",
                    reason: "\(shardsNeeded) partitions, and so shards, instead of \(shards); or a faster function",
                    isNeeded: true))
        } else if load.shards == nil, rate * unitsPerOrder > Double(StreamShards.newTableWriteUnitsPerSecond) {
            advice.append(
                CapacityAdvice(
                    place: pipeline.table.name, property: "WarmThroughput.WriteUnitsPerSecond",
                    from: "\(StreamShards.newTableWriteUnitsPerSecond)", to: "\(ceiling(rate * unitsPerOrder))",
                    reason: "a new table takes \(StreamShards.newTableWriteUnitsPerSecond) write units/s at once",
                    isNeeded: true))
        }
        return advice + quotas(works, batchRecords, rate: rate)
            + reservations(pipeline, works, lanesOfShard.mapValues { $0 * shardsNeeded })
    }

    /// What the rate needs; more than AWS allows where that is so.
    private static func factor(_ work: PipeWork, rate: Double, shards: Int) -> Int {
        max(1, ceiling(rate * work.laneSecondsPerOrder / utilizationMax / Double(shards)))
    }

    /// The smallest that carries the rate with as many lanes as there can be; nil where none does.
    private static func batchSize(_ work: PipeWork, rate: Double, shards: Int) -> Int? {
        let records = rate * work.passes * work.attempts / 1_000
        let lanes = Double(ServiceQuotas.parallelizationFactorMax * shards) * utilizationMax
        // records · (call / size + record) <= lanes
        let perRecord = lanes / records - work.recordMilliseconds
        guard perRecord > 0 else { return nil }
        let size = max(1, ceiling(work.callMilliseconds / perRecord))
        let isFunction = if case .function = work.pipe.target { true } else { false }
        // Where the caller says that batches have fewer records, a larger BatchSize changes nothing.
        guard size <= (isFunction ? ServiceQuotas.batchSizeMax : 10), work.takes(size),
            work.fullBatchRecords(Double(size)) == Double(size)
        else { return nil }
        return size
    }

    private static func parallelizationFactor(_ work: PipeWork, _ factor: Int) -> [CapacityAdvice] {
        let now = work.pipe.parallelizationFactor
        guard factor != now else { return [] }
        return [
            CapacityAdvice(
                place: work.pipe.name, property: "ParallelizationFactor", from: "\(now)", to: "\(factor)",
                reason: factor > now
                    ? "keeps lanes at most 70 % busy" : "carries the rate too, and fewer lanes send fuller batches",
                isNeeded: factor > now)
        ]
    }

    /// What is in use once the rest of the advice is taken; by then there are lanes for all of it, so their number bounds nothing.
    private static func quotas(
        _ works: [PipeWork], _ batchRecords: [String: Double], rate: Double
    ) -> [CapacityAdvice] {
        func records(_ work: PipeWork) -> Double { batchRecords[work.pipe.name] ?? work.fullBatchRecords }
        let functions = rate * works.reduce(0) { $0 + $1.functionSecondsPerOrder(records($1)) }
        let pipes = rate * works.reduce(0) { $0 + $1.laneSecondsPerOrder(records($1)) }
        return [
            ("Lambda's quota Concurrent executions", functions, ServiceQuotas.functionConcurrency),
            ("EventBridge Pipes' quota Concurrent executions", pipes, ServiceQuotas.pipeExecutions),
        ].filter { $0.1 > utilizationMax * Double($0.2) }.map { name, used, quota in
            CapacityAdvice(
                place: "account", property: name, from: "\(quota)",
                to: "\(ceiling(used / utilizationMax / 100) * 100)", reason: "\(ceiling(used)) are in use at a time",
                isNeeded: true)
        }
    }

    private static func reservations(
        _ pipeline: Pipeline, _ works: [PipeWork], _ lanes: [String: Int]
    ) -> [CapacityAdvice] {
        let wanted = pipeline.functions.map { function in
            (
                function,
                works.filter { work in work.functions.contains { $0.name == function.name } }
                    .reduce(0) { $0 + lanes[$1.pipe.name, default: 0] }
            )
        }
        let most = ServiceQuotas.functionConcurrency - ServiceQuotas.unreservedConcurrency
        return wanted.compactMap { function, lanes in
            if let reserved = function.reservedConcurrency {
                guard reserved < lanes else { return nil }
                return CapacityAdvice(
                    place: function.name, property: "ReservedConcurrentExecutions", from: "\(reserved)", to: "\(lanes)",
                    reason: "its pipes have so many lanes, and what finds no environment is throttled", isNeeded: true)
            }
            guard wanted.reduce(0, { $0 + $1.1 }) <= most else { return nil }
            return CapacityAdvice(
                place: function.name, property: "ReservedConcurrentExecutions", from: "none", to: "\(lanes)",
                reason: "its pipes have so many lanes: other functions then cannot take them", isNeeded: false)
        }
    }

    /// A whole number that is reached within what floating point rounds is not overstepped.
    private static func ceiling(_ value: Double) -> Int {
        Int(min((value - 1e-9 * max(1, value)).rounded(.up), 1e15))
    }
}
