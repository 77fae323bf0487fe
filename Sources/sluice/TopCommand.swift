import ArgumentParser
import Clocks
import Engine
import Foundation
import UnixSignals

struct TopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Show what a running engine does, live.",
        discussion: """
            Tables, pipes, functions, queues and alarms of the engine, with the rates of the last second. q, Escape or Ctrl-C \
            leaves. Where the output is no terminal, one picture of one second is printed.

            Examples:
              sluice top
              sluice top --count 60 --json > minute.jsonl
            """)

    @OptionGroup var control: ControlArguments

    @Option(help: "Seconds between two pictures.")
    var interval = 1.0

    @Option(help: "How many pictures (default: until it is left; 1 where the output is no terminal).")
    var count: Int?

    func validate() throws {
        guard (0.1...3_600).contains(interval) else {
            throw ValidationError("--interval \(interval) is not possible; give 0.1 to 3600 seconds.")
        }
        if let count, count < 1 { throw ValidationError("--count is \(count); give 1 or more.") }
    }

    func run() async throws {
        // Trapped from here on, so that the screen is given back.
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in signals { return } }
            group.addTask { try await control.withEngine { try await show($0) } }
            _ = try await group.next()
            group.cancelAll()
        }
    }

    private func show(_ engine: ControlClient) async throws {
        var before = try await engine.report()
        var moment = ContinuousClock.now
        let screen = control.json || count != nil ? nil : TerminalScreen.takeOver()
        var left = count ?? (screen == nil ? 1 : .max)
        // At once what there is, and rates as soon as there are any.
        screen?.draw(picture(LiveFigures(before, since: nil, seconds: 0), engine))
        while left > 0 {
            if let screen {
                if await screen.waitForLeaving(.seconds(interval)) { return }
                try Task.checkCancellation()
            } else {
                try await Task.sleep(for: .seconds(interval))
            }
            let (report, now) = (try await engine.report(), ContinuousClock.now)
            let figures = LiveFigures(report, since: before, seconds: (now - moment).milliseconds / 1_000)
            (before, moment, left) = (report, now, left - 1)
            if control.json {
                try Terminal.printJSONLine(figures)
            } else if let screen {
                screen.draw(picture(figures, engine))
            } else {
                Terminal.print(
                    picture(figures, engine).map { $0.shown(width: .max, isColoured: false) }.joined(separator: "\n")
                        + (left > 0 ? "\n" : ""))
            }
        }
    }

    private func picture(_ figures: LiveFigures, _ engine: ControlClient) -> [TextLine] {
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        return [TextLine("\(engine.url) at \(Moment.text(now))"), TextLine("")]
            + LivePicture(figures: figures).lines(now: now)
    }
}

extension ControlClient {
    fileprivate func report() async throws -> EngineReport { try await get(["_sluice", "status"]) }
}
