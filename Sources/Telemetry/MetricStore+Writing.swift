internal import Clocks
import Logging
import Storage
import Synchronization

extension MetricStore {
    /// Writes what is taken out of the state. What the store refuses waits for the next minute.
    func write(_ take: @Sendable (inout MetricState) -> MetricState.Minutes) async {
        let (minutes, names) = state.withLock { state in
            let minutes = take(&state)
            return (minutes, state.unstoredNames(of: minutes))
        }
        guard !minutes.isEmpty else { return }
        do {
            // Unsynced: it survives a kill -9, and nobody was promised more. Any sync of a client's write takes it along.
            try await writer.commit(durability: .unsynced, admission: .always) { transaction in
                let joined = try StoredMetrics.write(minutes, names: names, in: transaction)
                self.state.withLock { $0.mayBeWritten(joined) }
                transaction.whenTakenBack { self.state.withLock { $0.isRefused() } }
            }
            state.withLock {
                $0.endWriting()
                $0.markStored(names.keys)
            }
        } catch {
            let lostCount = state.withLock { $0.putBack() }
            logger.error(
                "metrics are not written; they wait in memory for an hour at most",
                metadata: ["error": "\(error)", "lost-minutes": "\(lostCount)"])
        }
    }

    /// Takes values that somebody puts: all of them, or none when one of them is refused.
    ///
    /// Those of the present minute are in memory when this returns, all others in the store. When the store refuses them,
    /// those of the present minute are taken all the same.
    ///
    /// - Throws: ``MetricError`` with code `invalidValue` or `tooManyMetrics`; `StorageError` when the store refuses them.
    public func put(_ data: [MetricDatum]) async throws {
        if let rest = try take(data) { try await write(rest) }
    }

    /// The part of ``put(_:)`` that waits for nothing.
    ///
    /// - Returns: the values that are not of the present minute, for ``write(_:)``; nil for none.
    /// - Throws: ``MetricError`` with code `invalidValue` or `tooManyMetrics`.
    public func take(_ data: [MetricDatum]) throws(MetricError) -> Rest? {
        let now = time.now()
        for datum in data { try datum.check(now: now) }
        let (minutes, names) = try state.withLock { state throws(MetricError) in try state.put(data, now: now) }
        return minutes.isEmpty ? nil : Rest(minutes: minutes, names: names)
    }

    /// Values of minutes that are over or to come.
    public struct Rest: Sendable {
        let minutes: MetricState.Minutes
        let names: [UInt32: MetricSeries]

        /// Each is read and written.
        public var pointCount: Int { minutes.values.reduce(0) { $0 + $1.count } }
    }

    /// Writes what ``take(_:)`` has left.
    ///
    /// - Throws: `StorageError`.
    public func write(_ rest: Rest) async throws {
        try await writer.commit(durability: .unsynced) { transaction in
            _ = try StoredMetrics.write(rest.minutes, names: rest.names, in: transaction)
        }
        state.withLock { $0.markStored(rest.names.keys) }
    }

    /// Deletes the days of which no minute is to be kept any more, and the metrics that have no others. Does nothing but
    /// once a day.
    func forgetOldDays() async {
        let forgotten = state.withLock { $0.forgetOldDays() }
        guard let (firstDay, numbers) = forgotten else { return }
        do {
            // A day that begins again because the power failed is deleted again the next time.
            try database.deleteRange(.metrics, from: MetricKeys.start(ofDay: 0), to: MetricKeys.start(ofDay: firstDay))
            guard !numbers.isEmpty else { return }
            try await writer.commit(durability: .unsynced, admission: .always) { transaction in
                for number in numbers { transaction.delete(.metrics, MetricKeys.series(number)) }
            }
        } catch {
            logger.error("old metrics are not deleted; they will be at the next day", metadata: ["error": "\(error)"])
        }
    }
}

extension MetricState {
    /// The names that the store must get with these points.
    func unstoredNames(of minutes: Minutes) -> [UInt32: MetricSeries] {
        var names: [UInt32: MetricSeries] = [:]
        for number in minutes.values.lazy.flatMap(\.keys) where names[number] == nil {
            if let entry = entries[number], !entry.isStored { names[number] = entry.series }
        }
        return names
    }

    /// Takes checked values.
    ///
    /// - Returns: those that are to be written now, with the names of new series.
    mutating func put(
        _ data: [MetricDatum], now: Timestamp
    ) throws(MetricError) -> (minutes: Minutes, names: [UInt32: MetricSeries]) {
        var new: Set<MetricSeries> = []
        for datum in data where !knows(datum.series) { new.insert(datum.series) }
        guard new.isEmpty || entries.count + new.count <= Self.seriesCountMax else {
            throw MetricError(
                .tooManyMetrics,
                "There are \(Self.seriesCountMax) metrics already; give fewer values to dimensions, or wait until metrics "
                    + "without values are forgotten after fifteen days.")
        }
        var minutes: Minutes = [:]
        for datum in data {
            let point = datum.point
            guard !point.isEmpty else { continue }
            let time = datum.time ?? now
            let number = number(of: datum.series)
            guard !put(point, to: number, at: time, resolution: datum.resolution) else { continue }
            minutes[time.seconds / 60, default: [:]][number, default: MetricPoint()].merge(point)
        }
        return (minutes, unstoredNames(of: minutes))
    }
}

extension MetricDatum {
    fileprivate var series: MetricSeries { MetricSeries(identity: identity, unit: unit) }
}
