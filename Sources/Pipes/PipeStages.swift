import Clocks
import EventPatterns

/// The way of one batch to the target: the enrichment's template, the enrichment, the target's template, the target.
///
/// Whatever goes wrong on it is the batch's outcome, and a retry goes all of it again.
public struct PipeStages: Sendable {
    private let configuration: PipeConfiguration
    private let borders: PipeBorders
    private let sourceARN: String

    /// - Parameter sourceARN: the stream's, for input templates.
    public init(_ configuration: PipeConfiguration, _ borders: PipeBorders, sourceARN: String) {
        self.configuration = configuration
        self.borders = borders
        self.sourceARN = sourceARN
    }

    func invoke(_ batch: Batch) async -> Invocation {
        await invoke(TargetBatch(batch.records))
    }

    /// Sends records that were given up once more, as one batch.
    public func invoke(_ dead: DeadRecords) async -> Invocation {
        await invoke(
            TargetBatch(
                elements: dead.records.map { Array($0.json) },
                identifiers: dead.records.map { Self.eventID(Array($0.json)) }))
    }

    private func invoke(_ records: TargetBatch) async -> Invocation {
        let trace = ExecutionTrace(configuration, borders)
        trace?.begin(records)
        borders.executions?.began()
        var execution = PipeExecution(records)
        let start = borders.time.now()
        let invocation = await pass(records, trace, &execution)
        execution.duration = elapsed(since: start)
        execution.ending = PipeExecution.Ending(invocation.outcome)
        borders.executions?.ended(execution)
        trace?.end(invocation, of: records)
        return invocation
    }

    private func pass(
        _ records: TargetBatch, _ trace: ExecutionTrace?, _ execution: inout PipeExecution
    ) async -> Invocation {
        guard let stage = configuration.enrichment else { return await reachTarget(records, trace, &execution) }
        let start = borders.time.now()
        var (invocation, enriched) = await enrich(records, stage, trace)
        execution.enrichment = ended(invocation, since: start)
        guard case .elements(let elements) = enriched else {
            if invocation.outcome == .succeeded {
                execution.isTargetSkipped = true
                trace?.skip(.target)
            }
            return invocation
        }
        let target = await reachTarget(
            TargetBatch(elements: elements, identifiers: elements.map(Self.eventID)), trace, &execution)
        invocation.outcome = target.outcome
        invocation.requestID = target.requestID
        invocation.response = target.response
        return invocation
    }

    private func enrich(
        _ records: TargetBatch, _ stage: PipeStage, _ trace: ExecutionTrace?
    ) async -> (Invocation, EnrichedBatch) {
        guard let enrichment = borders.enrichment else { preconditionFailure("a pipe enriches only by an enrichment") }
        trace?.enter(.enrichment)
        let request = apply(stage, records)
        guard request.payloadCount <= stage.payloadBytesMax else {
            let failed = Self.tooLong(request, stage, "enrichment")
            trace?.transformationFailed(.enrichment, failed, of: request)
            return (failed, .nothing)
        }
        trace?.transformed(.enrichment, request)
        let call = await enrichment.enrich(request.payload)
        var invocation = Invocation(
            outcome: .succeeded, handedOverAt: call.handedOverAt, requestID: call.requestID, response: call.response)
        var enriched = EnrichedBatch.nothing
        switch call.outcome {
        case .failed(let reason): invocation.outcome = .failed(reason: "enrichment: \(reason)")
        case .notReached(let reason): invocation.outcome = .notReached(reason: "enrichment: \(reason)")
        case .answered(let answer) where answer.count > PipeConfiguration.payloadBytesMax:
            invocation.outcome = .failed(
                reason:
                    "enrichment: the answer has \(answer.count) bytes; \(PipeConfiguration.payloadBytesMax) are allowed"
            )
        case .answered(let answer):
            enriched = EnrichedBatch(answer: answer)
            if case .malformed(let reason) = enriched { invocation.outcome = .failed(reason: reason) }
        }
        trace?.invoked(.enrichment, request, invocation)
        return (invocation, enriched)
    }

