import Clocks
import EventPatterns
import Functions
import Logging
import Permissions
import Pipes
import Queues
import Stacks
import Tables
import Telemetry

/// What a pipe's settings come to: the plan, and what runs of it.
struct FittedPipe: Sendable {
    let plan: PipePlan
    let definition: PipeDefinition
    /// What its role does not allow of what it does once it runs.
    let denials: [RoleVerdict]
}

/// Makes of a pipe's settings what runs: finds the parts that it is connected to and puts the borders between.
struct PipeFitter: Sendable {
    let tables: TableStore
    let functions: RunningFunctions
    let queues: QueueStore
    let checkpoints: StoredCheckpoints
    let logs: PipeLogs
    let setbacks: PipeSetbacks
    /// Nil counts nothing.
    let metrics: MetricStore?
    let accountID: String
    let time: any TimeSource
    let dialect: PatternDialect
    /// The template's resources.
    let templateEnds: PipeEnds
    /// Holds pipes to their roles; nil lets them do everything.
    let judge: RoleJudge?
    let logger: Logger
    /// Nil for an engine without faults.
    let injector: FaultInjector?

    /// What pipes can be connected to at this moment.
    var ends: PipeEnds {
        var ends = templateEnds
        let streams = tables.tableNames.reduce(into: [String: String]()) { streams, name in
            if let stream = try? tables.table(name).stream { streams[stream.arn] = name }
        }
        // The template's stand-in stays good for as long as the table has a stream.
        ends.tables = ends.tables.filter { streams.values.contains($0.value) }.merging(streams) { _, real in real }
        ends.functions = Dictionary(uniqueKeysWithValues: functions.all.map { ($0.arn, $0.name) })
        let queues = queues.queues
        ends.queues = Dictionary(uniqueKeysWithValues: queues.map { ($0.arn, $0.name) })
        ends.fifoQueues = Set(queues.filter(\.definition.settings.isFIFO).map(\.name))
        return ends
    }

    /// - Throws: `PipePlan.Refusal` for what is not there, cannot be, or is not allowed to the pipe's role where AWS looks at that
    ///   before the pipe is there: its source and its dead-letter queue.
    func fit(
        _ resource: PipeResource, observer: any DeliveryObserver
    ) throws(PipePlan.Refusal) -> FittedPipe {
        let plan = try PipePlan(resource, ends, dialect: dialect)
        guard let table = try? tables.table(plan.tableName), let stream = table.stream else {
            throw PipePlan.Refusal(message: "the table \(plan.tableName) has no stream")
        }
        for part in [Need.Part.source, .deadLetters] {
            guard let verdict = judge?.refusal(of: resource, part) else { continue }
            throw PipePlan.Refusal(message: verdict.message, remedy: verdict.remedy)
        }
        var denials: [Need.Part: RoleVerdict] = [:]
        for part in [Need.Part.target, .enrichment, .logs] { denials[part] = judge?.refusal(of: resource, part) }
        let executionLogging: ExecutionLogging?
        do {
            executionLogging = denials[.logs] == nil ? try logs.logging(resource) : nil
        } catch {
            throw PipePlan.Refusal(message: "\(error)")
        }
        let borders = PipeBorders(
            target: denials[.target].map { DeniedStage(verdict: $0) as any PipeTarget } ?? target(plan.target),
            enrichment: plan.enrichmentName.map { name in
                denials[.enrichment].map { DeniedStage(verdict: $0) as any PipeEnrichment }
                    ?? FunctionEnrichment(function: NamedFunction(name: name, functions: functions))
            },
            deadLetters: plan.deadLetterQueueName.map(deadLetters),
            checkpoints: injector?.wrap(checkpoints, pipe: plan.configuration.name) ?? checkpoints, observer: observer,
            executions: metrics.map { PipeMetrics(plan.configuration.name, accountID: accountID, $0) },
            executionLogging: executionLogging, setbacks: setbacks.writer(of: plan.configuration.name), time: time)
        return FittedPipe(
            plan: plan,
            definition: PipeDefinition(
                configuration: plan.configuration,
                shards: stream.lineages.map { TableShard(stream: stream, lineage: $0) }, borders: borders,
                itemReplays: TableReplays(
                    configuration: plan.configuration, table: table, stream: stream, checkpoints: checkpoints,
                    time: time, logger: logger)),
            denials: [Need.Part.enrichment, .target, .logs].compactMap { denials[$0] })
    }

    // A plan names what the ends name, which is what is here.
    private func target(_ target: PipePlan.Target) -> any PipeTarget {
        switch target {
        case .function(let name): return FunctionTarget(function: NamedFunction(name: name, functions: functions))
        case .event(let name): return EventTarget(name: name, functions: functions, time: time)
        case .queue(let name):
            let messages = QueueMessages(queues: queues, name: name)
            return QueueTarget(injector?.wrap(messages, queue: name) ?? messages, time: time)
        }
    }

    private func deadLetters(_ queue: String) -> any DeadLetterQueue {
        let letters = QueueDeadLetters(queues: queues, name: queue)
        return injector?.wrap(letters, queue: queue) ?? letters
    }
}
