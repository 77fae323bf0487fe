/// All that makes a pipe: what it does, from which shards, and with what. An update replaces it as a whole.
public struct PipeDefinition: Sendable {
    public var configuration: PipeConfiguration
    public var shards: [any StreamShard]
    public var borders: PipeBorders

    public init(configuration: PipeConfiguration, shards: [any StreamShard], borders: PipeBorders) {
        self.configuration = configuration
        self.shards = shards
        self.borders = borders
    }

    public var streamARN: String { shards.first?.streamARN ?? "" }

    /// The way of a batch to the target.
    public var stages: PipeStages { PipeStages(configuration, borders, sourceARN: streamARN) }
}

/// What a pipe's switch has to run.
public enum PipeWork: Sendable {
    case ready(PipeDefinition)
    /// The pipe cannot run: what it is connected to is not there. One sentence says what.
    case missing(String)

    public var definition: PipeDefinition? {
        if case .ready(let definition) = self { definition } else { nil }
    }

    /// Why it cannot run; nil when it can.
    public var reason: String? {
        if case .missing(let reason) = self { reason } else { nil }
    }
}
