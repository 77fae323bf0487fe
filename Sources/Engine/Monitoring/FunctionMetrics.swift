import Clocks
import Functions
import Logging
import Synchronization
import Telemetry

/// A function's metrics, in `AWS/Lambda` (facts 6.2), and those that it prints in the embedded metric format.
///
/// Functions are made before the store is open; what they do until then, such as their start, is counted nowhere.
final class FunctionMetrics: FunctionObserver {
    private struct Recorders {
        let invocations: MetricCounter
        let errors: MetricCounter
        let throttles: MetricCounter
        let duration: MetricDistribution
        let concurrency: MetricLevel
        let store: MetricStore
    }

    private let name: String
    private let logGroup: String
    private let logger: Logger
    private let recorders = Mutex<Recorders?>(nil)

    init(_ name: String, logGroup: String, logger: Logger) {
        self.name = name
        self.logGroup = logGroup
        self.logger = logger
    }

    /// From now on what happens is recorded there.
    func open(_ store: MetricStore) {
        func identity(_ metric: String) -> MetricIdentity { MetricIdentity("AWS/Lambda", metric, ["FunctionName": name]) }
        let opened = Recorders(
            invocations: store.counter(for: identity("Invocations")), errors: store.counter(for: identity("Errors")),
            throttles: store.counter(for: identity("Throttles")),
            duration: store.distribution(for: identity("Duration"), unit: .milliseconds),
            concurrency: store.level(for: identity("ConcurrentExecutions")), store: store)
        recorders.withLock { $0 = opened }
    }

    func invoked(duration: Duration, isError: Bool) {
        guard let recorders = recorders.withLock({ $0 }) else { return }
        recorders.invocations.add()
        // Not sparse: AWS emits 0 for an invocation without an error.
        recorders.errors.add(isError ? 1 : 0)
        recorders.throttles.add(0)
        recorders.duration.record(duration.milliseconds)
    }

    func throttled() { recorders.withLock { $0 }?.throttles.add() }

    func runs(_ count: Int) { recorders.withLock { $0 }?.concurrency.set(Double(count)) }

    func wrote(_ line: String) {
        // Before the lock: nearly no line is one.
        guard line.utf8.first == UInt8(ascii: "{"), let store = recorders.withLock({ $0?.store }) else { return }
        var line = line
        let metrics = line.withUTF8 { EmbeddedMetrics.read(RawSpan(_unsafeElements: $0)) }
        switch metrics {
        case .none: break
        case .data(let data):
            // Work of its own: the process's output does not wait for the store.
            Task { [logger, name] in
                do { try await store.put(data) } catch {
                    logger.warning(
                        "metrics that a function printed are not taken",
                        metadata: ["function": "\(name)", "reason": "\(error)"])
                }
            }
        case .invalid(let failure):
            let identity = MetricIdentity("AWS/Logs", failure.kind.rawValue, ["LogGroupName": logGroup])
            store.counter(for: identity).add()
        }
    }
}
