/// When a shard is read again: at once while little comes; where much comes, a while after the last read, so that what comes
/// meanwhile is one read and one batch, not many of each.
///
/// A pipe on AWS polls each shard some times a second; here a commit wakes the reader. Above 400 records a second in a shard
/// batches of one or two would cost a function call and several wake-ups each: at 15,000 orders a second in four shards, reads
/// 10 ms apart bring 37 records each. Nobody waits longer for it than the interval.
struct ReadRhythm {
    /// Least time from one read to the next of a busy shard. Ours, as the next two.
    static let interval = Duration.milliseconds(10)
    /// How long records are counted to tell whether a shard is busy.
    static let window = Duration.milliseconds(100)
    /// Records in a window that make a shard busy.
    static let busyCount = 40

    private var windowStart: Duration
    private var countInWindow = 0
    private var countBefore = 0
    private var lastRead: Duration?

    /// - Parameter now: of a clock that only goes forward, as all times here.
    init(now: Duration) { windowStart = now }

    /// How long to wait before a read, once there are records.
    mutating func wait(now: Duration) -> Duration {
        roll(now)
        guard max(countBefore, countInWindow) >= Self.busyCount, let lastRead else { return .zero }
        return max(.zero, lastRead + Self.interval - now)
    }

    /// Takes note of a read.
    ///
    /// - Parameter isFull: it brought as many as it asked for. Then more wait already, and the next one is due at once.
    mutating func note(count: Int, isFull: Bool, now: Duration) {
        roll(now)
        countInWindow += count
        lastRead = isFull ? nil : now
    }

    private mutating func roll(_ now: Duration) {
        let passed = now - windowStart
        guard passed >= Self.window else { return }
        countBefore = passed < Self.window * 2 ? countInWindow : 0
        countInWindow = 0
        windowStart = now
    }
}
