/// A moment of wall-clock time: microseconds since 1970-01-01T00:00:00Z.
///
/// One unit for everything that is stored or compared: stream records carry it, dead letters print it, ages are
/// differences of it. Microseconds because write-to-function latency is below a millisecond here.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970, UTC.
    public var microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }
    public init(milliseconds: Int64) { self.microseconds = milliseconds * 1_000 }
    public init(seconds: Int64) { self.microseconds = seconds * 1_000_000 }

    /// A moment that somebody else names, to the nearest microsecond.
    ///
    /// Nil before 1970 and beyond the year 9999, where no clock is, and for what is no number: what comes from outside must not be
    /// reckoned with before it is known to fit.
    public init?(secondsSince1970 seconds: Double) {
        guard seconds >= 0, seconds <= Double(ControlledTime.latest.seconds) else { return nil }
        microseconds = Int64((seconds * 1_000_000).rounded())
    }

    /// Whole milliseconds since 1970, rounded down.
    public var milliseconds: Int64 { microseconds.floorDivided(by: 1_000) }
    /// Whole seconds since 1970, rounded down.
    public var seconds: Int64 { microseconds.floorDivided(by: 1_000_000) }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    public static func + (left: Timestamp, right: Duration) -> Timestamp {
        Timestamp(microseconds: left.microseconds + right.microseconds)
    }

    public static func - (left: Timestamp, right: Duration) -> Timestamp {
        Timestamp(microseconds: left.microseconds - right.microseconds)
    }

    /// The time from `right` to `left`; negative when the clock was set back in between.
    public static func - (left: Timestamp, right: Timestamp) -> Duration {
        .microseconds(left.microseconds - right.microseconds)
    }
}

extension Duration {
    /// This duration in whole microseconds, rounded towards zero.
    public var microseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }

    /// This duration in milliseconds, with its fraction.
    public var milliseconds: Double { Double(microseconds) / 1_000 }
}

extension Int64 {
    /// Division that rounds towards minus infinity, so that moments before 1970 keep their order.
    fileprivate func floorDivided(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

/// Stored as the number of microseconds.
extension Timestamp: Codable {
    public init(from decoder: any Decoder) throws {
        self.init(microseconds: try decoder.singleValueContainer().decode(Int64.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(microseconds)
    }
}
