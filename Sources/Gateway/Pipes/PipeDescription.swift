public import Clocks

/// A pipe as the Pipes API describes it.
public struct PipeDescription: Sendable, Hashable {
    /// The desired state of a pipe that is being deleted.
    public static let deletedState = "DELETED"
    /// Most characters of ``stateReason`` that are shown. AWS: 512.
    static let stateReasonLengthMax = 512

    public var name: String
    public var arn: String
    /// `RUNNING`, `STOPPED` or ``deletedState``.
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
    public var description: String?
    public var kmsKeyIdentifier: String?
    /// Why it is in its state; nil where that needs no reason. At most 512 characters are shown.
    public var stateReason: String?
    public var tags: [String: String] = [:]

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

    /// A pipe as ListPipes shows it.
    mutating func listed(_ pipe: PipeDescription) {
        summary(pipe)
        if let enrichment = pipe.enrichmentARN { member("Enrichment", enrichment) }
        member("Source", pipe.sourceARN)
        if let reason = pipe.stateReason { member("StateReason", Self.shortened(reason)) }
        member("Target", pipe.targetARN)
    }

    /// A pipe as DescribePipe shows it.
    mutating func described(_ pipe: PipeDescription) {
        summary(pipe)
        if let description = pipe.description { member("Description", description) }
        if let enrichment = pipe.enrichmentARN { member("Enrichment", enrichment) }
        if let parameters = pipe.enrichmentParametersJSON { member("EnrichmentParameters", raw: parameters) }
        if let key = pipe.kmsKeyIdentifier { member("KmsKeyIdentifier", key) }
        if let logs = pipe.logConfigurationJSON { member("LogConfiguration", raw: logs) }
        member("RoleArn", pipe.roleARN)
        member("Source", pipe.sourceARN)
        member("SourceParameters", raw: pipe.sourceParametersJSON)
        if let reason = pipe.stateReason { member("StateReason", Self.shortened(reason)) }
        if !pipe.tags.isEmpty { tags("Tags", pipe.tags) }
        member("Target", pipe.targetARN)
        if let parameters = pipe.targetParametersJSON { member("TargetParameters", raw: parameters) }
    }

    mutating func tags(_ name: String, _ tags: [String: String]) {
        member(name) { json in
            for (key, value) in tags.sorted(by: { $0.key < $1.key }) { json.member(key, value) }
        }
    }

    private static func shortened(_ reason: String) -> String {
        String(reason.prefix(PipeDescription.stateReasonLengthMax))
    }
}
