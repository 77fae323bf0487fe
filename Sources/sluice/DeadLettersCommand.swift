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
        commandName: "list", abstract: "One line for each dead letter, the oldest of a queue first.")

    @OptionGroup var control: ControlArguments

    @Option(help: "Only those of this pipe.")
    var pipe: String?

    func run() async throws {
        try await control.withEngine { engine in
            var pages = DeadLetterPages(of: engine, pipe: pipe)
            var list = JSONList()
            var isDone = false
            // Also behind a failure: what came before it is JSON.
            defer { if control.json, isDone || !list.isEmpty { Terminal.print(list.end) } }
            var isEmpty = true
            while let letters = try await pages.next() {
                let lines = try control.json ? list.lines(letters) : letters.map(DeadLetterText.line)
                guard !lines.isEmpty else { continue }
                isEmpty = false
                Terminal.print(lines.joined(separator: "\n"))
            }
            isDone = true
            if isEmpty, !control.json { Terminal.print("There are no dead letters.") }
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
        let hasFailed = try await control.withEngine { engine in
            let chosen = try await choose(engine)
            var list = JSONList()
            var isDone = false
            // Also behind a failure: what was redriven before it is told.
            defer { if control.json, isDone || !list.isEmpty { Terminal.print(list.end) } }
            var redriven = 0
            var isSilent = true
            var hasFailed = false
            var progress = ProgressBar("redriving")
            struct Request: Encodable {
                let ids: [String]
                let force: Bool
                let isDryRun: Bool
            }
            for first in stride(from: 0, to: chosen.count, by: Self.requestCount) {
                let part = Array(chosen[first..<min(first + Self.requestCount, chosen.count)])
                let results = try await engine.post(
                    ["_sluice", "dlq", "redrive"], Request(ids: part, force: force, isDryRun: dryRun),
                    as: [RedriveResult].self)
                let lines = try control.json ? list.lines(results) : results.compactMap(DeadLetterText.outcome)
                if !lines.isEmpty {
                    isSilent = false
                    Terminal.print(lines.joined(separator: "\n"))
                }
                redriven += results.count { $0.outcome == .redriven }
                hasFailed = hasFailed || results.contains { $0.outcome == .failed || $0.outcome == .unknown }
                progress.show { (first + part.count, chosen.count, "") }
            }
            isDone = true
            progress.clear()
            if control.json { return hasFailed }
            if redriven > 0 {
                Terminal.print("\(Figures.count(redriven)) redriven")
            } else if isSilent {
                Terminal.print("There is nothing to redrive.")
            }
            return hasFailed
        }
        if hasFailed { throw ExitCode(1) }
    }

    /// The ids of all before the first is redriven: what becomes a dead letter meanwhile, perhaps by a redrive, is for another
    /// run, and pages do not lose their place while letters leave the queue.
    private func choose(_ engine: ControlClient) async throws -> [String] {
        guard ids.isEmpty else { return ids }
        var criteria: FilterCriteria?
        if let matching {
            do { criteria = try FilterCriteria(patterns: [matching]) } catch {
                throw ControlFailure("--matching: \(error)")
            }
        }
        var chosen: [(sentAt: Int64, number: Int, id: String)] = []
        // Pages go queue by queue; within one the coming is the order, whatever the clock said.
        var latest: [String: Int64] = [:]
        var pages = DeadLetterPages(of: engine, pipe: pipe)
        while let letters = try await pages.next() {
            for letter in letters {
                let sentAt = max(latest[letter.queue] ?? .min, letter.sentTimestamp)
                latest[letter.queue] = sentAt
                if let criteria {
                    let records = try await engine.get(["_sluice", "dlq", letter.id], as: DeadLetterReport.self).records
                    guard try records.contains(where: { try criteria.matches(Array($0.utf8)) }) else { continue }
                }
                chosen.append((sentAt, chosen.count, letter.id))
            }
        }
        return chosen.sorted { ($0.sentAt, $0.number) < ($1.sentAt, $1.number) }.map(\.id)
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

    /// Nil for what was redriven; such are counted.
    static func outcome(_ result: RedriveResult) -> String? {
        switch result.outcome {
        case .redriven: nil
        case .wouldBeRedriven: "\(result.id)  would be redriven"
        case .heldBack: "\(result.id)  held back: \(result.reason ?? ""); --force delivers it all the same"
        case .failed: "\(result.id)  failed again: \(result.reason ?? "")"
        case .unknown: "\(result.id)  is no dead letter of these pipes; `sluice dlq list` shows them"
        }
    }
}
