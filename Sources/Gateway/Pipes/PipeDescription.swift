public import Clocks

/// A pipe as the Pipes API describes it.
public struct PipeDescription: Sendable, Hashable {
    public var name: String
    public var arn: String
    /// `RUNNING` or `STOPPED`.
    public var desiredState: String
    /// One of AWS's states, such as `RUNNING`, `STOPPED`, `STARTING`, `STOPPING`.
    public var currentState: String
    public var sourceARN: String
    public var targetARN: String
    public var roleARN: String
    /// When the engine first ran it, and when its state was last changed.
    public var createdAt: Timestamp
    public var changedAt: Timestamp
    /// JSON of `DynamoDBStreamParameters` and `FilterCriteria`.
    public var sourceParametersJSON: [UInt8]
    /// Nil when the pipe has no enrichment.
    public var enrichmentARN: String?
    /// JSON of the enrichment's `InputTemplate`; nil when it has none.
    public var enrichmentParametersJSON: [UInt8]?
    /// JSON of the target's `InputTemplate` and `LambdaFunctionParameters`; nil when both are left open.
    public var targetParametersJSON: [UInt8]?
    /// JSON of `LogConfiguration`; nil when the pipe has none.
    public var logConfigurationJSON: [UInt8]?

    public init(
        name: String, arn: String, desiredState: String, currentState: String, sourceARN: String, targetARN: String,
        roleARN: String, createdAt: Timestamp, changedAt: Timestamp, sourceParametersJSON: [UInt8],
        enrichmentARN: String? = nil, enrichmentParametersJSON: [UInt8]? = nil, targetParametersJSON: [UInt8]? = nil,
        logConfigurationJSON: [UInt8]? = nil
    ) {
        self.name = name
        self.arn = arn
        self.desiredState = desiredState
        self.currentState = currentState
        self.sourceARN = sourceARN
        self.targetARN = targetARN
        self.roleARN = roleARN
        self.createdAt = createdAt
        self.changedAt = changedAt
        self.sourceParametersJSON = sourceParametersJSON
        self.enrichmentARN = enrichmentARN
        self.enrichmentParametersJSON = enrichmentParametersJSON
        self.targetParametersJSON = targetParametersJSON
        self.logConfigurationJSON = logConfigurationJSON
    }
}

extension JSONWriter {
    /// The members that every answer about a pipe has.
    mutating func summary(_ pipe: PipeDescription) {
        member("Arn", pipe.arn)
        member("CreationTime", pipe.createdAt)
        member("CurrentState", pipe.currentState)
        member("DesiredState", pipe.desiredState)
        member("LastModifiedTime", pipe.changedAt)
        member("Name", pipe.name)
    }
}
