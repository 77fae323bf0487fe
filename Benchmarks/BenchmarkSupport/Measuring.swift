import CSyncCount
import Foundation

/// Nanoseconds of a clock that only goes forward.
package func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// What a stretch of work took.
package struct Stretch {
    /// What was counted: orders, items, requests.
    package var count: Int
    package var seconds: Double
    /// User and system time of the process, all threads.
    package var processorSeconds: Double
    package var syncs: Int
    package var syncSeconds: Double
    /// Each one's time to its answer, in microseconds, sorted; empty where it was not measured.
    package var latencies: [UInt32] = []

    package var rate: Double { Double(count) / seconds }
    package var processorMicroseconds: Double { processorSeconds * 1e6 / Double(count) }
    /// Orders for each sync; nil without syncs.
    package var group: Double? { syncs == 0 ? nil : Double(count) / Double(syncs) }

    /// In milliseconds.
    package func percentile(_ percent: Double) -> Double? {
        guard !latencies.isEmpty else { return nil }
        let place = Int((Double(latencies.count) * percent / 100).rounded(.up)) - 1
        return Double(latencies[min(max(place, 0), latencies.count - 1)]) / 1_000
    }
}

/// The counters at one moment.
package struct Stopwatch {
    package init() {}

    private let start = monotonicNanoseconds()
    private let processor = Self.processorSeconds()
    private let syncs = sync_count()
    private let syncNanoseconds = sync_nanoseconds()

    package func measured(_ count: Int, latencies: [UInt32] = []) -> Stretch {
        Stretch(
            count: count, seconds: Double(monotonicNanoseconds() - start) / 1e9,
            processorSeconds: Self.processorSeconds() - processor, syncs: Int(sync_count() - syncs),
            syncSeconds: Double(sync_nanoseconds() - syncNanoseconds) / 1e9, latencies: latencies.sorted())
    }

    /// The same for work that makes no syncs: the few in the meantime are of RocksDB's background.
    package func measuredReads(_ count: Int) -> Stretch {
        var measured = measured(count)
        (measured.syncs, measured.syncSeconds) = (0, 0)
        return measured
    }

    private static func processorSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}

/// Resident memory of a process, in bytes; nil when it is gone.
package func residentBytes(of process: Int32 = getpid()) -> Int? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8) else { return nil }
    let fields = text.split(separator: " ")
    return fields.count > 1 ? Int(fields[1]).map { $0 * Int(getpagesize()) } : nil
}
