/// The points of single seconds, in memory: those of the last three hours, or of less when they take too much room.
///
/// Points stand as bytes, one behind the other for each minute and series. A second that gets values twice has two points.
struct SecondHistory {
    /// AWS keeps points of less than a minute for three hours.
    static let minutesMax: Int64 = 180
    /// Room for all points, about; a second of a counter takes some 8 bytes, of a distribution 30 to 300.
    static let bytesMax = 32 << 20
    /// What an array and its place in a dictionary take.
    fileprivate static let overheadBytes = 64

    fileprivate struct Minute {
        var points: [UInt32: [UInt8]] = [:]
        var byteCount = 0
    }

    private var minutes: [Int64: Minute] = [:]
    private let bytesMax: Int
    private(set) var byteCount = 0

    init(bytesMax: Int = Self.bytesMax) { self.bytesMax = bytesMax }

    /// - Parameter second: since 1970.
    mutating func add(_ point: borrowing MetricPoint, to series: UInt32, at second: Int64) {
        let (minute, rest) = second.quotientAndRemainder(dividingBy: 60)
        guard second >= 0 else { return }
        let added = minutes[minute, default: Minute()].add(point, to: series, second: UInt8(rest))
        byteCount += added
    }

    /// Lets go of what is too old, and of the oldest minutes while there is too much.
    mutating func trim(now second: Int64) {
        let oldest = second / 60 - Self.minutesMax
        for minute in minutes.keys.filter({ $0 < oldest }) { remove(minute) }
        while byteCount > bytesMax, let minute = minutes.keys.min() { remove(minute) }
    }

    private mutating func remove(_ minute: Int64) { byteCount -= minutes.removeValue(forKey: minute)?.byteCount ?? 0 }

    /// Shows the points of some seconds since 1970, minute by minute.
    func visit(
        _ series: UInt32, in seconds: Range<Int64>, withBuckets: Bool,
        _ body: (_ second: Int64, _ point: MetricPoint) -> Void
    ) throws(MetricError) {
        guard !seconds.isEmpty else { return }
        for minute in minutes.keys.filter({ $0 * 60 < seconds.upperBound && ($0 + 1) * 60 > seconds.lowerBound }) {
            guard let bytes = minutes[minute]?.points[series] else { continue }
            var offset = 0
            while let (place, start) = try PointLog.next(in: bytes.span.bytes, at: &offset) {
                let second = minute * 60 + Int64(place)
                guard seconds.contains(second) else { continue }
                body(second, try MetricPoint(bytes.span.bytes, from: start, withBuckets: withBuckets))
            }
        }
    }
}

extension SecondHistory.Minute {
    /// - Returns: the bytes that it took.
    fileprivate mutating func add(_ point: borrowing MetricPoint, to series: UInt32, second: UInt8) -> Int {
        let before = points[series]?.count
        PointLog.append(point, at: second, to: &points[series, default: []])
        let added = (points[series]?.count ?? 0) - (before ?? -SecondHistory.overheadBytes)
        byteCount += added
        return added
    }
}
