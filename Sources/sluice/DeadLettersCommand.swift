import ArgumentParser
import Engine
import EventPatterns
import Foundation

struct DeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dlq",
        abstract: "List, show and redrive the dead letters of a running engine's pipes.",
        subcommands: [
            DeadLettersListCommand.self, DeadLettersShowCommand.self, DeadLettersRedriveCommand.self,
        ])
}

struct DeadLettersListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "One line for each dead letter, the oldest first.")

    @OptionGroup var control: ControlArguments

    @Option(help: "Only those of this pipe.")
    var pipe: String?

    func run() async throws {
        let letters = try await control.withEngine { try await Self.letters($0, pipe: pipe) }
        if control.json { return try Terminal.printJSON(letters) }
        guard !letters.isEmpty else { return Terminal.print("There are no dead letters.") }
        Terminal.print(letters.map(DeadLetterText.line).joined(separator: "\n"))
    }

    static func letters(_ engine: ControlClient, pipe: String?) async throws -> [DeadLetterReport] {
        try await engine.get(["_sluice", "dlq"], as: [DeadLetterReport].self).filter {
            pipe == nil || $0.pipe == pipe
        }
    }
}

struct DeadLettersShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "A dead letter with its error and the whole orders.")

    @OptionGroup var control: ControlArguments

    @Argument(help: "The dead letter's id, as `sluice dlq list` shows it.")
    var id: String

    func run() async throws {
        let letter = try await control.withEngine {
            try await $0.get(["_sluice", "dlq", id], as: DeadLetterReport.self)
        }
        if control.json { return try Terminal.printJSON(letter) }
        Terminal.print(DeadLetterText.whole(letter))
    }
}

struct DeadLettersRedriveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redrive",
        abstract: "Deliver dead letters to their function again; those that it handles leave the queue.",
        discussion: """
            A dead letter stays where it is when its order has been sent in a newer state since: delivering the \
            older one would undo that. --force delivers it all the same.

            Examples:
              sluice dlq redrive --all --dry-run
              sluice dlq redrive 6f1c0d4e-…
              sluice dlq redrive --matching '{"dynamodb":{"Keys":{"orderId":{"S":["A-1"]}}}}'
            """)

    @OptionGroup var control: ControlArguments

    @Argument(help: "Ids, as `sluice dlq list` shows them.")
    var ids: [String] = []

    @Flag(help: "All dead letters.")
    var all = false

    @Option(help: "Those with a record that this pattern matches.")
    var matching: String?

    @Option(help: "With --all or --matching: only those of this pipe.")
    var pipe: String?

    @Flag(help: "Also those whose order has been sent in a newer state since.")
    var force = false

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    /// Dead letters in one request: a progress bar moves, and a stop loses little.
    private static let requestCount = 10

    func validate() throws {
        guard [!ids.isEmpty, all, matching != nil].count(where: { $0 }) == 1 else {
            throw ValidationError("Say which dead letters: their ids, --all, or --matching with a pattern.")
        }
    }

    func run() async throws {
        let results = try await control.withEngine { engine in
            let chosen = try await choose(engine)
            var results: [RedriveResult] = []
            var progress = ProgressBar("redriving")
            struct Request: Encodable {
                let ids: [String]
                let force: Bool
                let isDryRun: Bool
            }
            for first in stride(from: 0, to: chosen.count, by: Self.requestCount) {
                let part = Array(chosen[first..<min(first + Self.requestCount, chosen.count)])
                results += try await engine.post(
                    ["_sluice", "dlq", "redrive"], Request(ids: part, force: force, isDryRun: dryRun),
                    as: [RedriveResult].self)
                progress.show { (results.count, chosen.count, "") }
            }
            progress.clear()
            return results
        }
        if control.json {
            try Terminal.printJSON(results)
        } else {
            Terminal.print(DeadLetterText.summary(results))
        }
        if results.contains(where: { $0.outcome == .failed || $0.outcome == .unknown }) { throw ExitCode(1) }
    }

    private func choose(_ engine: ControlClient) async throws -> [String] {
        guard ids.isEmpty else { return ids }
        let letters = try await DeadLettersListCommand.letters(engine, pipe: pipe)
        guard let matching else { return letters.map(\.id) }
        let criteria: FilterCriteria
        do { criteria = try FilterCriteria(patterns: [matching]) } catch {
            throw ControlFailure("--matching: \(error)")
        }
        var chosen: [String] = []
        for letter in letters {
            let records = try await engine.get(["_sluice", "dlq", letter.id], as: DeadLetterReport.self).records
            if try records.contains(where: { try criteria.matches(Array($0.utf8)) }) { chosen.append(letter.id) }
        }
        return chosen
    }
}

/// Dead letters as people read them.
private enum DeadLetterText {
    private static let keysShown = 3

    static func line(_ letter: DeadLetterReport) -> String {
        let keys = letter.keys.isEmpty ? "no records are kept" : letter.keys.prefix(keysShown).joined(separator: ", ")
        let more = letter.keys.count > keysShown ? " and \(letter.keys.count - keysShown) more" : ""
        return "\(letter.id)  \(Moment.text(letter.sentTimestamp))  \(letter.pipe)  \(letter.condition)  \(keys)\(more)"
    }

    static func whole(_ letter: DeadLetterReport) -> String {
        var lines = [
            "\(letter.id) in \(letter.queue), sent \(Moment.text(letter.sentTimestamp)) by \(letter.pipe): \(letter.condition)",
            "  attempts: \(letter.attempts)" + (letter.requestId.map { ", last request \($0)" } ?? ""),
        ]
        if let error = letter.lastError { lines.append("  last error: \(error)") }
        lines.append("  message: \(letter.body)")
        for (keys, record) in zip(letter.keys, letter.records) {
            lines.append("  \(keys)")
            lines.append("    \(record)")
        }
        return lines.joined(separator: "\n")
    }

    static func summary(_ results: [RedriveResult]) -> String {
        guard !results.isEmpty else { return "There is nothing to redrive." }
        var lines = results.compactMap { result -> String? in
            switch result.outcome {
            case .redriven: nil
            case .wouldBeRedriven: "\(result.id)  would be redriven"
            case .heldBack: "\(result.id)  held back: \(result.reason ?? ""); --force delivers it all the same"
            case .failed: "\(result.id)  failed again: \(result.reason ?? "")"
            case .unknown: "\(result.id)  is no dead letter of these pipes; `sluice dlq list` shows them"
            }
        }
        let redriven = results.count { $0.outcome == .redriven }
        if redriven > 0 || lines.isEmpty { lines.append("\(Figures.count(redriven)) redriven") }
        return lines.joined(separator: "\n")
    }
}
