import Engine
import Foundation
import Load

/// What came of a load. As JSON a documented contract: members may be added, none vanish.
struct LoadReport: Encodable, Sendable {
    /// Orders of which it was read back whether they are there: for an endpoint without accounts.
    struct ReadBack: Encodable, Sendable {
        let orders: Int
        let missing: Int
    }

    /// Writes a second that were due by the schedule, and that were acknowledged.
    let offeredPerSecond: Double
    let achievedPerSecond: Double
    /// From the start to the schedule's end, or to the last answer when that came later.
    let seconds: Double
    /// Writes that were due.
    let writes: Int
    let acknowledged: Int
    /// Writes that were not acknowledged, and what was answered.
    let errors: Int
    let errorTypes: [String: Int]
    /// Acknowledged writes that are not in the stream, and records that a pipe cannot account for; without accounts,
    /// orders that cannot be read back.
    let lost: Int
    /// Records that waited still in pipes that run, when the waiting for them ended.
    let unsettled: Int
    /// Records in the stream that the load has not made.
    let otherChanges: Int
    /// Share of the records, 0 to 1, that filters kept from functions, over all pipes; nil where nothing was read.
    let filteredShare: Double?
    let writeMilliseconds: Latencies.Percentiles
    /// From a write's arrival to the moment at which its function's process had it; nil without accounts.
    let endToEndMilliseconds: Latencies.Percentiles?
    /// The accounts of the pipes that read the table, of this load alone.
    let pipes: [PipeReport]
    /// Records that wait in a pipe or for it afterwards, by its name; whether or not the load has made them.
    let waiting: [String: Int]
    let stoppedPipes: [String]
    /// Those of them that ran when the load began.
    let haltedPipes: [String]
    /// Pipes that read the table when the load began, and are gone or cannot run afterwards.
    let missingPipes: [String]
    /// Nil where there are accounts.
    let readBack: ReadBack?
    /// Why neither accounts nor orders could be read after the load, so that nothing is known of what was lost; nil when
    /// they could.
    let unknown: String?
    let seed: UInt64
    /// Whether it was stopped before its time.
    let isStopped: Bool
    /// Writes that stood in line then: they were not begun and are none of the `writes`.
    let unsent: Int

    init(_ load: LoadRun, accounts: LoadAccounts?, readBack: ReadBack?, unknown: String? = nil, seed: UInt64) {
        let measure = load.measure
        offeredPerSecond = load.offeredPerSecond
        achievedPerSecond = load.achievedPerSecond
        seconds = load.seconds
        writes = measure.offered
        acknowledged = measure.acknowledged
        errors = measure.errors
        errorTypes = measure.errorTypes
        let reconciliation = accounts?.reconciliation(
            acknowledged: measure.acknowledged, uncertain: measure.uncertain)
        lost = reconciliation?.lost ?? readBack?.missing ?? 0
        unsettled = reconciliation?.unsettled ?? 0
        otherChanges = reconciliation?.foreignChanges ?? 0
        stoppedPipes = reconciliation?.stoppedPipes ?? []
        haltedPipes = reconciliation?.haltedPipes ?? []
        missingPipes = reconciliation?.missingPipes ?? []
        pipes = accounts?.pipes ?? []
        waiting = Dictionary(
            accounts?.after.pipes.map { ($0.name, $0.inFlight + $0.behind) } ?? [], uniquingKeysWith: +)
        let read = pipes.reduce(0) { $0 + $1.read }
        filteredShare = read > 0 ? Double(pipes.reduce(0) { $0 + $1.filteredOut }) / Double(read) : nil
        writeMilliseconds = measure.latencies.percentiles
        endToEndMilliseconds = accounts?.endToEnd.percentiles
        self.readBack = readBack
        self.unknown = unknown
        self.seed = seed
        isStopped = load.stoppedAt != nil
        unsent = load.unsent
    }

