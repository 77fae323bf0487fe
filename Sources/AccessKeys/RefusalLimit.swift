import Clocks

/// How many refusals are written down: some at once and then one a second. The others are counted.
struct RefusalLimit {
    /// Lines that may follow each other at once.
    static let burst = 20
    static let interval = Duration.seconds(1)

    private var credit = Self.burst
    private var since: Timestamp?
    private var passedOver = 0

    /// - Returns: how many refusals before this one were not written down; nil when this one is not either.
    mutating func take(_ now: Timestamp) -> Int? {
        if let last = since {
            let passed = now - last
            let earned = passed < .zero ? 0 : Int(passed.microseconds / Self.interval.microseconds)
            if earned > 0 || passed < .zero {
                credit = min(credit + earned, Self.burst)
                since = passed < .zero || credit == Self.burst ? now : last + Self.interval * earned
            }
        } else {
            since = now
        }
        guard credit > 0 else {
            passedOver += 1
            return nil
        }
        credit -= 1
        defer { passedOver = 0 }
        return passedOver
    }
}
