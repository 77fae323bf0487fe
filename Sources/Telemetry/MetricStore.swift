public import Clocks
public import Logging
public import MetricMath
public import Storage
import Synchronization

/// All metrics of an engine: where they are recorded, rolled up, kept and read.
///
/// Values become points of one second, which stay in memory for three hours, and points of one minute, which stay in the
/// store for fifteen days. A minute without values has no point. At a kill -9 the values of the present minute are lost, and
/// no others; a stop by cancellation of ``run()`` loses none.
///
/// Thread safety: every method may be called from any thread.
public final class MetricStore: Sendable {
    /// How long points of a minute are kept, as on AWS. They go by whole days, so some are there for a day longer.
    public static let retention = Duration.seconds(15 * 86_400)
    static let retentionMinutes: Int64 = 15 * MetricKeys.minutesPerDay

    let database: Database
    let writer: GroupCommitWriter
    let time: any TimeSource
    let logger: Logger
    let state: Mutex<MetricState>

    /// Opens the metrics of a store. Costs one look for each metric and day, so some milliseconds for a hundred metrics.
    ///
    /// - Throws: `StorageError`, or ``MetricError`` with code `damaged`.
    public init(
        database: Database, writer: GroupCommitWriter, time: any TimeSource, logger: Logger
    ) throws {
        self.database = database
        self.writer = writer
        self.time = time
        self.logger = logger
        var state = MetricState(now: time.now())
        let firstDay = MetricKeys.day(state.minute - Self.retentionMinutes)
        let days = try StoredMetrics.days(of: database).filter { $0 >= firstDay }
        for (number, series) in try StoredMetrics.series(of: database) {
            let last = try StoredMetrics.lastMinute(of: number, in: database, days: days)
            state.load(series, number: number, lastMinute: last ?? -1)
        }
        self.state = Mutex(state)
    }

    // MARK: Recorders

    /// Where a count is recorded. Obtained once; the same for all that ask for the same metric and unit.
    public func counter(for identity: MetricIdentity, unit: StandardUnit = .count) -> MetricCounter {
        MetricCounter(recorder: recorder(for: identity, unit, .counter))
    }

    /// Where durations, sizes and the like are recorded.
    public func distribution(for identity: MetricIdentity, unit: StandardUnit) -> MetricDistribution {
        MetricDistribution(recorder: recorder(for: identity, unit, .distribution))
    }

    /// Where a level is set. It has no values before the first.
    public func level(for identity: MetricIdentity, unit: StandardUnit = .count) -> MetricLevel {
        MetricLevel(recorder: recorder(for: identity, unit, .level))
    }

    /// Lets go of a metric's recorders, because what they record of is no more. What was recorded stays; what is recorded
    /// with them from now on is not kept.
    public func retire(_ identity: MetricIdentity) { state.withLock { $0.retire(identity) } }

    private func recorder(
        for identity: MetricIdentity, _ unit: StandardUnit, _ kind: MetricRecorder.Kind
    ) -> MetricRecorder {
        state.withLock { $0.recorder(of: MetricSeries(identity: identity, unit: unit), kind) }
    }

    // MARK: Rolling up

    /// Rolls values up at the end of each second and writes them at the end of each minute, until it is cancelled; then it
    /// writes what is left.
    public func run() async {
        await withDiscardingTaskGroup { group in
            while (try? await time.sleep(for: untilNextSecond)) != nil {
                // Beside the loop: a slow disk must not make the seconds longer.
                if endSecond() { group.addTask { await self.writeEndedMinutes() } }
            }
        }
        _ = endSecond()
        await write { $0.beginWriting(withPresent: true) }
    }

    /// Makes what was recorded until now part of what is read; what waits for the end of its second otherwise.
    package func takeValues() {
        let now = time.now()
        state.withLock { $0.takeValues(now: now) }
    }

    private var untilNextSecond: Duration {
        let now = time.now()
        return Timestamp(seconds: now.seconds + 1) - now
    }

    /// - Returns: whether a minute has ended.
    package func endSecond() -> Bool {
        let now = time.now()
        return state.withLock { $0.endSecond(now: now) }
    }

    /// Brings the minutes that are over to the store, and lets go of old days.
    package func writeEndedMinutes() async {
        await write { $0.beginWriting() }
        await forgetOldDays()
    }
}
