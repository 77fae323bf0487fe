import Engine
import Foundation
import FoundationNetworking
import Testing

/// `sluice up` on a port of its own.
struct RunningSluice: Sendable {
    let command: Command
    let url: String
    let consoleURL: String

    /// Starts and returns once it says that it is ready.
    static func start(
        data: String, scratch: Scratch, arguments: [String] = [], environment: [String: String] = [:]
    ) async throws -> RunningSluice {
        let command = try Command(
            ["up", "--data", data, "--port", "0", "--console-port", "0"] + arguments, scratch: scratch,
            environment: environment)
        let isReady = await command.wait { command.output.contains("Ready.") }
        try #require(isReady, "\(command.output)\(command.errors)")
        let url = try #require(command.output.firstMatch(of: /at (http:\/\/[0-9.:]+)/)?.1)
        let console = try #require(command.output.firstMatch(of: /the console: (http:\/\/[0-9.:]+)/)?.1)
        return RunningSluice(command: command, url: String(url), consoleURL: String(console))
    }

    /// Asks it to stop and waits for its end.
    func stop(_ signal: Int32 = SIGTERM) async -> Command.Outcome {
        kill(command.process.processIdentifier, signal)
        return await command.finish()
    }

    /// A DynamoDB request; the answer's status and body.
    func send(
        _ operation: String, _ body: String, service: String = "DynamoDB_20120810"
    ) async throws -> (status: Int, body: String) {
        var request = URLRequest(url: URL(string: url)!)
        request.httpMethod = "POST"
        request.setValue("\(service).\(operation)", forHTTPHeaderField: "X-Amz-Target")
        request.setValue("application/x-amz-json-1.0", forHTTPHeaderField: "Content-Type")
        request.httpBody = Data(body.utf8)
        let (data, response) = try await URLSession.shared.data(for: request)
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
    }

    func status() async throws -> Status { try await get("status") }

    /// The whole report.
    func report() async throws -> EngineReport { try await get("status") }

    func detail(_ pipe: String) async throws -> PipeDetail { try await get("pipes/\(pipe)") }

    private func get<Answer: Decodable>(_ path: String) async throws -> Answer {
        let (data, _) = try await URLSession.shared.data(from: URL(string: "\(url)/_sluice/\(path)")!)
        return try JSONDecoder().decode(Answer.self, from: data)
    }

    /// Waits until every pipe has settled everything in the stream.
    func drained() async throws -> Status {
        for _ in 0..<12_000 {
            let status = try await status()
            if status.pipes.allSatisfy({ $0.read == status.changes && $0.inFlight == 0 }) { return status }
            try await Task.sleep(for: .milliseconds(5))
        }
        Issue.record("the pipes did not drain within a minute")
        return try await status()
    }
}

/// What the tests read of the engine's report and of the demo's.
struct Status: Decodable, Sendable {
    struct Table: Decodable, Sendable {
        let name: String
        let changes: Int
    }

    struct Queue: Decodable, Sendable {
        let name: String
        let approximateNumberOfMessages: Int
    }

    let tables: [Table]
    let queues: [Queue]
    let pipes: [PipeAccounts]

    /// Records of the one stream that the templates of these tests have.
    var changes: Int { tables.reduce(0) { $0 + $1.changes } }
}

struct PipeAccounts: Decodable, Sendable {
    let name: String
    let read: Int
    let filteredOut: Int
    let delivered: Int
    let deadLettered: Int
    let dropped: Int
    let inFlight: Int
    let retried: Int
    let invocations: Int

    /// Law: nothing that was read is unaccounted for.
    var isBalanced: Bool { read == filteredOut + delivered + deadLettered + dropped + inFlight }
}

/// The functions' logs: one JSON line per decision.
struct FunctionLog {
    struct Line: Decodable, Hashable {
        let decision: String?
        let eventID: String?
        let orderId: String?
        let routes: [String]?
    }

    let lines: [Line]

    /// Lines so far, without reading what they say.
    static func lineCount(_ function: String, data: String) -> Int {
        let bytes = FileManager.default.contents(atPath: "\(data)/logs/\(function).log") ?? Data()
        return bytes.count { $0 == UInt8(ascii: "\n") }
    }

    init(_ function: String, data: String) {
        let text = (try? String(contentsOfFile: "\(data)/logs/\(function).log", encoding: .utf8)) ?? ""
        lines = text.split(separator: "\n").compactMap { try? JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    }

    var routed: [Line] { lines.filter { $0.decision == "routed" } }
    /// Events that got through, each counted once however often it was delivered.
    var routedEvents: Set<String> { Set(routed.compactMap(\.eventID)) }
}
