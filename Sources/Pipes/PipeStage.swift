/// One of the two places that a pipe sends its batches to: the enrichment or the target.
public struct PipeStage: Sendable {
    public enum Kind: Sendable, Hashable {
        /// A function whose answer the pipe waits for: REQUEST_RESPONSE.
        case function
        /// A function that takes the batch and answers nothing: FIRE_AND_FORGET.
        case event
        /// A standard queue: one message for each element.
        case queue
    }

    public var kind: Kind
    /// For input templates; nil leaves their variable out.
    public var arn: String?
    /// What becomes of each element of the batch before it goes there.
    public var template: InputTemplate?

    public init(_ kind: Kind, arn: String? = nil, template: InputTemplate? = nil) {
        self.kind = kind
        self.arn = arn
        self.template = template
    }

    /// Largest payload. AWS: 6 MB for a synchronous invocation, 1 MB for an asynchronous one, 1 MiB for a batch of messages.
    public var payloadBytesMax: Int { kind == .function ? PipeConfiguration.payloadBytesMax : 1_048_576 }

    /// Most elements of one batch; nil when there is no limit of its own. AWS: 10 messages in one call.
    public var elementCountMax: Int? { kind == .queue ? 10 : nil }
}