    /// What speaks against the load's having gone well, one sentence each.
    var failures: [String] {
        var sentences: [String] = []
        if errors > 0 { sentences.append("\(Figures.count(errors)) writes were not acknowledged: \(errorText)") }
        if let readBack, readBack.missing > 0 {
            sentences.append("\(Figures.count(readBack.missing)) acknowledged orders cannot be read back")
        } else if lost > 0 {
            sentences.append("\(Figures.count(lost)) changes are unaccounted for")
        }
        if unsettled > 0 {
            sentences.append(
                "\(Figures.count(unsettled)) records wait in the pipes still, and nothing is known of them; give --settle more "
                    + "seconds")
        }
        sentences += haltedPipes.map {
            "\($0) was stopped meanwhile, and nothing is known of what waits for it; start it with sluice pipes start \($0)"
        }
        sentences += missingPipes.map {
            "\($0) is gone or cannot run any more, and nothing is known of what it had; see sluice pipes list"
        }
        if let unknown { sentences.append("nothing is known of what was lost: \(unknown)") }
        return sentences
    }

    private var errorText: String {
        errorTypes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\(Figures.count($0.value)) \($0.key)" }.joined(separator: ", ")
    }

    var text: String {
        var lines = [
            "Offered            \(Self.rate(offeredPerSecond)): \(Figures.count(writes)) writes"
                + (isStopped ? ", stopped before the end" : "")
                + (unsent > 0 ? " with \(Figures.count(unsent)) more in line" : ""),
            "Achieved           \(Self.rate(achievedPerSecond)): \(Figures.count(acknowledged)) acknowledged in "
                + String(format: "%.1f s", seconds),
            "Errors             \(errors == 0 ? "none" : errorText)",
            "Write              \(Self.text(writeMilliseconds))",
        ]
        if let endToEndMilliseconds {
            lines.append("Write to function  \(Self.text(endToEndMilliseconds))")
        } else if unknown != nil {
            lines.append("Write to function  not known")
        } else {
            lines.append("Write to function  not known: no engine of Sluice's, or a table without a stream")
        }
        if !pipes.isEmpty { lines += [""] + pipeLines + [""] }
        lines.append("Lost               \(lostText)")
        for name in stoppedPipes {
            lines.append("                   \(name) is stopped: what was written waits for it")
        }
        for name in missingPipes {
            lines.append("                   \(name) is gone or cannot run: nothing is known of what it had")
        }
        if otherChanges > 0 {
            lines.append("                   \(Figures.count(otherChanges)) changes of others were counted as well")
        }
        return lines.joined(separator: "\n")
    }

    private var lostText: String {
        guard unknown == nil else { return "not known" }
        if let readBack {
            return "\(Figures.count(lost)) of \(Figures.count(readBack.orders)) acknowledged orders that were read back"
        }
        guard lost == 0 else { return "\(Figures.count(lost)) changes are unaccounted for" }
        let waiting = unsettled > 0 ? ", \(Figures.count(unsettled)) records not settled yet" : ""
        let pipes = missingPipes.isEmpty ? "each pipe" : "each pipe that is left"
        return "0: the stream has each acknowledged write, and \(pipes) accounts for each record\(waiting)"
    }

    private var pipeLines: [String] {
        let headings = [
            "Pipe", "read", "filtered out", "delivered", "retried", "dead letters", "dropped", "waiting", "invocations",
        ]
        let rows = pipes.map { pipe in
            [
                pipe.name, Figures.count(pipe.read),
                "\(Figures.count(pipe.filteredOut)) (\(Figures.share(pipe.filteredOut, of: pipe.read)))",
                Figures.count(pipe.delivered), Figures.count(pipe.retried), Figures.count(pipe.deadLettered),
                Figures.count(pipe.dropped), Figures.count(waiting[pipe.name] ?? 0),
                Figures.count(pipe.invocations),
            ]
        }
        return TextTable.lines(headings, rows).map(\.text)
    }

    private static func rate(_ perSecond: Double) -> String {
        perSecond >= 100 ? "\(Figures.count(Int(perSecond.rounded())))/s" : String(format: "%.1f/s", perSecond)
    }

