/// Where a pipe sends its batches: enrichment, target and their templates.
extension PipeResource {
    /// Most characters of one input template. Source: Pipes API reference, `PipeTargetParameters`.
    static let inputTemplateLengthMax = 8_192
    /// Most records of one batch for a queue. Source: EventBridge's user guide, on batching of pipes.
    static let queueBatchSizeMax = 10

    /// What the ARNs of a service name, of those that pipes on AWS can lead to.
    private static let otherServices = [
        "batch": "a Batch job queue", "ecs": "an ECS cluster", "events": "an event bus or API destination",
        "execute-api": "an API of API Gateway", "firehose": "a Firehose stream", "kinesis": "a Kinesis stream",
        "lambda": "a function of another template", "logs": "a log group", "redshift": "a Redshift cluster",
        "redshift-serverless": "a Redshift workgroup", "sagemaker": "a SageMaker pipeline", "sns": "an SNS topic",
        "sqs": "a queue of another template", "states": "a Step Functions state machine",
        "timestream": "a Timestream table",
    ]

    /// - Returns: nil when nothing of the stack is there; the diagnostics say so.
    static func target(
        _ arn: String, _ properties: Properties, _ ends: PipeEnds, _ diagnostics: inout DiagnosticCollector
    ) -> TargetKind? {
        let parameters = properties.object("TargetParameters")
        func refuse(_ name: String, _ kind: String) {
            guard let parameters, parameters.value(name) != nil else { return }
            diagnostics.error(
                "\(name) is not for \(kind), which Target names; remove it", line: parameters.line(of: name),
                at: parameters.place.member(name))
        }
        if ends.functions[arn] != nil {
            refuse("SqsQueueParameters", "a function")
            let type = parameters?.object("LambdaFunctionParameters")?.text("InvocationType")
            return .function(type.flatMap(InvocationType.init) ?? .requestResponse)
        }
        if let queue = ends.queues[arn] {
            refuse("LambdaFunctionParameters", "a queue")
            if ends.fifoQueues.contains(queue) {
                diagnostics.error(
                    "Target \(queue) is a FIFO queue, which a pipe here cannot send to; take a standard queue",
                    line: properties.line(of: "Target"), at: properties.place.member("Target"))
            }
            return .queue
        }
        diagnostics.error(
            notOfTheStack("Target", arn, ends, remedy: "a function or standard queue \(ends.place)"),
            line: properties.line(of: "Target"), at: properties.place.member("Target"))
        return nil
    }

    static func enrichment(
        _ properties: Properties, _ ends: PipeEnds, _ diagnostics: inout DiagnosticCollector
    ) -> String? {
        guard let arn = properties.text("Enrichment"), !arn.isEmpty else {
            if properties.value("EnrichmentParameters") != nil {
                diagnostics.error(
                    "EnrichmentParameters are there and no Enrichment is; name a function \(ends.place) there, or"
                        + " remove them", line: properties.line(of: "EnrichmentParameters"),
                    at: properties.place.member("EnrichmentParameters"))
            }
            return nil
        }
        if ends.functions[arn] == nil {
            diagnostics.error(
                notOfTheStack("Enrichment", arn, ends, remedy: "a function \(ends.place)"),
                line: properties.line(of: "Enrichment"), at: properties.place.member("Enrichment"))
        }
        return arn
    }

    private static func notOfTheStack(
        _ property: String, _ arn: String, _ ends: PipeEnds, remedy: String
    ) -> String {
        if ends.functions.keys.contains(where: { arn.hasPrefix($0 + ":") }) {
            return "\(property) names a version or alias (\(arn)), which do not run here; use the function's own ARN"
        }
        let service = arn.split(separator: ":", omittingEmptySubsequences: false).dropFirst(2).first.map(String.init)
        let isKindOfEnd = service == "lambda" || service == "sqs"
        if ends.queues[arn] == nil, ends.scope == .template || !isKindOfEnd,
            let name = service.flatMap({ otherServices[$0] })
        {
            return "\(property) is \(name) (\(arn)), which pipes here do not lead to; use \(remedy)"
        }
        return "\(property) must be \(remedy)\(ends.example("OrderProcessorFunction.Arn")), not \(arn)"
    }

    static func batchSize(
        _ stream: Properties, _ target: TargetKind?, _ diagnostics: inout DiagnosticCollector
    ) -> Int {
        let most = target == .queue ? queueBatchSizeMax : batchSizeDefault
        guard let size = stream.integer("BatchSize") else {
            diagnostics.warning(
                "BatchSize is not set, and AWS's documents disagree about its default; \(most) is used here; set it",
                line: stream.line, at: stream.place)
            return most
        }
        if target == .queue, size > queueBatchSizeMax {
            diagnostics.error(
                "BatchSize must be 1 to \(queueBatchSizeMax) for a queue as target, not \(size)",
                line: stream.line(of: "BatchSize"), at: stream.place.member("BatchSize"))
        }
        return size
    }

    /// - Returns: nil when there is none, and for an empty text, with which AWS takes a template away.
    static func inputTemplate(
        _ parameters: Properties?, _ diagnostics: inout DiagnosticCollector
    ) -> InputTemplate? {
        guard let parameters, let value = parameters.value("InputTemplate"), let text = value.text, !text.isEmpty
        else { return nil }
        let count = text.unicodeScalars.count
        if count > inputTemplateLengthMax {
            diagnostics.error(
                "InputTemplate has \(count) characters and may have \(inputTemplateLengthMax); shorten it",
                line: value.line, at: parameters.place.member("InputTemplate"))
        }
        return InputTemplate(text: text, line: value.line)
    }
}
