internal import Storage

/// Keys of the keyspace `metrics`.
///
///     0, number                     a series: its JSON
///     1, day, number, quarter       its points of the minutes of a quarter of an hour
///
/// A day is counted from 1970 in UTC. It comes first, so that one range deletion lets go of a day of all metrics.
enum MetricKeys {
    private static let series: UInt8 = 0
    private static let points: UInt8 = 1
    static let minutesPerDay: Int64 = 1_440
    /// Minutes of one entry. More would be read faster, and written slower: an entry is written again for each minute.
    private static let minutesPerQuarter: Int64 = 15
    /// Bytes before the quarter.
    private static let quarterOffset = 9

    static func series(_ number: UInt32) -> [UInt8] {
        var key = [series]
        key.appendBigEndian(number)
        return key
    }

    /// The bounds of all series.
    static var allSeries: (lower: [UInt8], upper: [UInt8]) { ([series], [points]) }

    /// The bounds of all points.
    static var allPoints: (lower: [UInt8], upper: [UInt8]) { ([points], [points + 1]) }

    /// The day of an entry of points.
    static func day(_ key: RawSpan) -> UInt32 {
        UInt32(bigEndian: key.unsafeLoadUnaligned(fromByteOffset: 1, as: UInt32.self))
    }

    static func seriesNumber(_ key: RawSpan) -> UInt32 { UInt32(bigEndianBytes: key.bytes(from: 1)[...]) }

    /// The key of a minute since 1970, and its place within the entry.
    static func points(_ number: UInt32, minute: Int64) -> (key: [UInt8], place: UInt8) {
        let (day, minute) = divided(minute)
        let (quarter, place) = minute.quotientAndRemainder(dividingBy: minutesPerQuarter)
        return (points(number, ofDay: day, quarter: quarter), UInt8(place))
    }

    private static func points(_ number: UInt32, ofDay day: UInt32, quarter: Int64) -> [UInt8] {
        var key = start(ofDay: day)
        key.appendBigEndian(number)
        key.appendBigEndian(UInt16(quarter))
        return key
    }

    /// The bounds of a series' entries that hold the part of a day that lies in a range of minutes since 1970.
    static func points(
        _ number: UInt32, ofDay day: UInt32, in minutes: Range<Int64>
    ) -> (lower: [UInt8], upper: [UInt8]) {
        let start = Int64(day) * minutesPerDay
        let range = minutes.clamped(to: start..<start + minutesPerDay)
        return (
            points(number, ofDay: day, quarter: (range.lowerBound - start) / minutesPerQuarter),
            points(
                number, ofDay: day,
                quarter: (range.upperBound - start + minutesPerQuarter - 1) / minutesPerQuarter)
        )
    }

    /// Where a day's points begin, and those of the days before end.
    static func start(ofDay day: UInt32) -> [UInt8] {
        var key = [points]
        key.appendBigEndian(day)
        return key
    }

    /// The minute since 1970 at which an entry's quarter begins.
    static func firstMinute(_ key: RawSpan, ofDay day: UInt32) -> Int64 {
        let quarter = UInt16(bigEndian: key.unsafeLoadUnaligned(fromByteOffset: quarterOffset, as: UInt16.self))
        return Int64(day) * minutesPerDay + Int64(quarter) * minutesPerQuarter
    }

    /// What is before 1970 counts as its beginning.
    static func day(_ minute: Int64) -> UInt32 { divided(minute).day }

    private static func divided(_ minute: Int64) -> (day: UInt32, minute: Int64) {
        let (day, rest) = max(0, minute).quotientAndRemainder(dividingBy: minutesPerDay)
        return (UInt32(clamping: day), rest)
    }
}
