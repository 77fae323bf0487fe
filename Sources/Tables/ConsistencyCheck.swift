import Items
import Storage

/// What a walk through a store's tables and streams has found.
public struct ConsistencyReport: Sendable, Hashable, Codable {
    public var tables = 0
    public var items = 0
    public var indexEntries = 0
    public var streams = 0
    public var streamRecords = 0
    /// What is wrong, a sentence each; the first ``problemsShownMax`` of them.
    public var problems: [String] = []
    public var problemCount = 0

    /// Most problems that are kept: a damaged store may have millions of one kind.
    public static let problemsShownMax = 100

    mutating func note(_ problem: String) {
        problemCount += 1
        if problems.count < Self.problemsShownMax { problems.append(problem) }
    }
}

extension TableStore {
    /// Walks every item, index entry and stream record and holds them against each other: items lie under their own keys,
    /// each index has exactly the entries that the items demand, and streams are in order without a hole in their count.
    ///
    /// For a store that nobody writes to. Linear in its size; values are read once, and each index entry's item once more.
    ///
    /// - Parameter progress: told the number of keys walked, every few thousand.
    public func checkConsistency(progress: (Int) -> Void = { _ in }) throws -> ConsistencyReport {
        var report = ConsistencyReport()
        for name in tableNames {
            let schema = try table(name).schema
            report.tables += 1
            try check(name, schema, &report, progress)
        }
        for stream in streams {
            report.streams += 1
            for lineage in stream.lineages { try lineage.check(stream.arn, &report, progress) }
        }
        progress(report.items + report.indexEntries + report.streamRecords)
        return report
    }

    private func check(
        _ name: String, _ schema: TableSchema, _ report: inout ConsistencyReport, _ progress: (Int) -> Void
    ) throws {
        let indexes = schema.keys.ordered
        var expected = [Int](repeating: 0, count: indexes.count)
        var found = report
        let range = schema.keys.range
        try database.scan(.items, from: range.from, to: range.to) { key, value in
            found.items += 1
            if found.items % 4_096 == 0 { progress(found.items + found.indexEntries + found.streamRecords) }
            let primaryKey = key.bytes()
            guard let item = try? Item(json: value), let own = try? schema.keys.primary(of: item) else {
                found.note("table \(name): item \(found.items) of the walk cannot be read")
                return true
            }
            if own != primaryKey { found.note("table \(name): item \(found.items) of the walk lies under another key") }
            for (place, index) in indexes.enumerated() {
                guard let entry = index.entry(of: item, primaryKey: primaryKey) else { continue }
                expected[place] += 1
                if try database.get(.indexes, entry) == nil, !index.isBuilding {
                    found.note("table \(name): item \(found.items) of the walk is missing from \(index.name)")
                }
            }
            return true
        }
        for (place, index) in indexes.enumerated() {
            let before = found.indexEntries
            try database.scan(.indexes, from: index.range.from, to: index.range.to) { key, primaryKey in
                found.indexEntries += 1
                if found.indexEntries % 4_096 == 0 { progress(found.items + found.indexEntries + found.streamRecords) }
                let json = try database.get(.items, primaryKey.bytes())
                let item = json.flatMap { try? Item(json: $0) }
                if item.flatMap({ index.entry(of: $0, primaryKey: primaryKey.bytes()) }) != key.bytes() {
                    found.note("table \(name): entry \(found.indexEntries - before) of \(index.name) fits no item")
                }
                return true
            }
            if found.indexEntries - before != expected[place], !index.isBuilding {
                found.note(
                    "table \(name): \(index.name) has \(found.indexEntries - before) entries, its items \(expected[place])"
                )
            }
        }
        report = found
    }
}

extension ShardLineage {
    fileprivate func check(_ arn: String, _ report: inout ConsistencyReport, _ progress: (Int) -> Void) throws {
        var found = report
        var lastOrdinal: UInt64?
        try walk { sequence, ordinal, json in
            found.streamRecords += 1
            if found.streamRecords % 4_096 == 0 { progress(found.items + found.indexEntries + found.streamRecords) }
            if let last = lastOrdinal, ordinal <= last {
                found.note("\(arn): the count of \(self.id) falls from \(last) to \(ordinal)")
            }
            lastOrdinal = ordinal
            let number = #""SequenceNumber":"\#(SequenceNumber.text(sequence))""#
            if !json.contains(number.utf8) {
                found.note("\(arn): the record at \(sequence) of \(self.id) has another sequence number")
            }
        }
        report = found
    }
}

extension RawSpan {
    fileprivate func contains(_ part: String.UTF8View) -> Bool {
        let part = Array(part)
        return withUnsafeBytes { bytes in
            guard part.count <= bytes.count else { return false }
            // From the end: the member stands behind the images.
            return (0...bytes.count - part.count).reversed().contains { start in
                bytes[start] == part[0] && bytes[start..<start + part.count].elementsEqual(part)
            }
        }
    }
}
