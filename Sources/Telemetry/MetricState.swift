internal import Clocks

/// What a metric store holds in memory. Values and rules only: ``MetricStore`` reads and writes around it.
struct MetricState {
    /// Points by minute since 1970 and by series.
    typealias Minutes = [Int64: [UInt32: MetricPoint]]

    struct Entry {
        let series: MetricSeries
        /// The minute since 1970 of its last value.
        var lastMinute: Int64
        /// Whether the store has it.
        var isStored: Bool
    }

    /// How many metrics somebody may put. AWS has no limit; here each takes memory.
    static let seriesCountMax = 10_000
    /// Minutes that may wait for a disk that refuses them; then the oldest is let go of.
    static let waitingMinutesMax = 60

    private(set) var entries: [UInt32: Entry] = [:]
    private var numbers: [MetricSeries: UInt32] = [:]
    private var numbersOfIdentity: [MetricIdentity: [UInt32]] = [:]
    private var nextNumber: UInt32 = 1
    private(set) var recorders: [RecorderKey: MetricRecorder] = [:]

    private(set) var history = SecondHistory()
    /// Values that nobody writes yet.
    private(set) var waiting: Minutes = [:]
    /// Values that are on their way to the store.
    private var leaving: Minutes = [:]
    /// The same, joined with what the store had: from the moment that it may have them, this stands for both.
    private var joined: Minutes = [:]
    /// Changes when values that were `leaving` may be in the store.
    private(set) var writeCount = 0

    /// The first day of which points are kept; nil before the days before it are deleted.
    private var firstDay: UInt32?
    /// The second since 1970 that is under way.
    private(set) var second: Int64
    var minute: Int64 { second / 60 }
    /// Whether a minute has ended that ``endSecond(now:)`` has not told of.
    private var hasMinuteEnded = false

    struct RecorderKey: Hashable {
        var series: UInt32
        var kind: MetricRecorder.Kind
    }

    init(now: Timestamp) { second = max(0, now.seconds) }

    // MARK: Series

    mutating func load(_ series: MetricSeries, number: UInt32, lastMinute: Int64) {
        entries[number] = Entry(series: series, lastMinute: lastMinute, isStored: true)
        numbers[series] = number
        numbersOfIdentity[series.identity, default: []].append(number)
        nextNumber = max(nextNumber, number + 1)
    }

    /// The number of a series, which is new or not.
    mutating func number(of series: MetricSeries) -> UInt32 {
        if let number = numbers[series] { return number }
        let number = nextNumber
        load(series, number: number, lastMinute: -1)
        entries[number]?.isStored = false
        return number
    }

    func knows(_ series: MetricSeries) -> Bool { numbers[series] != nil }

    func numbers(of identity: MetricIdentity) -> [UInt32] { numbersOfIdentity[identity] ?? [] }

    mutating func markStored(_ stored: some Sequence<UInt32>) {
        for number in stored { entries[number]?.isStored = true }
    }

    mutating func note(_ number: UInt32, hasValuesAt minute: Int64) {
        guard let last = entries[number]?.lastMinute, last < minute else { return }
        entries[number]?.lastMinute = minute
    }

    /// Lets go of the series that have no points left and that nobody records; nil when that was done today.
    ///
    /// - Returns: the first day of which points are kept, and the numbers of what is let go of.
    mutating func forgetOldDays() -> (firstDay: UInt32, numbers: [UInt32])? {
        let oldest = minute - MetricStore.retentionMinutes
        let day = MetricKeys.day(oldest)
        guard day != firstDay else { return nil }
        firstDay = day
        return (day, forgetSeries(before: oldest))
    }

    private mutating func forgetSeries(before minute: Int64) -> [UInt32] {
        let recorded = Set(recorders.keys.map(\.series))
        let old = entries.filter { $0.value.lastMinute < minute && !recorded.contains($0.key) }
        for (number, entry) in old {
            entries[number] = nil
            numbers[entry.series] = nil
            numbersOfIdentity[entry.series.identity]?.removeAll { $0 == number }
            if numbersOfIdentity[entry.series.identity]?.isEmpty == true {
                numbersOfIdentity[entry.series.identity] = nil
            }
        }
        return Array(old.keys)
    }

    // MARK: Recording