    private static func text(_ latency: Latencies.Percentiles) -> String {
        let parts = [
            ("p50", latency.p50), ("p90", latency.p90), ("p99", latency.p99), ("p99.9", latency.p999),
            ("p99.99", latency.p9999), ("max", latency.max),
        ]
        return parts.map { "\($0.0) \(Figures.milliseconds($0.1))" }.joined(separator: ", ")
    }
}

/// The accounts of the table's pipes before and after a load.
struct LoadAccounts: Sendable {
    /// The engine at one moment.
    struct Moment: Sendable {
        let mark: Reconciliation.Mark
        let pipes: [PipeReport]
        let latencies: [String: LatencyCounts.Pipe]

        init(_ mark: Reconciliation.Mark, _ pipes: [PipeReport], _ latencies: [String: LatencyCounts.Pipe]) {
            self.mark = mark
            self.pipes = pipes
            self.latencies = latencies
        }
    }

    let before: Moment
    let after: Moment

    func reconciliation(acknowledged: Int, uncertain: Int) -> Reconciliation {
        Reconciliation(before: before.mark, after: after.mark, acknowledged: acknowledged, uncertain: uncertain)
    }

    /// The pipes' accounts of what happened in between: `inFlight` is by how much more are in them than before, so that
    /// what was read is still the sum of the others; `behind` is how things stand afterwards.
    var pipes: [PipeReport] {
        after.pipes.map { later in
            var pipe = later
            if let earlier = before.pipes.first(where: { $0.name == pipe.name }) {
                pipe.read -= earlier.read
                pipe.filteredOut -= earlier.filteredOut
                pipe.delivered -= earlier.delivered
                pipe.deadLettered -= earlier.deadLettered
                pipe.dropped -= earlier.dropped
                pipe.inFlight -= earlier.inFlight
                pipe.retried -= earlier.retried
                pipe.invocations -= earlier.invocations
            }
            let latency = Self.latencies(of: pipe.name, from: before.latencies, to: after.latencies).percentiles
            pipe.latencyMilliseconds = LatencyReport(p50: latency.p50, p99: latency.p99, max: latency.max)
            return pipe
        }
    }

    /// Latencies of all of them together.
    var endToEnd: Latencies { Self.latencies(from: before.latencies, to: after.latencies) }

    static func latencies(
        from before: [String: LatencyCounts.Pipe], to after: [String: LatencyCounts.Pipe]
    ) -> Latencies {
        var all = Latencies()
        for name in after.keys { all.add(latencies(of: name, from: before, to: after)) }
        return all
    }

    private static func latencies(
        of name: String, from before: [String: LatencyCounts.Pipe], to after: [String: LatencyCounts.Pipe]
    ) -> Latencies {
        func counts(_ pipe: LatencyCounts.Pipe?) -> (microseconds: [UInt64], counts: [Int]) {
            (pipe?.microseconds ?? [], pipe?.counts ?? [])
        }
        return Latencies(from: counts(before[name]), to: counts(after[name]))
    }
}

extension Reconciliation.Mark {
    /// What a pipe's state is called while it settles nothing. One that is to begin within the moment is waited for.
    private static let idleStates: Set = ["STOPPED", "STOPPING", "DELETING", "START_FAILED"]

    /// The accounts of the pipes that read a table.
    ///
    /// - Parameters:
    ///   - pipes: the report whose pipes they are.
    ///   - changes: the report that has the table's changes, the same one or a later one.
    init(of table: String, pipes: EngineReport, changes: EngineReport) {
        self.init(
            changes: changes.tables.first { $0.name == table }?.changes ?? 0,
            // A pipe that cannot run names no table, and does not know how much waits for it.
            pipes: pipes.pipes.filter { $0.tableName == table }.map {
                .init(
                    name: $0.name, isRunning: !Self.idleStates.contains($0.currentState), settled: $0.settled,
                    inFlight: $0.inFlight, behind: $0.behind)
            })
    }
}
