import Clocks
import Functions
import Logging
import MetricMath
import Synchronization
import Telemetry

/// A function's metrics, in `AWS/Lambda`, and those that it prints in the embedded metric format.
///
/// Functions are made before the store is open; what they do until then, such as their start, is counted nowhere. An
/// invocation costs 10 records, about 1 µs.
final class FunctionMetrics: FunctionObserver {
    private struct Recorders {
        let invocations: [MetricCounter]
        let errors: [MetricCounter]
        let throttles: [MetricCounter]
        let duration: [MetricDistribution]
        let concurrency: [MetricLevel]
        let eventsReceived: MetricCounter
        let eventAge: MetricDistribution
        let eventsDropped: MetricCounter
        let store: MetricStore
    }

    private static let namespace = "AWS/Lambda"
    /// Most points that wait for the disk; a line may bring thousands. Ours: bounded memory.
    private static let waitingPointsMax = 100_000

    /// By the function, and without dimensions for all functions together.
    private enum Both: String, CaseIterable {
        case invocations = "Invocations"
        case errors = "Errors"
        case throttles = "Throttles"
        case duration = "Duration"
        case concurrency = "ConcurrentExecutions"
    }

    /// By the function alone.
    private enum Single: String, CaseIterable {
        case eventsReceived = "AsyncEventsReceived"
        case eventAge = "AsyncEventAge"
        case eventsDropped = "AsyncEventsDropped"
    }

    private let name: String
    private let logGroup: String
    private let logger: Logger
    private let recorders = Mutex<Recorders?>(nil)
    private let invocationCount = Atomic(0)
    private let errorCount = Atomic(0)
    private let throttleCount = Atomic(0)
    private let waitingPoints = Atomic(0)

    /// Calls of this run.
    var calls: (invocations: Int, errors: Int, throttles: Int) {
        (
            invocationCount.load(ordering: .relaxed), errorCount.load(ordering: .relaxed),
            throttleCount.load(ordering: .relaxed)
        )
    }

    init(_ name: String, logGroup: String, logger: Logger) {
        self.name = name
        self.logGroup = logGroup
        self.logger = logger
    }

    /// From now on what happens is recorded there.
    func open(_ store: MetricStore) {
        func both<Recorder>(_ metric: Both, _ recorder: (MetricIdentity) -> Recorder) -> [Recorder] {
            [recorder(identity(metric.rawValue)), recorder(MetricIdentity(Self.namespace, metric.rawValue))]
        }
        func single(_ metric: Single) -> MetricIdentity { identity(metric.rawValue) }
        let opened = Recorders(
            invocations: both(.invocations) { store.counter(for: $0) },
            errors: both(.errors) { store.counter(for: $0) },
            throttles: both(.throttles) { store.counter(for: $0) },
            duration: both(.duration) { store.distribution(for: $0, unit: .milliseconds) },
            concurrency: both(.concurrency) { store.level(for: $0) },
            eventsReceived: store.counter(for: single(.eventsReceived)),
            eventAge: store.distribution(for: single(.eventAge), unit: .milliseconds),
            eventsDropped: store.counter(for: single(.eventsDropped)), store: store)
        recorders.withLock { $0 = opened }
    }

    private func identity(_ metric: String) -> MetricIdentity {
        MetricIdentity(Self.namespace, metric, ["FunctionName": name])
    }

    /// Lets go of the metrics of a function that is no more. What it has begun still counts for all functions together.
    func retire() {
        guard let store = recorders.withLock({ $0?.store }) else { return }
        for name in Both.allCases.map(\.rawValue) + Single.allCases.map(\.rawValue) { store.retire(identity(name)) }
    }

    func runs(_ change: Int) {
        guard let recorders = recorders.withLock({ $0 }) else { return }
        for level in recorders.concurrency { level.change(by: Double(change)) }
    }

    func invoked(duration: Duration, isError: Bool) {
        invocationCount.add(1, ordering: .relaxed)
        if isError { errorCount.add(1, ordering: .relaxed) }
        guard let recorders = recorders.withLock({ $0 }) else { return }
        for counter in recorders.invocations { counter.add() }
        // Not sparse: AWS emits 0 for an invocation without an error.
        for counter in recorders.errors { counter.add(isError ? 1 : 0) }
        for counter in recorders.throttles { counter.add(0) }
        for distribution in recorders.duration { distribution.record(duration.milliseconds) }
    }

    func throttled() {
        throttleCount.add(1, ordering: .relaxed)
        for counter in recorders.withLock({ $0?.throttles }) ?? [] { counter.add() }
    }

    // MARK: Asynchronous invocations

    /// An event was accepted.
    func accepted() { recorders.withLock { $0 }?.eventsReceived.add() }

    /// An accepted event reached the function, so long after it was accepted.
    func began(after age: Duration) { recorders.withLock { $0 }?.eventAge.record(max(.zero, age).milliseconds) }

    /// An accepted event is given up.
    func dropped() { recorders.withLock { $0 }?.eventsDropped.add() }

    // MARK: Lines

    private func refused(_ reason: String) {
        logger.warning(
            "metrics that a function printed are not taken",
            metadata: ["function": "\(name)", "reason": "\(reason)"])
    }

    func wrote(_ line: String) {
        // Before the lock: nearly no line is one.
        guard line.utf8.first(where: { $0 != 0x20 && $0 != 0x09 }) == UInt8(ascii: "{"),
            let store = recorders.withLock({ $0?.store })
        else { return }
        var line = line
        let metrics = line.withUTF8 { EmbeddedMetrics.read(RawSpan(_unsafeElements: $0)) }
        switch metrics {
        case .none: break
        case .data(let data):
            do {
                guard let rest = try store.take(data) else { return }
                let count = rest.pointCount
                guard waitingPoints.add(count, ordering: .relaxed).newValue <= Self.waitingPointsMax else {
                    waitingPoints.subtract(count, ordering: .relaxed)
                    return refused("\(Self.waitingPointsMax) values of other minutes wait for the disk already")
                }
                // Work of its own: the process's output does not wait for the disk.
                Task {
                    defer { waitingPoints.subtract(count, ordering: .relaxed) }
                    do { try await store.write(rest) } catch { refused("\(error)") }
                }
            } catch { refused("\(error)") }
        case .invalid(let failure):
            let identity = MetricIdentity("AWS/Logs", failure.kind.rawValue, ["LogGroupName": logGroup])
            store.counter(for: identity).add()
        }
    }
}
