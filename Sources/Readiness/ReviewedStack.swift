import Permissions
import Stacks

/// A stack with what several rules ask about it.
struct ReviewedStack: Sendable {
    let stack: Stack
    let file: String
    /// Shards side by side that a table's stream is taken to have.
    let shards: Int
    let filterLint: FilterLint
    let roleProblems: [PermissionProblem]
    /// ARNs of the queues that a pipe or another queue names for its dead letters.
    let deadLetterQueues: Set<String>

    init(_ stack: Stack, file: String, shards: Int) {
        self.stack = stack
        self.file = file
        self.shards = shards
        filterLint = FilterLint(stack, file: file)
        roleProblems = RoleReview.problems(in: stack)
        deadLetterQueues = Set(
            stack.pipes.compactMap(\.deadLetterQueueARN)
                + stack.queues.compactMap { $0.redrivePolicy?.deadLetterQueueARN })
    }

    // MARK: Places

    /// How the template writes a resource of the stack.
    func source(_ logicalID: String) -> ResourceSource { stack.sources[logicalID]! }

    /// What is written at a property's path; nil when it is not there.
    func text(_ logicalID: String, _ path: String) -> String? { source(logicalID).properties[path]?.text }

    /// - Parameter path: the property's; the line is the resource's when it is nil, or the property is not there.
    func problem(
        _ logicalID: String, at path: String? = nil, _ message: String, repair: String
    ) -> Check.Problem {
        let source = source(logicalID)
        return Check.Problem(
            line: path.map(source.line(of:)) ?? source.line, logicalID: logicalID, message: message, repair: repair)
    }

    // MARK: What is connected

    /// The template's own checks have found the table.
    func table(of pipe: PipeResource) -> TableResource {
        stack.tables.first { $0.logicalID == pipe.sourceTableLogicalID }!
    }

    func pipes(from table: TableResource) -> [PipeResource] {
        stack.pipes.filter { $0.sourceTableLogicalID == table.logicalID }
    }

    func function(_ arn: String?) -> FunctionResource? { stack.functions.first { $0.arn == arn } }

    /// Those that call a function, as target or enrichment.
    func pipes(calling function: FunctionResource) -> [PipeResource] {
        stack.pipes.filter { $0.targetARN == function.arn || $0.enrichmentFunctionARN == function.arn }
    }

    /// Most batches of a pipe under way at one time. Source: EventBridge's user guide, on batching and concurrency of pipes.
    func concurrency(of pipe: PipeResource) -> Int { pipe.parallelizationFactor * shards }

    // MARK: Alarms

    /// Whether an alarm looks at one of these metrics of something, by itself or in metric math.
    func isWatched(
        _ metrics: [String], where isNamespace: (String) -> Bool, _ dimension: String, _ value: String
    ) -> Bool {
        stack.alarms.contains { alarm in
            alarm.metrics.contains { _, metric in
                metrics.contains(metric.name ?? "") && isNamespace(metric.namespace ?? "")
                    && metric.dimensions.contains { $0.name == dimension && $0.value == value }
            }
        }
    }

    func isWatched(_ metrics: [String], of namespace: String, _ dimension: String, _ value: String) -> Bool {
        isWatched(metrics, where: { $0 == namespace }, dimension, value)
    }
}

extension AlarmResource {
    /// All that it looks at, each with the path of its name.
    var metrics: [(path: String, metric: Metric)] {
        [("MetricName", metric)]
            + queries.enumerated().compactMap { index, query in
                query.metric.map { ("Metrics.\(index).MetricStat.Metric.MetricName", $0) }
            }
    }
}
