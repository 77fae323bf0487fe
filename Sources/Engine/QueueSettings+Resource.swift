import Queues
import Stacks

extension QueueSettings {
    /// A queue of the template.
    init(_ resource: QueueResource) {
        self.init()
        visibilityTimeoutSeconds = resource.visibilityTimeoutSeconds
        delaySeconds = resource.delaySeconds
        messageRetentionSeconds = resource.messageRetentionSeconds
        maximumMessageBytes = resource.maximumMessageSizeBytes
        receiveWaitSeconds = resource.receiveMessageWaitSeconds
        isFIFO = resource.isFIFO
        usesContentBasedDeduplication = resource.usesContentBasedDeduplication
        // Both enumerations have AWS's names as raw values, and the template's checks let no other pass.
        deduplicationScope = resource.deduplicationScope.flatMap(DeduplicationScope.init) ?? .queue
        throughputLimit = resource.throughputLimit.flatMap(ThroughputLimit.init) ?? .perQueue
        redrivePolicy = resource.redrivePolicy.map {
            RedrivePolicy(deadLetterTargetARN: $0.deadLetterQueueARN, maxReceiveCount: $0.maxReceiveCount)
        }
        redriveAllowPolicy =
            switch resource.redriveAllowPolicy {
            case .allowAll: .allowAll
            case .denyAll: .denyAll
            case .byQueue(let sources): .byQueue(sources)
            case nil: nil
            }
        kmsMasterKeyID = resource.kmsMasterKeyID
        kmsDataKeyReusePeriodSeconds = resource.kmsDataKeyReusePeriodSeconds
        usesManagedEncryption = resource.usesManagedEncryption
    }
}
