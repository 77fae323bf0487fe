import EventPatterns
import Foundation
import Gateway
import Pipes
import Tables

/// What another filter would have made of the records that a pipe's stream holds.
public struct BacktestReport: Codable, Sendable, Hashable {
    /// A record on which the two filters disagree.
    public struct Example: Codable, Sendable, Hashable {
        public var sequenceNumber: String
        /// The item's key, such as `orderId=A-1 timestamp=1`.
        public var keys: String
        public var eventName: String
        /// The record as the function receives it.
        public var record: String
    }

    public var pipe: String
    /// Records that the stream holds: those of the last 24 hours.
    public var records = 0
    /// Those that pass the pipe's own filter, and those that would pass the other one.
    public var passing = 0
    public var wouldPass = 0
    /// Those that would pass and do not, and those that pass and would not.
    public var gained = 0
    public var lost = 0
    /// The first few of each.
    public var gainedExamples: [Example] = []
    public var lostExamples: [Example] = []
    /// Records in one invocation, as the pipe has had them so far; 1 before its first.
    public var recordsPerInvocation: Double

    /// Invocations for so many records.
    public func invocations(for records: Int) -> Int { Int((Double(records) / recordsPerInvocation).rounded(.up)) }

    /// US dollars for so many records that pass: a pipe's request each ($0.40 a million, up to 64 KB) and a function's
    /// invocation each batch ($0.20 a million), in us-east-1; the function's time comes on top.
    public func dollars(for records: Int) -> Double {
        (Double(records) * 0.40 + Double(invocations(for: records)) * 0.20) / 1e6
    }
}

/// Runs a filter over the stream of a pipe.
struct Backtest: Sendable {
    private static let examplesMax = 5
    private static let pageCount = 1_000

    let engine: RunningEngine

    /// Reads every record that the stream holds now, about a million in two seconds.
    ///
    /// - Returns: nil when there is no such pipe.
    /// - Throws: `ControlError` for a pattern that a pipe refuses.
    func run(_ patterns: [String], pipe name: String) async throws -> BacktestReport? {
        guard let pipe = engine.pipes[name] else { return nil }
        guard let plan = pipe.plan else {
            throw ControlError("the pipe \(name) cannot run: \(pipe.controller.stateReason ?? "")")
        }
        let criteria: FilterCriteria
        do { criteria = try FilterCriteria(patterns: patterns, dialect: engine.filterDialect) } catch {
            throw ControlError("the pattern is refused: \(error)")
        }
        let counts = pipe.controller.snapshot.counts
        var report = BacktestReport(
            pipe: name,
            recordsPerInvocation: counts.invocations == 0
                ? 1 : max(1, Double(counts.delivered + counts.deadLettered) / Double(counts.invocations)))
        let lineages = try engine.tables.table(plan.tableName).stream?.lineages ?? []
        for lineage in lineages {
            var after: UInt64 = 0
            let newest = lineage.newestSequence
            while after < newest {
                let page = try lineage.records(after: after, limit: Self.pageCount)
                guard let last = page.last else { break }
                for record in page { Self.count(record, plan.configuration.criteria, criteria, &report) }
                after = last.sequence
                await Task.yield()
            }
        }
        return report
    }

    private static func count(
        _ record: StoredStreamRecord, _ own: FilterCriteria, _ other: FilterCriteria, _ report: inout BacktestReport
    ) {
        let passes = own.judge(record.json).passes
        let wouldPass = other.judge(record.json).passes
        report.records += 1
        if passes { report.passing += 1 }
        if wouldPass { report.wouldPass += 1 }
        guard passes != wouldPass else { return }
        let examples: WritableKeyPath<BacktestReport, [BacktestReport.Example]> =
            wouldPass ? \.gainedExamples : \.lostExamples
        if wouldPass { report.gained += 1 } else { report.lost += 1 }
        guard report[keyPath: examples].count < examplesMax else { return }
        struct Named: Decodable { let eventName: String }
        let json = Data(record.json)
        report[keyPath: examples].append(
            .init(
                sequenceNumber: SequenceNumber.text(record.sequence), keys: RecordImages(json).keysText,
                eventName: (try? JSONDecoder().decode(Named.self, from: json))?.eventName ?? "",
                record: String(decoding: json, as: UTF8.self)))
    }
}
