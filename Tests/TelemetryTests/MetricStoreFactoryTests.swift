import CoreMetrics
import MetricMath
import Telemetry
import Testing

@Suite struct MetricStoreFactoryTests {
    @Test func labelsAndDimensionsNameTheMetric() async throws {
        let metrics = try OpenMetrics(at: 1_700_000_100)
        let factory = MetricStoreFactory(metrics.store, namespace: "Sluice")
        Counter(label: "AWS/Lambda/Invocations", dimensions: [("FunctionName", "billing")], factory: factory)
            .increment(by: 3)
        FloatingPointCounter(label: "Shop/Litres", factory: factory).increment(by: 0.25)
        Timer(label: "Shop/Took", factory: factory).recordNanoseconds(2_500_000)
        Recorder(label: "Shop/Sizes", factory: factory).record(7)
        Gauge(label: "open", factory: factory).record(4)
        let meter = Meter(label: "Shop/Level", factory: factory)
        meter.set(10)
        meter.increment(by: 5.0)
        meter.decrement(by: 1.0)
        await metrics.pass(1)
        let expected: [(MetricIdentity, StandardUnit, Double)] = [
            (MetricIdentity("AWS/Lambda", "Invocations", ["FunctionName": "billing"]), .count, 3),
            (MetricIdentity("Shop", "Litres"), .count, 0.25), (MetricIdentity("Shop", "Took"), .milliseconds, 2.5),
            (MetricIdentity("Shop", "Sizes"), .none, 7), (MetricIdentity("Sluice", "open"), .count, 4),
            (MetricIdentity("Shop", "Level"), .count, 14),
        ]
        for (identity, unit, value) in expected {
            #expect(try metrics.query(identity, [.sum], unit: unit).columns == [[value]], "\(identity)")
        }
        #expect(metrics.store.list().count == expected.count)
    }

    @Test func whatIsDestroyedIsRecordedNoMore() async throws {
        let metrics = try OpenMetrics()
        let factory = MetricStoreFactory(metrics.store, namespace: "Sluice")
        let gauge = Meter(label: "open", factory: factory)
        gauge.set(4)
        await metrics.pass(1)
        gauge.destroy()
        #expect(metrics.store.prometheusText().isEmpty)
    }
}
