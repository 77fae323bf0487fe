import Engine

/// What an engine does at this moment: its last report, and how fast its counters moved since the one before. `sluice top --json`
/// prints it; new members may come, none vanish.
struct LiveFigures: Encodable, Hashable {
    struct Table: Encodable, Hashable {
        var name: String
        var changes: Int
        /// Nil in the first figures, as all rates.
        var changesPerSecond: Double?
    }

    struct Pipe: Encodable, Hashable {
        var name: String
        var currentState: String
        var readPerSecond: Double?
        var deliveredPerSecond: Double?
        var retriedPerSecond: Double?
        /// Of all that it has read, 0 to 1; nil before the first record.
        var filteredOutShare: Double?
        var deadLettered: Int
        var dropped: Int
        var inFlight: Int
        var behind: Int
        var lagSeconds: Double
        var latencyMilliseconds: LatencyReport
    }

    struct Function: Encodable, Hashable {
        var name: String
        var environments: Int
        var busy: Int
        var waiting: Int
        var invocationsPerSecond: Double?
        var errors: Int
        var throttles: Int
    }

    struct Queue: Encodable, Hashable {
        var name: String
        var approximateNumberOfMessages: Int
    }

    var tables: [Table]
    var pipes: [Pipe]
    var functions: [Function]
    var queues: [Queue]
    var alarms: [AlarmReport]

    /// - Parameters:
    ///   - before: an earlier report; one of an earlier run has no rates.
    ///   - seconds: how long before.
    init(_ report: EngineReport, since before: EngineReport?, seconds: Double) {
        func rate(_ now: Int, _ old: Int?) -> Double? {
            guard let old, now >= old, seconds > 0 else { return nil }
            return Double(now - old) / seconds
        }
        tables = report.tables.map { table in
            let old = before?.tables.first { $0.name == table.name }
            return Table(
                name: table.name, changes: table.changes, changesPerSecond: rate(table.changes, old?.changes))
        }
        pipes = report.pipes.map { pipe in
            let old = before?.pipes.first { $0.name == pipe.name }
            return Pipe(
                name: pipe.name, currentState: pipe.currentState, readPerSecond: rate(pipe.read, old?.read),
                deliveredPerSecond: rate(pipe.delivered, old?.delivered),
                retriedPerSecond: rate(pipe.retried, old?.retried),
                filteredOutShare: pipe.read == 0 ? nil : Double(pipe.filteredOut) / Double(pipe.read),
                deadLettered: pipe.deadLettered, dropped: pipe.dropped, inFlight: pipe.inFlight, behind: pipe.behind,
                lagSeconds: pipe.lagSeconds, latencyMilliseconds: pipe.latencyMilliseconds)
        }
        functions = report.functions.map { function in
            let old = before?.functions.first { $0.name == function.name }
            return Function(
                name: function.name, environments: function.environments, busy: function.busy,
                waiting: function.waiting, invocationsPerSecond: rate(function.invocations, old?.invocations),
                errors: function.errors, throttles: function.throttles)
        }
        queues = report.queues.map { Queue(name: $0.name, approximateNumberOfMessages: $0.approximateNumberOfMessages) }
        alarms = report.alarms
    }

    var alarmsInAlarm: [AlarmReport] { alarms.filter { $0.state == "ALARM" } }
}
