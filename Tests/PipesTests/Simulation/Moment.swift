import Clocks

/// One moment on two clocks: one that runs evenly, and the wall clock, which somebody sets forward and back. Logic sees the
/// wall clock, timers run by the even one, as on a machine.
struct Moment {
    private(set) var even: Timestamp
    private(set) var wall: Timestamp
    /// How often the wall clock was set forward.
    private var leapCount = 0

    static let start = Moment(even: Samples.start, wall: Samples.start)

    private init(even: Timestamp, wall: Timestamp) {
        self.even = even
        self.wall = wall
    }

    /// Time goes by.
    mutating func pass(_ duration: Duration) {
        even = even + duration
        wall = wall + duration
    }

    /// Somebody sets the wall clock.
    mutating func changeClock(by change: Duration) {
        wall = wall + change
        if change > .zero { leapCount += 1 }
    }

    static func + (moment: Moment, duration: Duration) -> Moment {
        var later = moment
        later.pass(duration)
        return later
    }

    /// Whether a wait for this moment may be over. A clock that is set forward may end any wait.
    func hasCome(at now: Moment) -> Bool { even <= now.even || leapCount < now.leapCount }
}
