import CAllocationCount
import MetricMath
import Telemetry
import Testing

@Suite(.enabled(if: allocation_count_available(), "allocations are counted on Linux with glibc, without sanitizers"))
struct RecordAllocationTests {
    /// In a debug build the loops around allocate, so a count says nothing of the recorders.
    private static let isOptimized: Bool = {
        #if DEBUG
            false
        #else
            true
        #endif
    }()

    @Test(.enabled(if: isOptimized, "counted in a release build: swift test -c release, or TelemetryBenchmark --check"))
    func aRecordOfAUsualValueAllocatesNothing() throws {
        let metrics = try OpenMetrics()
        let counter = metrics.store.counter(for: .orders)
        let level = metrics.store.level(for: .orders)
        let duration = metrics.store.distribution(for: .orders, unit: .milliseconds)
        func record() {
            for number in 0..<100 {
                counter.add()
                level.change(by: 1)
                duration.record(Double(number % 50) * 1.25)
            }
        }
        record()
        let before = allocation_count()
        record()
        #expect(allocation_count() == before)
    }
}
