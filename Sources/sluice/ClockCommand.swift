import ArgumentParser
import Clocks
import Engine
import Foundation

struct ClockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock",
        abstract: "Show and move the clock of an engine that runs with --test-clock.",
        discussion: """
            The ages of records, retries, retention, time to live and the trimming of streams follow the clock. What a \
            function's process sees is the machine's time, and so is its time-out.
            """,
        subcommands: [
            ClockShowCommand.self, ClockAdvanceCommand.self, ClockFreezeCommand.self, ClockResumeCommand.self,
        ])

    static func show(_ report: ClockReport, _ control: ControlArguments) throws {
        if control.json { return try Terminal.printJSON(report) }
        Terminal.print(text(report))
    }

    private static func text(_ report: ClockReport) -> String {
        let ahead = Duration.milliseconds(report.aheadMilliseconds)
        let place =
            report.aheadMilliseconds < 0
            ? "\(Duration.milliseconds(-report.aheadMilliseconds).text) behind" : "\(ahead.text) ahead of"
        return
            "\(Moment.text(report.timestamp)), \(place) the machine's clock, \(report.isFrozen ? "frozen" : "running")"
    }
}

struct ClockShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "What the clock reads.")

    @OptionGroup var control: ControlArguments

    func run() async throws {
        let report = try await control.withEngine { try await $0.get(["_sluice", "clock"], as: ClockReport.self) }
        try ClockCommand.show(report, control)
    }
}

struct ClockAdvanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "advance",
        abstract: "Move the clock forward, and wake what has waited for the time in between.",
        discussion: "Example: sluice clock advance 24h")

    @OptionGroup var control: ControlArguments

    @Argument(help: "How far, such as 250ms, 90s, 15m, 24h or 1d12h.")
    var duration: String

    func run() async throws {
        let report = try await control.withEngine {
            try await $0.post(["_sluice", "clock", "advance"], ["duration": duration], as: ClockReport.self)
        }
        try ClockCommand.show(report, control)
    }
}

struct ClockFreezeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "freeze", abstract: "Let the clock stand: nothing that waits for time goes on.")

    @OptionGroup var control: ControlArguments

    func run() async throws {
        let report = try await control.withEngine {
            try await $0.post(["_sluice", "clock", "freeze"], [String: String](), as: ClockReport.self)
        }
        try ClockCommand.show(report, control)
    }
}

struct ClockResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let the clock run on from where it stands.")

    @OptionGroup var control: ControlArguments

    func run() async throws {
        let report = try await control.withEngine {
            try await $0.post(["_sluice", "clock", "resume"], [String: String](), as: ClockReport.self)
        }
        try ClockCommand.show(report, control)
    }
}
