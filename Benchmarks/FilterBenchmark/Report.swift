import Foundation

/// The results in columns.
enum Table {
    private static let nameWidth = 40

    static func heading(_ series: Series) -> String {
        let ratio =
            switch series.comparison {
            case .nothing: ""
            case .first: "times first"
            case .doubling: "growth"
            }
        let columns = [
            ("bytes", 9), ("ns/event", 11), ("(min - max)", 22), ("events/s", 12), ("MB/s", 8), ("allocs", 8),
            ("match", 7), (ratio, 13),
        ]
        return "\(series.group): \(series.name)\n" + String(repeating: " ", count: nameWidth)
            + columns.map { right($0.0, $0.1) }.joined()
    }

    static func line(_ row: Row, _ measured: Measurement) -> String {
        let spread = "(\(number(measured.fastestNanoseconds)) - \(number(measured.slowestNanoseconds)))"
        let name = "  \(row.name)".padding(toLength: nameWidth, withPad: " ", startingAt: 0)
        return name + right(String(format: "%.0f", row.events.meanBytes), 9) + right(number(measured.nanoseconds), 11)
            + right(spread, 22)
            + right(String(format: "%.0f", measured.eventsPerSecond), 12)
            + right(String(format: "%.0f", measured.megabytesPerSecond(row)), 8)
            + right(measured.allocations.map(number) ?? "-", 8)
            + right(String(format: "%.0f%%", measured.matchedShare * 100), 7)
            + right(measured.ratio.map { String(format: "%.2f", $0) } ?? "", 13)
    }

    /// With about four digits.
    private static func number(_ value: Double) -> String {
        String(format: value == 0 || value >= 1_000 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value)
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(1, width - text.count)) + text
    }
}

/// The results as JSON. Fields may be added; none goes away.
struct JSONReport: Encodable {
    struct Line: Encodable {
        let group: String
        let series: String
        let name: String
        /// The mean size of an event.
        let eventBytes: Double
        let nanosecondsPerEvent: Double
        let nanosecondsPerEventMin: Double
        let nanosecondsPerEventMax: Double
        let eventsPerSecond: Double
        let megabytesPerSecond: Double
        /// Absent where allocations cannot be counted.
        let allocationsPerEvent: Double?
        let matchedShare: Double
        /// The time in terms of the series' first row, or its growth with each doubling of the size; absent where rows
        /// are not compared.
        let ratio: Double?
    }

    var rounds: Int
    var lines: [Line] = []

    mutating func add(_ series: Series, _ row: Row, _ measured: Measurement) {
        lines.append(
            Line(
                group: series.group, series: series.name, name: row.name, eventBytes: row.events.meanBytes,
                nanosecondsPerEvent: measured.nanoseconds, nanosecondsPerEventMin: measured.fastestNanoseconds,
                nanosecondsPerEventMax: measured.slowestNanoseconds, eventsPerSecond: measured.eventsPerSecond,
                megabytesPerSecond: measured.megabytesPerSecond(row), allocationsPerEvent: measured.allocations,
                matchedShare: measured.matchedShare, ratio: measured.ratio))
    }

    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension Measurement {
    var eventsPerSecond: Double { 1e9 / nanoseconds }

    /// A megabyte is a million bytes.
    func megabytesPerSecond(_ row: Row) -> Double { row.events.meanBytes * 1_000 / nanoseconds }
}
