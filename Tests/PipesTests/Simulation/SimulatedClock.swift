import Clocks

/// One moment on two clocks: one that runs evenly, and the wall clock, which somebody sets forward and back. Logic sees the
/// wall clock, timers run by the even one, as on a machine.
struct Moment {
    var even: Timestamp
    var wall: Timestamp

    static let start = Moment(even: Samples.start, wall: Samples.start)

    /// Time goes by.
    mutating func pass(_ duration: Duration) {
        even = even + duration
        wall = wall + duration
    }

    static func + (moment: Moment, duration: Duration) -> Moment {
        var later = moment
        later.pass(duration)
        return later
    }

    /// Whether this moment has come on one of the clocks. A wait that spans a change of the wall clock may end by either.
    func hasCome(at now: Moment) -> Bool { even <= now.even || wall <= now.wall }
}
