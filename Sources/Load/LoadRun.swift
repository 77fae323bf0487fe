/// What an open-loop load does: which request is due when, and what came of each.
///
/// A value without a clock, a socket or a thread. A shell asks it for what is due and tells it of outcomes:
///
///     while let request = run.take(now: now) { send(request) }
///     run.end(request, .acknowledged, now: now)
///
/// Requests become due by the schedule alone. One that finds no connection free waits in line, and its latency counts
/// from the moment at which it was due: nothing is hidden by what is slow.
public struct LoadRun: Sendable {
    /// A request, one of its writes or more.
    public struct Request: Sendable {
        /// In nanoseconds after the start.
        public let due: UInt64
        public let writes: [OrderWrite]
    }

    /// How things stand, in writes.
    public struct Progress: Sendable, Hashable {
        public var offered = 0
        public var acknowledged = 0
        public var errors = 0
        /// Writes that are sent and not answered, and those that wait in line.
        public var inFlight = 0
        public var waiting = 0
    }

    /// Longest time that a request waits for a connection before it is given up, and then for its answer: as AWS's SDKs
    /// wait for an answer.
    public static let patienceNanoseconds: UInt64 = 30_000_000_000

    /// Writes in a request.
    public let batch: Int
    public private(set) var measure: Measure
    /// Orders whose first write is acknowledged, one in ``sampleStep``.
    public private(set) var sample: [Int] = []
    private let sampleStep: Int

    private var schedule: Schedule
    private var source: OrderSource
    /// The moment of the next request; nil when there are no more.
    public private(set) var nextDue: UInt64?
    private var inFlight = 0
    /// When the last outcome came, in nanoseconds after the start.
    public private(set) var lastOutcome: UInt64 = 0
    /// When the load was stopped before its time; nil when it was not.
    public private(set) var stoppedAt: UInt64?
    /// Writes that stood in line when the load was stopped: they were never begun.
    public private(set) var unsent = 0

    /// - Parameters:
    ///   - schedule: of requests, not of writes.
    ///   - sampleStep: keeps the number of one order in so many for ``sample``, 1 or more.
    ///   - logStart: see ``Measure/init(logStart:)``.
    public init(schedule: Schedule, source: OrderSource, batch: Int, sampleStep: Int = 1, logStart: Int64? = nil) {
        self.schedule = schedule
        self.source = source
        self.batch = batch
        self.sampleStep = sampleStep
        measure = Measure(logStart: logStart)
        nextDue = self.schedule.next()
    }

    /// Whether every request has its outcome and no more will come.
    public var isOver: Bool { nextDue == nil && inFlight == 0 }

    /// Writes a second that the schedule asked for, over its time or until it was stopped.
    public var offeredPerSecond: Double { Double(measure.offered) / scheduledSeconds }

    /// Writes a second that were acknowledged, until the last outcome.
    public var achievedPerSecond: Double { Double(measure.acknowledged) / seconds }

    /// From the start to the schedule's end, or to the last outcome when that came later.
    public var seconds: Double { max(scheduledSeconds, Double(lastOutcome) / 1e9) }

    private var scheduledSeconds: Double { max(stoppedAt.map { Double($0) / 1e9 } ?? schedule.seconds, 1e-3) }

    /// How things stand at a moment, in nanoseconds after the start.
    public func progress(now: UInt64) -> Progress {
        let due = schedule.expectedCount(after: Double(now) / 1e9) * Double(batch)
        let waiting = nextDue == nil ? 0 : max(0, Int(due) - measure.offered)
        return Progress(
            offered: measure.offered + waiting, acknowledged: measure.acknowledged, errors: measure.errors,
            inFlight: inFlight, waiting: waiting)
    }

    // MARK: Events

    /// The next request that is due, to be sent now; nil when none is. What has waited too long is given up before.
    public mutating func take(now: UInt64) -> Request? {
        giveUp(now: now)
        guard let due = nextDue, due <= now else { return nil }
        return begin(due)
    }

    /// The next request before it is due, for a shell that waits for its moment itself; nil when there are no more.
    public mutating func takeAhead(now: UInt64) -> Request? {
        giveUp(now: now)
        guard let due = nextDue else { return nil }
        return begin(due)
    }

    /// Gives up what has waited too long for a connection.
    public mutating func giveUp(now: UInt64) {
        while let due = nextDue, due + Self.patienceNanoseconds < now {
            end(begin(due), .failed(type: WriteOutcome.ErrorType.notSent, isUncertain: false), now: now)
        }
    }

    private mutating func begin(_ due: UInt64) -> Request {
        nextDue = schedule.next()
        inFlight += batch
        measure.begin(due: due, writes: batch)
        return Request(due: due, writes: (0..<batch).map { _ in source.next() })
    }

    /// A request has its outcome.
    public mutating func end(_ request: Request, _ outcome: WriteOutcome, now: UInt64) {
        inFlight -= batch
        lastOutcome = max(lastOutcome, now)
        measure.end(due: request.due, writes: batch, outcome, now: now)
        guard outcome == .acknowledged else { return }
        for write in request.writes where !write.isUpdate && write.order % sampleStep == 0 {
            sample.append(write.order)
        }
    }

    /// Takes back a request of ``takeAhead(now:)`` whose moment has not come when the load is stopped, and so stops it:
    /// it may have been the last one.
    public mutating func withdraw(_ request: Request, now: UInt64) {
        stop(now: now)
        stoppedAt = stoppedAt ?? now
        inFlight -= batch
        measure.withdraw(due: request.due, writes: batch)
    }

    /// Closes the figures of the seconds that are over: to be called about once a second.
    public mutating func closeSeconds() { measure.close(before: nextDue) }

    /// Ends the schedule now. What stands in line is not begun, and no error; what is under way has its outcome later.
    public mutating func stop(now: UInt64) {
        guard nextDue != nil else { return }
        stoppedAt = stoppedAt ?? now
        while let due = nextDue, due <= now {
            unsent += batch
            nextDue = schedule.next()
        }
        nextDue = nil
    }
}
