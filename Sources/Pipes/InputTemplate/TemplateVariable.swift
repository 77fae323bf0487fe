/// What stands between `<` and `>` in an input template.
enum TemplateVariable: Sendable, Hashable {
    case path(JSONPath)
    case pipeARN
    case pipeName
    case sourceARN
    case enrichmentARN
    case targetARN
    case ingestionTime
    /// The record as it is; inside a text, as text.
    case event
    /// The record as JSON, only as a value.
    case eventJSON

    /// The reserved variables by their names.
    static let reserved: [(name: String, variable: TemplateVariable)] = [
        ("aws.pipes.pipe-arn", .pipeARN), ("aws.pipes.pipe-name", .pipeName), ("aws.pipes.source-arn", .sourceARN),
        ("aws.pipes.enrichment-arn", .enrichmentARN), ("aws.pipes.target-arn", .targetARN),
        ("aws.pipes.event.ingestion-time", .ingestionTime), ("aws.pipes.event", .event),
        ("aws.pipes.event.json", .eventJSON),
    ]
}
