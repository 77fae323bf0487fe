import Clocks
import MetricMath
import Pipes
import Telemetry

/// A pipe's metrics, in `AWS/EventBridge/Pipes` with AWS's names, dimensions and units (EventBridge's user guide, on monitoring).
///
/// Metrics of failures are not sparse: each execution adds a 0 or a 1. An execution costs some 20 records, 1 to 2 µs,
/// and no allocation; what the batch holds makes no difference.
struct PipeMetrics: ExecutionObserver {
    static let namespace = "AWS/EventBridge/Pipes"

    /// Metrics of a pipe, by the dimension PipeName, with their units.
    enum Name: String, CaseIterable {
        case duration = "Duration"
        case eventCount = "EventCount"
        case eventSize = "EventSize"
        case executionThrottled = "ExecutionThrottled"
        case executionTimeout = "ExecutionTimeout"
        case executionFailed = "ExecutionFailed"
        case executionPartiallyFailed = "ExecutionPartiallyFailed"
        case enrichmentStageDuration = "EnrichmentStageDuration"
        case enrichmentStageFailed = "EnrichmentStageFailed"
        case invocations = "Invocations"
        case targetStageDuration = "TargetStageDuration"
        case targetStageFailed = "TargetStageFailed"
        case targetStagePartiallyFailed = "TargetStagePartiallyFailed"
        case targetStageSkipped = "TargetStageSkipped"

        var unit: StandardUnit {
            switch self {
            case .duration, .enrichmentStageDuration, .targetStageDuration: .milliseconds
            case .eventSize: .bytes
            case .targetStageSkipped: .count
            default: .none
            }
        }
    }

    private let duration: MetricDistribution
    private let eventCount: MetricDistribution
    private let eventSize: MetricDistribution
    private let enrichmentDuration: MetricDistribution
    private let targetDuration: MetricDistribution
    private let invocations: [MetricCounter]
    private let throttled: [MetricCounter]
    private let timeout: MetricCounter
    private let failed: MetricCounter
    private let partiallyFailed: MetricCounter
    private let enrichmentFailed: MetricCounter
    private let targetFailed: MetricCounter
    private let targetPartiallyFailed: MetricCounter
    private let targetSkipped: MetricCounter
    private let concurrency: MetricLevel

    /// - Parameter accountID: of the account, which has metrics of all its pipes together.
    init(_ pipe: String, accountID: String, _ store: MetricStore) {
        func distribution(_ name: Name) -> MetricDistribution {
            store.distribution(for: Self.identity(name, pipe), unit: name.unit)
        }
        func counter(_ name: Name) -> MetricCounter { store.counter(for: Self.identity(name, pipe), unit: name.unit) }
        func account(_ name: String) -> MetricIdentity {
            MetricIdentity(Self.namespace, name, ["AwsAccountId": accountID])
        }
        func both(_ name: Name) -> [MetricCounter] {
            [counter(name), store.counter(for: account(name.rawValue), unit: name.unit)]
        }
        duration = distribution(.duration)
        eventCount = distribution(.eventCount)
        eventSize = distribution(.eventSize)
        enrichmentDuration = distribution(.enrichmentStageDuration)
        targetDuration = distribution(.targetStageDuration)
        invocations = both(.invocations)
        throttled = both(.executionThrottled)
        timeout = counter(.executionTimeout)
        failed = counter(.executionFailed)
        partiallyFailed = counter(.executionPartiallyFailed)
        enrichmentFailed = counter(.enrichmentStageFailed)
        targetFailed = counter(.targetStageFailed)
        targetPartiallyFailed = counter(.targetStagePartiallyFailed)
        targetSkipped = counter(.targetStageSkipped)
        concurrency = store.level(for: account("Concurrency"), unit: .none)
    }

    private static func identity(_ name: Name, _ pipe: String) -> MetricIdentity {
        MetricIdentity(namespace, name.rawValue, ["PipeName": pipe])
    }

    /// Lets go of the metrics of a pipe that is no more; those of the account stay.
    static func retire(_ pipe: String, in store: MetricStore) {
        for name in Name.allCases { store.retire(identity(name, pipe)) }
    }

    func began() { concurrency.change(by: 1) }

    func ended(_ execution: PipeExecution) {
        concurrency.change(by: -1)
        for counter in invocations { counter.add() }
        for counter in throttled { counter.add(execution.ending == .throttled ? 1 : 0) }
        // No execution is cut: a function's own time-out is the function's error, as on AWS.
        timeout.add(0)
        failed.add(execution.ending == .failed ? 1 : 0)
        partiallyFailed.add(execution.ending == .partlyFailed ? 1 : 0)
        duration.record(execution.duration.milliseconds)
        eventCount.record(Double(execution.eventCount))
        eventSize.record(Double(execution.payloadBytes))
        if let stage = execution.enrichment {
            enrichmentDuration.record(stage.duration.milliseconds)
            enrichmentFailed.add(stage.ending == .succeeded ? 0 : 1)
        }
        if let stage = execution.target { targetDuration.record(stage.duration.milliseconds) }
        let ending = execution.target?.ending
        targetFailed.add(ending == .failed || ending == .throttled ? 1 : 0)
        targetPartiallyFailed.add(ending == .partlyFailed ? 1 : 0)
        targetSkipped.add(execution.isTargetSkipped ? 1 : 0)
    }
}
