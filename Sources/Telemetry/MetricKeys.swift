internal import Storage

/// Keys of the keyspace `metrics`.
///
///     0, number                     a series: its JSON
///     1, day, number, minute        its point of that minute
///
/// A day is counted from 1970 in UTC. It comes first, so that one range deletion lets go of a day of all metrics.
enum MetricKeys {
    private static let series: UInt8 = 0
    private static let points: UInt8 = 1
    static let minutesPerDay: Int64 = 1_440
    /// Bytes before the minute.
    private static let minuteOffset = 9

    static func series(_ number: UInt32) -> [UInt8] {
        var key = [series]
        key.appendBigEndian(number)
        return key
    }

    /// The bounds of all series.
    static var allSeries: (lower: [UInt8], upper: [UInt8]) { ([series], [points]) }

    static func seriesNumber(_ key: RawSpan) -> UInt32 { UInt32(bigEndianBytes: key.bytes(from: 1)[...]) }

    /// - Parameter minute: since 1970.
    static func point(_ number: UInt32, minute: Int64) -> [UInt8] {
        let (day, minute) = divided(minute)
        return point(number, day: day, minute: minute)
    }

    private static func point(_ number: UInt32, day: UInt32, minute: UInt16) -> [UInt8] {
        var key = start(ofDay: day)
        key.appendBigEndian(number)
        key.appendBigEndian(minute)
        return key
    }

    /// The bounds of a series' points of the part of a day that lies in a range of minutes since 1970.
    static func points(
        _ number: UInt32, ofDay day: UInt32, in minutes: Range<Int64>
    ) -> (lower: [UInt8], upper: [UInt8]) {
        let start = Int64(day) * minutesPerDay
        let range = minutes.clamped(to: start..<start + minutesPerDay)
        return (
            point(number, day: day, minute: UInt16(range.lowerBound - start)),
            point(number, day: day, minute: UInt16(range.upperBound - start))
        )
    }

    /// Where a day's points begin, and those of the days before end.
    static func start(ofDay day: UInt32) -> [UInt8] {
        var key = [points]
        key.appendBigEndian(day)
        return key
    }

    /// The minute since 1970 of a point's key on a day.
    static func minute(_ key: RawSpan, ofDay day: UInt32) -> Int64 {
        let minute = UInt16(bigEndian: key.unsafeLoadUnaligned(fromByteOffset: minuteOffset, as: UInt16.self))
        return Int64(day) * minutesPerDay + Int64(minute)
    }

    /// What is before 1970 counts as its beginning.
    static func day(_ minute: Int64) -> UInt32 { divided(minute).day }

    private static func divided(_ minute: Int64) -> (day: UInt32, minute: UInt16) {
        let (day, rest) = max(0, minute).quotientAndRemainder(dividingBy: minutesPerDay)
        return (UInt32(clamping: day), UInt16(rest))
    }
}
