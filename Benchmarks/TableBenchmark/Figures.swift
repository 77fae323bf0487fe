import BenchmarkSupport
import Foundation

/// One line of the table.
struct Figure: Encodable {
    /// What belongs together in the table.
    let group: String
    let name: String
    /// What is counted, such as orders.
    let unit: String
    /// Absent for what is opened once.
    let perSecond: Double?
    var p50Milliseconds: Double?
    var p99Milliseconds: Double?
    /// Orders for each sync; absent without syncs.
    var ordersPerSync: Double?
    /// Processor time of all threads of the process that holds the table.
    var processorMicroseconds: Double?
    /// RocksDB alone, for the same work with as many orders for each sync, in the same run.
    var rawPerSecond: Double?
    /// Processor time of RocksDB alone for each.
    var rawProcessorMicroseconds: Double?
    /// The rate in terms of RocksDB's.
    var ratio: Double?
    /// What `--check` demands of the ratio.
    var ratioMin: Double?
    /// What is wanted on a quiet machine of two cores; never checked.
    var target: String?

    /// How long an opening takes.
    var seconds: Double?
    /// Resident memory afterwards, of the process that holds the table.
    var residentMegabytes: Int?
    /// The data folder afterwards.
    var folderMegabytes: Int?
    /// The mean size of an order's JSON, and of its record's in the stream.
    var itemBytes: Int?
    var recordBytes: Int?

    /// Blocks that one order asks the heap for, on all threads.
    var allocationsPerOrder: Double?
    /// What `--check` demands of them.
    var allocationsMax: Double?

    /// What is wrong when the limit is broken.
    var brokenLimit: String? {
        if let allocationsPerOrder, let allocationsMax, allocationsPerOrder > allocationsMax {
            return String(
                format:
                    "%@: %.1f allocations an order where at most %.1f are demanded; find what allocates (heaptrack).",
                name, allocationsPerOrder, allocationsMax)
        }
        guard let ratio, let ratioMin, ratio < ratioMin else { return nil }
        return "\(group): \(name): \(Int(ratio * 100)) % of RocksDB alone where at least \(Int(ratioMin * 100)) % are "
            + "demanded; profile what was added (perf record -g)."
    }

    init(_ group: String, _ name: String, _ unit: String, _ measured: Stretch) {
        self.group = group
        self.name = name
        self.unit = unit
        perSecond = measured.rate
        p50Milliseconds = measured.percentile(50)
        p99Milliseconds = measured.percentile(99)
        ordersPerSync = measured.group
        processorMicroseconds = measured.processorSeconds > 0 ? measured.processorMicroseconds : nil
    }

    /// What is opened once, or what memory and disk hold.
    init(
        _ group: String, _ name: String, seconds: Double? = nil, residentMegabytes: Int? = nil,
        folderMegabytes: Int? = nil
    ) {
        self.group = group
        self.name = name
        unit = "openings"
        perSecond = nil
        self.seconds = seconds
        self.residentMegabytes = residentMegabytes
        self.folderMegabytes = folderMegabytes
    }

    /// What was counted.
    init(_ group: String, _ name: String, allocationsPerOrder: Double, max: Double) {
        self.group = group
        self.name = name
        unit = "orders"
        perSecond = nil
        self.allocationsPerOrder = allocationsPerOrder
        allocationsMax = max
    }

    /// The same beside what RocksDB alone does.
    func beside(_ raw: Stretch, ratioMin: Double? = nil) -> Figure {
        var figure = self
        figure.rawPerSecond = raw.rate
        figure.rawProcessorMicroseconds = raw.processorMicroseconds
        figure.ratio = perSecond.map { $0 / raw.rate }
        figure.ratioMin = ratioMin
        return figure
    }

    func wanted(_ target: String) -> Figure {
        var figure = self
        figure.target = target
        return figure
    }
}

/// The figures so far: printed one by one, or together as JSON.
final class Report {
    private(set) var figures: [Figure] = []
    private let isJSON: Bool

    /// What is wrong, a sentence each.
    var brokenLimits: [String] { figures.compactMap(\.brokenLimit) }

    init(isJSON: Bool) { self.isJSON = isJSON }

    func add(_ figure: Figure) {
        if !isJSON {
            if figures.last?.group != figure.group { print("\n" + Self.heading(figure.group)) }
            print(Self.line(figure))
            fflush(nil)
        }
        figures.append(figure)
    }

    /// A sentence between the figures; not in the JSON.
    func note(_ text: String) {
        guard !isJSON else { return }
        print(text)
        fflush(nil)
    }

    /// A sentence between the figures, and what stands for it in the JSON.
    func note(_ text: String, _ figure: Figure) {
        note(text)
        figures.append(figure)
    }

    func finish() throws {
        if isJSON { try printJSON(figures) }
    }

    private static let nameWidth = 44

    private static func heading(_ group: String) -> String {
        let columns = [
            ("per second", 13), ("p50 ms", 9), ("p99 ms", 9), ("per sync", 10), ("cpu µs", 9), ("RocksDB/s", 12),
            ("ratio", 8),
        ]
        return group.padding(toLength: nameWidth, withPad: " ", startingAt: 0)
            + columns.map { right($0.0, $0.1) }.joined() + "  wanted"
    }

    private static func line(_ figure: Figure) -> String {
        func number(_ value: Double?, _ digits: Int, _ width: Int) -> String {
            right(value.map { String(format: "%.\(digits)f", $0) } ?? "", width)
        }
        return "  \(figure.name) (\(figure.unit))".padding(toLength: nameWidth, withPad: " ", startingAt: 0)
            + number(figure.perSecond, 0, 13) + number(figure.p50Milliseconds, 2, 9)
            + number(figure.p99Milliseconds, 2, 9) + number(figure.ordersPerSync, 1, 10)
            + number(figure.processorMicroseconds, 1, 9) + number(figure.rawPerSecond, 0, 12)
            + number(figure.ratio, 2, 8)
            + "  "
            + [figure.target, figure.ratioMin.map { "ratio ≥ \($0)" }].compactMap(\.self).joined(separator: ", ")
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(1, width - text.count)) + text
    }
}