    /// The recorder of a series, one for all that ask.
    mutating func recorder(of series: MetricSeries, _ kind: MetricRecorder.Kind) -> MetricRecorder {
        let key = RecorderKey(series: number(of: series), kind: kind)
        if let recorder = recorders[key] { return recorder }
        let recorder = MetricRecorder(series: series, kind: kind)
        recorders[key] = recorder
        return recorder
    }

    /// Takes the recorders' values as those of the second that was under way, and goes on to the present one.
    mutating func takeValues(now: Timestamp) {
        for (key, recorder) in recorders { take(recorder, key.series) }
        let before = minute
        second = max(0, now.seconds)
        history.trim(now: second)
        if minute != before { hasMinuteEnded = true }
    }

    /// The same, for whoever writes what is over.
    ///
    /// - Returns: whether a minute has ended since the last time.
    mutating func endSecond(now: Timestamp) -> Bool {
        takeValues(now: now)
        defer { hasMinuteEnded = false }
        return hasMinuteEnded
    }

    /// Takes the last values of a metric's recorders and lets go of them.
    mutating func retire(_ identity: MetricIdentity) {
        for (key, recorder) in recorders where recorder.series.identity == identity {
            take(recorder, key.series)
            recorders[key] = nil
        }
    }

    private mutating func take(_ recorder: MetricRecorder, _ number: UInt32) {
        recorder.endSecond { point in
            history.add(point, to: number, at: second)
            waiting[minute, default: [:]][number, default: MetricPoint()].merge(point)
            note(number, hasValuesAt: minute)
        }
    }

    /// Takes values that somebody put.
    ///
    /// - Returns: false when they are not of the present minute: then they are to be written now, for what is in memory is
    ///   lost with the process.
    mutating func put(_ point: MetricPoint, to number: UInt32, at time: Timestamp, resolution: StorageResolution)
        -> Bool
    {
        let minute = time.seconds / 60
        note(number, hasValuesAt: minute)
        // A point of a whole minute shows at its beginning.
        history.add(point, to: number, at: resolution == .second ? time.seconds : minute * 60)
        guard minute == self.minute else { return false }
        waiting[minute, default: [:]][number, default: MetricPoint()].merge(point)
        return true
    }

    // MARK: Writing

    /// Takes what waits for the store, of all minutes but the present one, or of all; nothing while the last is under way.
    mutating func beginWriting(withPresent: Bool = false) -> Minutes {
        guard leaving.isEmpty else { return [:] }
        leaving = waiting.filter { withPresent || $0.key != minute }
        for minute in leaving.keys { waiting[minute] = nil }
        return leaving
    }

    /// The store may have these points any moment: they are what was taken, each joined with what was there.
    mutating func mayBeWritten(_ joined: Minutes) {
        self.joined = joined
        writeCount += 1
    }

    /// The store has refused them after all.
    mutating func isRefused() {
        joined = [:]
        writeCount += 1
    }

    /// The points are in the store.
    mutating func endWriting() {
        leaving = [:]
        joined = [:]
    }

    /// The points wait again.
    ///
    /// - Returns: the number of minutes that are given up because too many wait.
    mutating func putBack() -> Int {
        for (minute, points) in leaving {
            for (number, point) in points { waiting[minute, default: [:]][number, default: MetricPoint()].merge(point) }
        }
        leaving = [:]
        let excess = waiting.keys.filter { $0 != minute }.sorted().dropLast(Self.waitingMinutesMax)
        for minute in excess { waiting[minute] = nil }
        return excess.count
    }

    // MARK: Reading

    /// Points that the store may not have.
    struct Unwritten {
        /// To be joined with the store's.
        var added: [(minute: Int64, point: MetricPoint)] = []
        /// Stand for the store's.
        var joined: [Int64: MetricPoint] = [:]
    }

    func unwritten(_ number: UInt32, in minutes: Range<Int64>) -> Unwritten {
        var found = Unwritten()
        for (minute, points) in joined where minutes.contains(minute) { found.joined[minute] = points[number] }
        for (minute, points) in leaving where minutes.contains(minute) && found.joined[minute] == nil {
            if let point = points[number] { found.added.append((minute, point)) }
        }
        for (minute, points) in waiting where minutes.contains(minute) {
            if let point = points[number] { found.added.append((minute, point)) }
        }
        return found
    }
}
