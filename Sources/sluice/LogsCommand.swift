import ArgumentParser
import Clocks
import Engine
import Foundation
import Functions
import UnixSignals

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Show or follow the log of a function of a running engine.",
        subcommands: [LogsShowCommand.self, LogsFollowCommand.self])
}

/// What both commands take.
struct LogArguments: ParsableArguments {
    @Option(help: "Address of the running engine (default: AWS_ENDPOINT_URL, or http://127.0.0.1:4566).")
    var endpointURL: String?

    @Argument(help: "The function's name.")
    var function: String

    @Option(help: "Only what was written since: a time such as 2026-01-31T12:00:00Z, or a while ago such as 15m.")
    var since: String?

    @Option(help: "Only lines that hold this text.")
    var filter: String?

    @Flag(help: "Print a JSON object a line: timestamp (milliseconds since 1970) and text.")
    var json = false

    func validate() throws {
        if let since, Self.milliseconds(since) == nil {
            throw ValidationError(
                "--since \(since) is neither a time such as 2026-01-31T12:00:00Z nor a while ago such as 15m.")
        }
    }

    var sinceMilliseconds: Int64? { since.flatMap { Self.milliseconds($0) } }

    private static func milliseconds(_ text: String) -> Int64? {
        if let ago = Duration(text: text) { return (SystemTime().now() - ago).milliseconds }
        return (try? Date(text, strategy: .iso8601)).map { Int64($0.timeIntervalSince1970 * 1_000) }
    }

    fileprivate func print(_ page: LogPageReport, answering question: LogQuestion) throws {
        if page.hasGap {
            let isOfLastLines = question.after == nil && question.lines != nil
            Terminal.error(
                isOfLastLines
                    ? "lines are left out here: the last ones come up to 8 MB; --since without --lines shows all"
                    : "lines are missing here: the log was put aside twice meanwhile")
        }
        for line in page.lines {
            if json {
                try Terminal.printJSONLine(line)
            } else {
                Terminal.print(line.text)
            }
        }
    }
}

/// The body of `POST /_sluice/logs/NAME`.
private struct LogQuestion: Encodable {
    var after: LogReader.Position?
    var since: Int64?
    var lines: Int?
    var filter: String?
}

extension ControlClient {
    fileprivate func log(_ function: String, _ question: LogQuestion) async throws -> LogPageReport {
        try await post(["_sluice", "logs", function], question)
    }
}

struct LogsShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "The last lines of a function's log.",
        discussion: """
            Examples:
              sluice logs show OrderProcessorFunction --lines 100
              sluice logs show OrderProcessorFunction --since 1h --filter REPORT
            """)

    @OptionGroup var log: LogArguments

    @Option(help: "Most lines (default: 50, or with --since all).")
    var lines: Int?

    func validate() throws {
        if let lines, lines < 1 { throw ValidationError("--lines is \(lines); give 1 or more.") }
    }

    func run() async throws {
        try await ControlClient.with(log.endpointURL) { engine in
            var question = LogQuestion(
                since: log.sinceMilliseconds, lines: lines ?? (log.since == nil ? 50 : nil), filter: log.filter)
            while true {
                let page = try await engine.log(log.function, question)
                try log.print(page, answering: question)
                guard !page.isAtEnd else { return }
                question = LogQuestion(after: page.next, filter: log.filter)
            }
        }
    }
}

struct LogsFollowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow", abstract: "Show a function's log as it is written, until Ctrl-C.",
        discussion: """
            Goes on through restarts of the engine, and when a full log is put aside.

            Examples:
              sluice logs follow OrderProcessorFunction
              sluice logs follow OrderProcessorFunction --since 10m --filter REPORT
            """)

    /// How often it looks for lines. A log does not know its readers, so that writing it costs nothing for them.
    private static let interval = Duration.milliseconds(250)

    @OptionGroup var log: LogArguments

    @Option(help: "Lines of before to begin with (default: 10, or with --since all).")
    var lines: Int?

    func validate() throws {
        if let lines, lines < 0 { throw ValidationError("--lines is \(lines); give 0 or more.") }
    }

    func run() async throws {
        // Trapped from here on: a Ctrl-C ends it between two lines.
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in signals { return } }
            group.addTask { try await ControlClient.with(log.endpointURL) { try await follow($0) } }
            _ = try await group.next()
            group.cancelAll()
        }
    }

    private func follow(_ engine: ControlClient) async throws {
        var question = LogQuestion(
            since: log.sinceMilliseconds, lines: lines ?? (log.since == nil ? 10 : nil), filter: log.filter)
        var hasAnswered = false
        var isGone = false
        while true {
            let page: LogPageReport
            do {
                page = try await engine.log(log.function, question)
            } catch let error where hasAnswered && Self.mayPass(error) {
                try Task.checkCancellation()
                if !isGone { Terminal.error("\(engine.url) does not answer; waiting for it") }
                isGone = true
                try await Task.sleep(for: Self.interval)
                continue
            }
            if isGone { Terminal.error("\(engine.url) answers again") }
            (hasAnswered, isGone) = (true, false)
            try log.print(page, answering: question)
            // A place once known is kept: an engine that has not opened its log yet knows none.
            question = LogQuestion(after: page.next ?? question.after, filter: log.filter)
            if page.isAtEnd { try await Task.sleep(for: Self.interval) }
        }
    }

    /// Whether an engine that is being restarted would answer so.
    private static func mayPass(_ error: any Error) -> Bool {
        error is EndpointConnection.NoEngine || (error as? ControlFailure)?.isTemporary == true
    }
}
