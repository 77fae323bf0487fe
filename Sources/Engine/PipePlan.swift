import EventPatterns
import Pipes
import Stacks

/// A pipe as the engine understands it: every setting checked, the filter compiled, all that it is connected to found by name.
struct PipePlan: Sendable {
    /// A function or a queue, by name.
    enum Target: Sendable {
        case function(String)
        /// A function that is not waited for.
        case event(String)
        case queue(String)

        var name: String {
            switch self {
            case .function(let name), .event(let name), .queue(let name): name
            }
        }
    }

    /// Why there is no plan.
    struct Refusal: Error {
        /// One sentence.
        let message: String
        /// Where the template says so.
        var line: Int?
        /// Set where nothing is wrong but that the pipe's role does not allow it; then what to do about it.
        var remedy: String?
    }

    let configuration: PipeConfiguration
    let tableName: String
    let enrichmentName: String?
    let target: Target
    let deadLetterQueueName: String?

    init(_ resource: PipeResource, _ ends: PipeEnds, dialect: PatternDialect) throws(Refusal) {
        func named(_ kind: String, _ arn: String, _ names: [String: String]) throws(Refusal) -> String {
            guard let name = names[arn] else { throw Refusal(message: "there is no \(kind) \(arn) here") }
            return name
        }
        tableName = try named("stream", resource.sourceStreamARN, ends.tables)
        let kind: PipeStage.Kind
        switch resource.target {
        case .function(let type):
            let name = try named("function", resource.targetARN, ends.functions)
            target = type == .fireAndForget ? .event(name) : .function(name)
            kind = type == .fireAndForget ? .event : .function
        case .queue:
            target = .queue(try named("queue", resource.targetARN, ends.queues))
            kind = .queue
        }
        enrichmentName =
            if let arn = resource.enrichmentFunctionARN { try named("function", arn, ends.functions) } else { nil }
        deadLetterQueueName =
            if let arn = resource.deadLetterQueueARN { try named("queue", arn, ends.queues) } else { nil }
        let enrichmentTemplate = try Self.template(resource.enrichmentTemplate, of: "EnrichmentParameters")
        configuration = PipeConfiguration(
            name: resource.name, arn: resource.arn, criteria: try Self.criteria(resource.patterns, dialect),
            batchSize: resource.batchSize,
            maximumBatchingWindow: .seconds(resource.maximumBatchingWindowSeconds),
            parallelizationFactor: resource.parallelizationFactor,
            startingPosition: resource.startingPosition == .latest ? .latest : .trimHorizon,
            maximumRetryAttempts: resource.maximumRetryAttempts,
            maximumRecordAge: resource.maximumRecordAgeSeconds < 0 ? nil : .seconds(resource.maximumRecordAgeSeconds),
            bisectsBatches: resource.bisectsOnPartialFailure, hasDeadLetterQueue: deadLetterQueueName != nil,
            enrichment: resource.enrichmentFunctionARN.map {
                PipeStage(.function, arn: $0, template: enrichmentTemplate)
            },
            target: PipeStage(
                kind, arn: resource.targetARN,
                template: try Self.template(resource.targetTemplate, of: "TargetParameters")))
    }

    private static func criteria(
        _ patterns: [PipeResource.Pattern], _ dialect: PatternDialect
    ) throws(Refusal) -> FilterCriteria {
        do {
            return try FilterCriteria(patterns: patterns.map(\.text), dialect: dialect)
        } catch {
            // The error's path begins with `Filters[i]`.
            let index = error.path.split(whereSeparator: { $0 == "[" || $0 == "]" }).dropFirst().first.flatMap {
                Int($0)
            }
            let pattern = index.flatMap { patterns.indices.contains($0) ? patterns[$0] : nil }
            throw Refusal(message: "\(error)", line: pattern?.line)
        }
    }

    private static func template(
        _ template: PipeResource.InputTemplate?, of parameters: String
    ) throws(Refusal) -> InputTemplate? {
        guard let template else { return nil }
        do { return try InputTemplate(template.text) } catch {
            throw Refusal(message: "\(parameters).InputTemplate: \(error)", line: template.line)
        }
    }
}

extension PipeEnds {
    /// A stack's resources by their own names.
    init(_ stack: Stack) {
        self.init()
        for table in stack.tables { table.streamARN.map { tables[$0] = table.name } }
        for function in stack.functions { functions[function.arn] = function.name }
        for queue in stack.queues {
            queues[queue.arn] = queue.name
            if queue.isFIFO { fifoQueues.insert(queue.name) }
        }
    }
}
