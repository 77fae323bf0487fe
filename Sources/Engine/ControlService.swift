import Clocks
import EventPatterns
import Foundation
import Functions
import Gateway
import Pipes
import Queues
import Stacks
import Tables

/// What the gateway asks of a running engine: its reports, its pipes and its dead letters.
struct ControlService: EngineControl {
    let engine: RunningEngine
    private let deadLetters: DeadLetters

    init(_ engine: RunningEngine) {
        self.engine = engine
        deadLetters = DeadLetters(engine: engine)
    }

    func report(_ path: [String]) async throws -> [UInt8]? {
        switch (path.count, path[0]) {
        case (1, "status"): try Self.json(engine.report())
        case (1, "latencies"): try Self.json(engine.latencyCounts)
        case (2, "pipes"): try Self.json(try known(engine.pipeDetail(path[1]), path[1]))
        case (1, "clock"): try Self.json(try ClockControl(engine.time).report)
        case (1, "stack"): try Self.json(engine.stackReport)
        case (1, "dashboards"): try Self.json(try DashboardList(engine.monitoring.dashboards))
        case (2, "dlq"): try Self.json(try deadLetters.show(path[1]))
        default: nil
        }
    }

    func perform(_ path: [String], _ body: [UInt8]) async throws -> [UInt8]? {
        switch (path.count, path[0], path.last) {
        case (1, "backup", _): try await backUp(body)
        case (2, "clock", let verb?): try ClockControl(engine.time).perform(verb, body).map(Self.json)
        case (3, "pipes", "replay"): try await replay(path[1], body)
        case (3, "pipes", "backtest"): try await backtest(path[1], body)
        case (2, "logs", let name?): try Self.json(try readLog(of: name, body))
        case (3, "tables", "trace"): try await trace(path[1], body)
        case (3, "tables", "search"):
            try Self.json(
                try ItemSearch(table: table(path[1])).page(
                    Self.read(ItemSearch.Request.self, body, #"{"beginning": "A-1", "equals": {"status": "pending"}}"#))
            )
        case (3, "tables", "changes"):
            try Self.json(
                try RecentChanges(table: table(path[1])).page(
                    Self.read(RecentChanges.Request.self, body, #"{"limit": 20}"#)))
        case (3, "queues", "peek"):
            try Self.json(
                try QueuePage(
                    queue: queue(path[1]), request: Self.read(QueuePage.Request.self, body, #"{"limit": 20}"#)))
        case (3, "pipes", "setbacks"): try Self.json(try setbacks(path[1], body))
        case (2, "filters", "explain"):
            try Self.json(
                FilterExplanation(
                    try Self.read(
                        FilterExplanation.Request.self, body,
                        #"{"pattern": "{"eventName": ["INSERT"]}", "event": "{}"}"#),
                    engine: engine))
        case (3, "dashboards", "draw"):
            try await LongReads.metrics.value {
                try Self.json(
                    try DashboardPage(
                        path[1], engine.monitoring,
                        Self.read(DashboardPage.Request.self, body, #"{"rangeSeconds": 3600, "width": 1200}"#),
                        at: engine.time.now()))
            }
        case (3, "alarms", "history"):
            try Self.json(
                try AlarmHistory(
                    engine.monitoring.alarms, name: path[1],
                    Self.read(AlarmHistory.Request.self, body, #"{"limit": 50}"#)))
        case (2, "alarms", "draw"):
            try await LongReads.metrics.value {
                try Self.json(
                    try AlarmPictures(
                        engine.monitoring.metrics, engine.monitoring.alarms,
                        Self.read(
                            AlarmPictures.Request.self, body,
                            #"{"names": ["failures"], "rangeSeconds": 3600, "width": 480, "height": 160}"#),
                        at: engine.time.now()))
            }
        case (1, "cost", _):
            try Self.json(
                try CostReport(
                    engine, Self.read(CostReport.Request.self, body, #"{"rangeSeconds": 3600}"#)))
        case (2, "dlq", "page"):
            // It looks through all that come before the page.
            try await LongReads.metrics.value {
                try Self.json(
                    try deadLetters.page(Self.read(DeadLetterPage.Request.self, body, #"{"limit": 50}"#)))
            }
        case (2, "dlq", "redrive"):
            try Self.json(
                await deadLetters.redrive(
                    try Self.read(RedriveRequest.self, body, #"{"ids": ["…"], "force": false, "isDryRun": false}"#)))
        default: nil
        }
    }

    // MARK: The Pipes API

    var pipes: [PipeDescription] {
        get throws {
            try engine.pipes.all.map { try engine.administration.description($0) }.sorted { $0.name < $1.name }
        }
    }

    func createPipe(_ name: String, _ settings: [UInt8]) async throws -> PipeDescription {
        try await engine.administration.create(name, Self.properties(settings))
    }

    func updatePipe(_ name: String, _ settings: [UInt8]) async throws -> PipeDescription {
        try await engine.administration.update(name, Self.properties(settings))
    }

    func deletePipe(_ name: String) async throws -> PipeDescription {
        try await engine.administration.delete(name)
    }

    func setPipe(_ name: String, runs: Bool) async throws -> PipeDescription {
        try await engine.administration.set(name, runs ? .running : .stopped)
    }

    func tagPipe(_ name: String, adding: [String: String], removing: Set<String>) async throws {
        try await engine.administration.tag(name, adding: adding, removing: removing)
    }

    private static func properties(_ settings: [UInt8]) throws -> PipeProperties {
        try JSONDecoder().decode(PipeProperties.self, from: Data(settings))
    }

    // MARK: The Lambda API

    var functions: [FunctionDescription] { engine.functions.all.map(\.description) }

    func functionARN(_ name: String) -> String { engine.functions.place.stack.functionARN(name) }

    func createFunction(_ name: String, _ settings: FunctionChange, zip: [UInt8]) async throws -> FunctionDescription {
        try await engine.functionAdministration.create(name, settings, zip: zip)
    }

    func updateFunction(_ name: String, _ settings: FunctionChange) async throws -> FunctionDescription {
        try await engine.functionAdministration.update(name, settings)
    }

    func updateFunctionCode(_ name: String, zip: [UInt8]) async throws -> FunctionDescription {
        try await engine.functionAdministration.updateCode(name, zip: zip)
    }

    func deleteFunction(_ name: String) async throws { try await engine.functionAdministration.delete(name) }

    func invoke(_ function: String, _ event: [UInt8], traceHeader: String?) async throws -> FunctionAnswer {
        try await InvocationTrace.$header.withValue(traceHeader) {
            try await engine.functions.invoke(function, event)
        }
    }

    func accept(_ function: String, _ event: [UInt8]) throws { try engine.functions.accept(function, event) }

    // MARK: Requests of Sluice's own

    private func backUp(_ body: [UInt8]) async throws -> [UInt8] {
        struct Request: Decodable { let path: String }
        struct Answer: Encodable {
            let path: String
            let bytes: Int
        }
        let request = try Self.read(Request.self, body, #"{"path": "/backups/today"}"#)
        guard request.path.hasPrefix("/") else {
            throw ControlError(#"name a folder by its full path: {"path": "/backups/today"}"#)
        }
        return try Self.json(Answer(path: request.path, bytes: try engine.backUp(to: request.path)))
    }

    private struct ReplayRequest: Decodable {
        let from: String
        let recordsPerSecond: Int?
    }

    private func replay(_ name: String, _ body: [UInt8]) async throws -> [UInt8] {
        let request = try Self.read(
            ReplayRequest.self, body, #"{"from": "TRIM_HORIZON", "recordsPerSecond": 100}"#)
        let pipe = try known(engine.pipes[name], name).controller
        if let rate = request.recordsPerSecond, rate < 1 {
            throw ControlError("recordsPerSecond is \(rate); give 1 or more, or leave it out.")
        }
        if let reason = pipe.stateReason { throw ControlError("the pipe \(name) cannot run: \(reason)") }
        if request.from == "TABLE" {
            try await pipe.replayTable(recordsPerSecond: request.recordsPerSecond)
        } else {
            let position = try Self.position(request.from)
            if case .sequence(let sequence) = position, let newest = newestSequence(ofPipe: name), sequence > newest {
                throw ControlError(
                    "\(request.from) is beyond the newest record of the pipe's stream (\(SequenceNumber.text(newest))); was it copied from another table?"
                )
            }
            try await pipe.replay(Replay(from: position, recordsPerSecond: request.recordsPerSecond))
        }
        return try Self.json(try known(engine.pipeDetail(name), name))
    }

    /// Of the records in the stream that a pipe reads; nil when it reads none.
    private func newestSequence(ofPipe name: String) -> UInt64? {
        (try? engine.pipes[name]?.fitted.get())?.definition.shards.map(\.newestSequence).max()
    }

    private func backtest(_ name: String, _ body: [UInt8]) async throws -> [UInt8] {
        struct Request: Decodable { let patterns: [String] }
        let request = try Self.read(Request.self, body, #"{"patterns": ["{\"eventName\": [\"INSERT\"]}"]}"#)
        return try Self.json(
            try known(try await Backtest(engine: engine).run(request.patterns, pipe: name), name))
    }

    private func readLog(of name: String, _ body: [UInt8]) throws -> LogPageReport {
        let request = try Self.read(LogRequest.self, body, #"{"lines": 10}"#)
        let names = functions.map(\.name)
        guard names.contains(name) else {
            let ordered = NearNames(to: name).first(in: names).ordered.joined(separator: ", ")
            throw ControlError(
                "there is no function \(name); there are: \(ordered.isEmpty ? "none" : ordered)", isUnknown: true)
        }
        return try request.page(of: LogReader(path: "\(engine.logsPath)/\(name).log"))
    }

    /// Off the threads of tasks: it looks through a shard, the queues and logs. With metrics, whose reads take as long, and not
    /// with items, which would wait behind it.
    private func trace(_ table: String, _ body: [UInt8]) async throws -> [UInt8] {
        struct Request: Decodable {
            let hashKey: String
            let showsValues: Bool?
        }
        let request = try Self.read(Request.self, body, #"{"hashKey": "A-1"}"#)
        let gathering = try TraceGathering(engine: engine, table: table, hashKey: request.hashKey)
        let showsValues = request.showsValues ?? false
        return try await LongReads.metrics.value { try Self.json(try gathering.trace(showsValues: showsValues)) }
    }

    private func setbacks(_ name: String, _ body: [UInt8]) throws -> [SetbackReport] {
        struct Request: Decodable { let limit: Int? }
        let request = try Self.read(Request.self, body, #"{"limit": 20}"#)
        _ = try known(engine.pipes[name], name)
        return PipeSetbacks.last(
            PageLimit.of(request.limit), folder: engine.logsPath, pipe: name
        ).map(SetbackReport.init)
    }

    private func table(_ name: String) throws -> Table {
        guard let table = try? engine.tables.table(name) else {
            throw ControlError(
                "there is no table \(name); there are: \(engine.tables.tableNames.joined(separator: ", "))",
                isUnknown: true)
        }
        return table
    }

    private func queue(_ name: String) throws -> Queue {
        guard let queue = try? engine.queues.queue(name) else {
            let names = engine.queues.queues.map(\.name).joined(separator: ", ")
            throw ControlError("there is no queue \(name); there are: \(names)", isUnknown: true)
        }
        return queue
    }

    static func position(_ text: String) throws -> Replay.Position {
        if text == "TRIM_HORIZON" { return .trimHorizon }
        if let sequence = SequenceNumber.sequence(text) { return .sequence(sequence) }
        if let date = try? Date(text, strategy: .iso8601),
            let time = Timestamp(secondsSince1970: date.timeIntervalSince1970)
        {
            return .time(time)
        }
        throw ControlError(
            "\(text) is no place in a stream; give TRIM_HORIZON, a sequence number of 21 digits, a time such as "
                + "2026-01-31T12:00:00Z, or TABLE for what the table holds.")
    }

    private func known<Value>(_ value: Value?, _ name: String) throws -> Value {
        guard let value else {
            let names = engine.pipes.all.map(\.name).sorted().joined(separator: ", ")
            throw ControlError(
                "there is no pipe \(name); there are: \(names.isEmpty ? "none" : names)", isUnknown: true)
        }
        return value
    }

    private static func read<Request: Decodable>(
        _ type: Request.Type, _ body: [UInt8], _ example: String
    ) throws -> Request {
        guard let request = try? JSONDecoder().decode(type, from: Data(body)) else {
            throw ControlError("the request's body is not understood; send JSON such as \(example)")
        }
        return request
    }

    static func json(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }
}
