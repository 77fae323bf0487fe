import ArgumentParser
import Engine
import Foundation

struct PipesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipes",
        abstract: "List, show, stop, start and replay the pipes of a running engine.",
        subcommands: [
            PipesListCommand.self, PipesShowCommand.self, PipesStopCommand.self, PipesStartCommand.self,
            PipesReplayCommand.self,
        ])
}

struct PipesListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "One line for each pipe: its state, what it has done, how far behind it is.")

    @OptionGroup var control: ControlArguments

    func run() async throws {
        let pipes = try await control.withEngine { try await $0.get(["_sluice", "status"], as: EngineReport.self) }
            .pipes
        if control.json { return try Terminal.printJSON(pipes) }
        guard !pipes.isEmpty else { return Terminal.print("There are no pipes.") }
        Terminal.print(pipes.map(PipeText.line).joined(separator: "\n"))
    }
}

struct PipesShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "A pipe's accounts, and how it stands in each shard of its stream.",
        discussion: "Example: sluice pipes show StandardOrderPipe")

    @OptionGroup var control: ControlArguments

    @Argument(help: "The pipe's name.")
    var name: String

    func run() async throws {
        let detail = try await control.withEngine {
            try await $0.get(["_sluice", "pipes", name], as: PipeDetail.self)
        }
        if control.json { return try Terminal.printJSON(detail) }
        Terminal.print(PipeText.detail(detail))
    }
}

/// A command that sets a pipe's desired state and waits until it is so.
private protocol PipeSwitch: AsyncParsableCommand {
    static var verb: String { get }
    static var state: String { get }
    var control: ControlArguments { get }
    var name: String { get }
}

/// The answer of StartPipe and StopPipe.
private struct PipeSwitchAnswer: Decodable {
    let CurrentState: String
}

extension PipeSwitch {
    func run() async throws {
        let detail = try await control.withEngine { engine in
            _ = try await engine.post(["v1", "pipes", name, Self.verb], [String: String](), as: PipeSwitchAnswer.self)
            while true {
                let detail = try await engine.get(["_sluice", "pipes", name], as: PipeDetail.self)
                // Somebody else may want it otherwise meanwhile: then that is what is shown.
                let hasFailed = detail.pipe.stateReason != nil
                if detail.pipe.currentState == Self.state || detail.desiredState != Self.state || hasFailed {
                    return detail
                }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        if control.json { return try Terminal.printJSON(detail) }
        Terminal.print(PipeText.line(detail.pipe))
    }
}

struct PipesStopCommand: AsyncParsableCommand, PipeSwitch {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Stop a pipe: it takes nothing new, and what is with its function is settled first.",
        discussion: "It stays stopped, also after a restart of the engine, until it is started.")
    static let verb = "stop"
    static let state = "STOPPED"

    @OptionGroup var control: ControlArguments

    @Argument(help: "The pipe's name.")
    var name: String
}

struct PipesStartCommand: AsyncParsableCommand, PipeSwitch {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Start a stopped pipe from where it stands.")
    static let verb = "start"
    static let state = "RUNNING"

    @OptionGroup var control: ControlArguments

    @Argument(help: "The pipe's name.")
    var name: String
}

struct PipesReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Deliver a stream's records again, from a place on, or what the table holds.",
        discussion: """
            The pipe goes back to the place and delivers everything from there on, also what it has delivered before: its \
            function sees those records twice. A stopped pipe goes back and stays stopped.

            From TABLE, this pipe alone delivers every item of its table as the record of an insertion, through its filter, \
            and then goes on in the stream where it stood. The stream's records wait meanwhile. A restart goes on with it.

            Examples:
              sluice pipes replay StandardOrderPipe --from TRIM_HORIZON
              sluice pipes replay StandardOrderPipe --from TABLE --rate 500
              sluice pipes replay StandardOrderPipe --from 2026-01-31T12:00:00Z --rate 100
            """)

    @OptionGroup var control: ControlArguments

    @Argument(help: "The pipe's name.")
    var name: String

    @Option(help: "TRIM_HORIZON, a sequence number, a time such as 2026-01-31T12:00:00Z, or TABLE.")
    var from: String

    @Option(help: "Most records a second, until it is back where it was, or through the table (default: no limit).")
    var rate: Int?

    func run() async throws {
        struct Request: Encodable {
            let from: String
            let recordsPerSecond: Int?
        }
        let detail = try await control.withEngine {
            try await $0.post(
                ["_sluice", "pipes", name, "replay"], Request(from: from, recordsPerSecond: rate), as: PipeDetail.self)
        }
        if control.json { return try Terminal.printJSON(detail) }
        Terminal.print(PipeText.detail(detail))
    }
}

/// Pipes as people read them.
enum PipeText {
    static func line(_ pipe: PipeReport) -> String {
        "\(pipe.name)  \(pipe.currentState)  \(Figures.count(pipe.delivered)) delivered, "
            + "\(Figures.count(pipe.filteredOut)) filtered out, \(Figures.count(pipe.deadLettered)) dead-lettered, "
            + "\(Figures.count(pipe.dropped)) dropped, \(Figures.count(pipe.behind + pipe.inFlight)) to go"
    }

    static func detail(_ detail: PipeDetail) -> String {
        let pipe = detail.pipe
        var lines = ["\(pipe.name)  \(pipe.currentState)"]
        if pipe.currentState != detail.desiredState { lines[0] += " (to be \(detail.desiredState))" }
        if let reason = pipe.stateReason { lines.append("  cannot run: \(reason)") }
        lines.append(
            "  \(Figures.count(pipe.read)) read = \(Figures.count(pipe.filteredOut)) filtered out + "
                + "\(Figures.count(pipe.delivered)) delivered + \(Figures.count(pipe.deadLettered)) dead-lettered + "
                + "\(Figures.count(pipe.dropped)) dropped + \(Figures.count(pipe.inFlight)) in flight")
        lines.append(
            "  \(Figures.count(pipe.invocations)) invocations, \(Figures.count(pipe.retried)) records retried; write to "
                + "function p50 \(Figures.milliseconds(pipe.latencyMilliseconds.p50)), "
                + "p99 \(Figures.milliseconds(pipe.latencyMilliseconds.p99))")
        for shard in detail.shards {
            lines.append(
                "  \(shard.shardId)  \(Figures.count(shard.behind + shard.inFlight)) behind, "
                    + String(format: "%.1f s", shard.lagSeconds) + ", \(shard.busyLanes) of \(shard.lanes) lanes busy")
            if let error = shard.lastError {
                lines.append(
                    "    last error at \(Moment.text(error.timestamp)), attempt \(error.attempts): \(error.reason)")
            }
        }
        return lines.joined(separator: "\n")
    }
}

/// Moments as people read them.
enum Moment {
    /// - Parameter milliseconds: since 1970.
    static func text(_ milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1_000).formatted(.iso8601)
    }

    /// With its milliseconds.
    static func exact(_ milliseconds: Int64) -> String {
        // The style cuts off what is below a millisecond, and the nearest number to one may be below it.
        Date(timeIntervalSince1970: (Double(milliseconds) + 0.5) / 1_000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