    private func reachTarget(
        _ elements: TargetBatch, _ trace: ExecutionTrace?, _ execution: inout PipeExecution
    ) async -> Invocation {
        let start = borders.time.now()
        let invocation = await invokeTarget(elements, trace)
        execution.target = ended(invocation, since: start)
        return invocation
    }

    private func invokeTarget(_ elements: TargetBatch, _ trace: ExecutionTrace?) async -> Invocation {
        let stage = configuration.target
        trace?.enter(.target)
        if let failed = tooMany(elements, stage) {
            trace?.transformationFailed(.target, failed, of: elements)
            return failed
        }
        let batch = apply(stage, elements)
        // A queue judges each message by itself.
        if stage.kind != .queue, batch.payloadCount > stage.payloadBytesMax {
            let failed = Self.tooLong(batch, stage, "target")
            trace?.transformationFailed(.target, failed, of: batch)
            return failed
        }
        trace?.transformed(.target, batch)
        let invocation = await borders.target.invoke(batch)
        trace?.invoked(.target, batch, invocation)
        return invocation
    }

    private func tooMany(_ elements: TargetBatch, _ stage: PipeStage) -> Invocation? {
        guard let most = stage.elementCountMax, elements.elements.count > most else { return nil }
        return Invocation(
            outcome: .failed(
                reason: "the enrichment gave \(elements.elements.count) elements; the target takes \(most)"),
            handedOverAt: nil)
    }

    /// What the stage's template makes of a batch: elements up to the one that makes the payload too long. A queue,
    /// which judges each message by itself, gets an element for each, and of a long one as much as no queue takes.
    private func apply(_ stage: PipeStage, _ batch: TargetBatch) -> TargetBatch {
        guard let template = stage.template else { return batch }
        let variables = InputTemplate.Variables(
            pipeARN: configuration.arn, pipeName: configuration.name, sourceARN: sourceARN,
            enrichmentARN: configuration.enrichment?.arn, targetARN: configuration.target.arn,
            ingestionTime: borders.time.now())
        if stage.kind == .queue {
            // A message is a string's text without escapes: a byte of it has six bytes of JSON at most.
            let bytesMax = 6 * stage.payloadBytesMax + 2
            return TargetBatch(
                elements: batch.elements.map { template.apply(to: $0, variables, bytesMax: bytesMax) },
                identifiers: batch.identifiers)
        }
        var applied = TargetBatch(elements: [], identifiers: batch.identifiers)
        // Less the opening bracket; each element takes a comma or the closing one with it.
        var room = stage.payloadBytesMax - 1
        for element in batch.elements {
            let result = template.apply(to: element, variables, bytesMax: room)
            applied.elements.append(result)
            room -= result.count + 1
            if room < 0 { break }
        }
        return applied
    }

    private func ended(_ invocation: Invocation, since start: Timestamp) -> PipeExecution.Stage {
        PipeExecution.Stage(duration: elapsed(since: start), ending: PipeExecution.Ending(invocation.outcome))
    }

    /// Not below zero, also where the clock was set back.
    private func elapsed(since start: Timestamp) -> Duration { max(.zero, borders.time.now() - start) }

    private static func tooLong(_ batch: TargetBatch, _ stage: PipeStage, _ name: String) -> Invocation {
        // What a template makes is not made to its end, so that its size is not known.
        let count = stage.template == nil ? "\(batch.payloadCount)" : "more than \(stage.payloadBytesMax)"
        return Invocation(
            outcome: .failed(
                reason: "the payload for the \(name) has \(count) bytes; \(stage.payloadBytesMax) are allowed"),
            handedOverAt: nil)
    }

    /// The event id that an element still tells; nil when it tells none.
    private static func eventID(_ element: [UInt8]) -> String? {
        guard case .value(let range) = eventIDPath.find(in: element.span.bytes),
            element[range.lowerBound] == UInt8(ascii: "\"")
        else { return nil }
        return String(decoding: JSONValue.text(element.span.bytes, range), as: UTF8.self)
    }

    private static let eventIDPath = JSONPath("$.eventID".utf8)!
}
