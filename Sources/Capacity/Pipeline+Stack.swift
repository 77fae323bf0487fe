public import Costs
public import Stacks

/// A template that has no pipeline to reckon with: one sentence with the remedy.
public struct PipelineError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
}

extension Pipeline {
    /// The pipeline of a stack: the table that pipes read, those pipes, and what is behind them.
    ///
    /// What a function's environment names by name, URL or ARN of a queue, or by name or ARN of a table, it sends or writes to.
    ///
    /// - Parameter table: name or logical ID of the table, where pipes read several.
    public init(_ stack: Stack, table name: String? = nil) throws(PipelineError) {
        let sources = stack.tables.filter { table in
            stack.pipes.contains { $0.sourceTableLogicalID == table.logicalID }
        }
        let names = sources.map(\.name).joined(separator: ", ")
        let found = name.map { name in sources.filter { $0.name == name || $0.logicalID == name } } ?? sources
        guard let source = found.first else {
            throw PipelineError(
                description: name.map {
                    sources.isEmpty
                        ? "The template has no pipe; add an AWS::Pipes::Pipe that reads the stream of \($0)."
                        : "No pipe reads a table \($0)\(Spelling.suggestion(for: $0, among: sources.map(\.name)));"
                            + " there are \(names)."
                } ?? "The template has no pipe; add an AWS::Pipes::Pipe that reads the stream of a table.")
        }
        guard found.count == 1 else {
            throw PipelineError(description: "Pipes read several tables (\(names)); choose one with --table.")
        }
        let pipes = stack.pipes.filter { $0.sourceTableLogicalID == source.logicalID }
        let reached = Set(pipes.flatMap { [$0.targetARN] + ($0.enrichmentFunctionARN.map { [$0] } ?? []) })
        self.init(
            table: Table(source),
            functions: stack.functions.filter { reached.contains($0.arn) }.map { Function($0, stack) },
            queues: stack.queues.map(Queue.init), pipes: pipes.map { Pipe($0, stack) },
            alarmMetrics: stack.alarms.reduce(0) { $0 + max(1, $1.queries.count { $0.metric != nil }) },
            dashboards: stack.dashboards.count)
    }
}

extension Pipeline.Table {
    init(_ table: TableResource) {
        let view = table.streamViewType ?? ""
        self.init(
            name: table.name, indexes: table.indexes.map { Pipeline.Index(isKeysOnly: $0.projection == .keysOnly) },
            hasOldImages: view == "OLD_IMAGE" || view == "NEW_AND_OLD_IMAGES",
            hasNewImages: view == "NEW_IMAGE" || view == "NEW_AND_OLD_IMAGES",
            hasPointInTimeRecovery: table.settings.recoveryPeriodInDays != nil)
    }
}

extension Pipeline.Function {
    init(_ function: FunctionResource, _ stack: Stack) {
        let values = Set(function.environment.values)
        self.init(
            name: function.name, memoryMegabytes: function.memorySizeMegabytes,
            architecture: function.architecture == "arm64" ? .arm64 : .x86, timeoutSeconds: function.timeoutSeconds,
            reservedConcurrency: function.reservedConcurrentExecutions,
            queues: stack.queues.filter { !values.isDisjoint(with: [$0.name, $0.url, $0.arn]) }.map(\.name),
            tables: stack.tables.filter { !values.isDisjoint(with: [$0.name, $0.arn]) }.map(\.name),
            logRetentionDays: stack.logGroups.first { $0.name == function.logGroup }?.retentionInDays)
    }
}

extension Pipeline.Queue {
    init(_ queue: QueueResource) {
        self.init(
            name: queue.name, isFIFO: queue.isFIFO, hasHighThroughput: queue.throughputLimit == "perMessageGroupId")
    }
}

extension Pipeline.Pipe {
    init(_ pipe: PipeResource, _ stack: Stack) {
        func queue(_ arn: String) -> String? { stack.queues.first { $0.arn == arn }?.name }
        func function(_ arn: String) -> String { stack.functions.first { $0.arn == arn }?.name ?? arn }
        let target: Pipeline.Target =
            pipe.target == .queue
            ? .queue(queue(pipe.targetARN) ?? pipe.targetARN) : .function(function(pipe.targetARN))
        self.init(
            name: pipe.name, batchSize: pipe.batchSize, windowSeconds: pipe.maximumBatchingWindowSeconds,
            parallelizationFactor: pipe.parallelizationFactor,
            enrichment: pipe.enrichmentFunctionARN.map(function), target: target,
            deadLetterQueue: pipe.deadLetterQueueARN.flatMap(queue), hasFilter: !pipe.patterns.isEmpty)
    }
}
