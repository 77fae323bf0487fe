public import CoreMetrics
import MetricMath

/// Lets swift-metrics record into a ``MetricStore``. It is given to each `Counter` or `Timer` by name (`factory:`), never
/// made the process's own, so that several engines can live in one process.
///
/// A label is `NAMESPACE/NAME`, such as `AWS/Lambda/Invocations`; the name begins behind the last slash. Timers count
/// milliseconds; a recorder that does not aggregate, and a meter, is a level. Other units: record through the store.
public struct MetricStoreFactory: MetricsFactory {
    private let store: MetricStore
    private let namespace: String

    /// - Parameter namespace: of labels without a slash.
    public init(_ store: MetricStore, namespace: String) {
        self.store = store
        self.namespace = namespace
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions)
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counter(label, dimensions)
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        level(label, dimensions)
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate ? distribution(label, dimensions, .none) : level(label, dimensions)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        distribution(label, dimensions, .milliseconds)
    }

    public func destroyCounter(_ handler: any CounterHandler) { retire(handler) }
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { retire(handler) }
    public func destroyMeter(_ handler: any MeterHandler) { retire(handler) }
    public func destroyRecorder(_ handler: any RecorderHandler) { retire(handler) }
    public func destroyTimer(_ handler: any TimerHandler) { retire(handler) }

    private func retire(_ handler: AnyObject) {
        guard let handler = handler as? any RecordsMetric else { return }
        store.retire(handler.identity)
    }

    private func identity(_ label: String, _ dimensions: [(String, String)]) -> MetricIdentity {
        let slash = label.lastIndex(of: "/")
        return MetricIdentity(
            namespace: slash.map { String(label[..<$0]) } ?? namespace,
            name: slash.map { String(label[label.index(after: $0)...]) } ?? label,
            dimensions: dimensions.map { .init($0, $1) })
    }

    private func counter(_ label: String, _ dimensions: [(String, String)]) -> CounterHandlerOfStore {
        let identity = identity(label, dimensions)
        return CounterHandlerOfStore(identity, store.counter(for: identity))
    }

    private func distribution(
        _ label: String, _ dimensions: [(String, String)], _ unit: StandardUnit
    ) -> DistributionHandlerOfStore {
        let identity = identity(label, dimensions)
        return DistributionHandlerOfStore(identity, store.distribution(for: identity, unit: unit))
    }

    private func level(_ label: String, _ dimensions: [(String, String)]) -> LevelHandlerOfStore {
        let identity = identity(label, dimensions)
        return LevelHandlerOfStore(identity, store.level(for: identity))
    }
}

private protocol RecordsMetric: AnyObject { var identity: MetricIdentity { get } }

private final class CounterHandlerOfStore: CounterHandler, FloatingPointCounterHandler, RecordsMetric {
    let identity: MetricIdentity
    private let counter: MetricCounter

    init(_ identity: MetricIdentity, _ counter: MetricCounter) { (self.identity, self.counter) = (identity, counter) }

    func increment(by amount: Int64) { counter.add(Double(amount)) }
    func increment(by amount: Double) { counter.add(amount) }
    /// Nothing: what has happened has happened, and CloudWatch takes no value back.
    func reset() {}
}

private final class DistributionHandlerOfStore: RecorderHandler, TimerHandler, RecordsMetric {
    let identity: MetricIdentity
    private let distribution: MetricDistribution

    init(_ identity: MetricIdentity, _ distribution: MetricDistribution) {
        (self.identity, self.distribution) = (identity, distribution)
    }

    func record(_ value: Int64) { distribution.record(Double(value)) }
    func record(_ value: Double) { distribution.record(value) }
    func recordNanoseconds(_ duration: Int64) { distribution.record(Double(duration) / 1_000_000) }
}

private final class LevelHandlerOfStore: RecorderHandler, MeterHandler, RecordsMetric {
    let identity: MetricIdentity
    private let level: MetricLevel

    init(_ identity: MetricIdentity, _ level: MetricLevel) { (self.identity, self.level) = (identity, level) }

    func record(_ value: Int64) { level.set(Double(value)) }
    func record(_ value: Double) { level.set(value) }
    func set(_ value: Int64) { level.set(Double(value)) }
    func set(_ value: Double) { level.set(value) }
    func increment(by amount: Double) { level.change(by: amount) }
    func decrement(by amount: Double) { level.change(by: -amount) }
}
