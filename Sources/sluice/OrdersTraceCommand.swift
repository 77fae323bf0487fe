import ArgumentParser
import Engine

struct OrdersTraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Tell one order's life: its changes, and what became of each in every pipe.",
        discussion: """
            From stored facts, in the order of their happening: the stream's records with the names of what changed, each \
            pipe's decision with its reasons, failed attempts, what the function's log tells, dead letters, and messages in \
            queues that name the order. Nothing is received and nothing moves.

            The stream keeps 24 hours; what is older is told by dead letters and messages alone. Contents of the order are \
            shown with --show-values only.

            Examples:
              sluice orders trace A-1
              sluice orders trace A-1 --show-values --json
            """)

    @OptionGroup var control: ControlArguments

    @Option(help: "Name of the table that holds the orders.")
    var table = "Orders"

    @Argument(help: "The order's id.")
    var orderId: String

    @Flag(help: "Show values of attributes, bodies of messages and whole lines of logs as well.")
    var showValues = false

    func run() async throws {
        struct Request: Encodable {
            let hashKey: String
            let showsValues: Bool
        }
        let trace = try await control.withEngine {
            try await $0.post(
                ["_sluice", "tables", table, "trace"], Request(hashKey: orderId, showsValues: showValues),
                as: ItemTrace.self)
        }
        if control.json { return try Terminal.printJSON(trace) }
        Terminal.print(TraceText.text(trace))
    }
}

/// An order's life as people read it.
enum TraceText {
    static func text(_ trace: ItemTrace) -> String {
        var blocks = [beginning(trace)]
        blocks += trace.records.map { record($0).joined(separator: "\n") }
        if !trace.deadLetters.isEmpty {
            blocks.append((["Dead letters"] + trace.deadLetters.flatMap(deadLetter)).joined(separator: "\n"))
        }
        if !trace.messages.isEmpty {
            blocks.append((["Messages in queues"] + trace.messages.flatMap(message)).joined(separator: "\n"))
        }
        if trace.isCut {
            blocks.append(
                "There is more than an answer holds; these are the last changes, and the first dead letters, messages and lines of logs."
            )
        }
        return blocks.joined(separator: "\n\n")
    }

    private static func beginning(_ trace: ItemTrace) -> String {
        let place =
            trace.exists ? "is in the table \(trace.table)" : "is not in the table \(trace.table) any more"
        let count = trace.records.count
        let history =
            switch (count, trace.isComplete) {
            case (0, _): "The stream tells nothing of it: its last change is more than 24 hours old."
            case (1, true): "The stream holds its one change."
            case (_, true): "The stream holds all its \(count) changes."
            case (_, false) where trace.isCut: "These are its last changes: \(count)."
            case (_, false):
                "The stream holds its last \(count == 1 ? "change" : "\(count) changes"); what is older than 24 hours has left it."
            }
        return "\(trace.hashKey) \(place). \(history)"
    }

    private static func record(_ record: TraceRecord) -> [String] {
        var lines = ["\(Moment.exact(record.timestamp))  \(record.eventName)  \(record.keys)"]
        lines.append("  record \(record.sequenceNumber), event \(record.eventID)")
        if record.isExpiry { lines.append("  removed by time to live") }
        if let changes = record.changes {
            lines += TraceRecord.Change.Kind.allKinds.flatMap { kind in
                self.changes(changes.filter { $0.kind == kind }, kind)
            }
            if changes.isEmpty { lines.append("  nothing changed") }
        } else {
            lines.append("  the stream does not show what changed")
        }
        for delivery in record.pipes { lines += self.delivery(delivery) }
        return lines
    }

    private static func changes(_ changes: [TraceRecord.Change], _ kind: TraceRecord.Change.Kind) -> [String] {
        guard let first = changes.first else { return [] }
        guard first.old != nil || first.new != nil else {
            return ["  \(kind.rawValue): \(changes.map(\.attribute).joined(separator: ", "))"]
        }
        return changes.map { change in
            let values = [change.old, change.new].compactMap { $0 }.joined(separator: " → ")
            return "  \(kind.rawValue): \(change.attribute) \(values)"
        }
    }

    private static func delivery(_ delivery: TraceDelivery) -> [String] {
        var lines = ["  \(delivery.pipe) → \(delivery.target): \(words(delivery))"]
        if delivery.isJudgedAnew { lines.append("    the pipe has changed since; this is its filter of now") }
        for reason in delivery.reasons {
            let found = reason.found.map { "found \($0)" } ?? "found another value (--show-values shows it)"
            lines.append("    \(reason.clause) wants \(reason.wanted), \(found)")
        }
        for setback in delivery.setbacks {
            let request = setback.requestId.map { ", request \($0)" } ?? ""
            let others = setback.batchSize == 1 ? "alone" : "with \(setback.batchSize - 1) others"
            let named = setback.isNamed ? "" : ", and not by this record"
            lines.append(
                "    \(Moment.exact(setback.timestamp))  \(words(setback)) \(others)\(named): \(setback.reason)\(request)"
            )
        }
        for line in delivery.log {
            let moment = line.timestamp.map { Moment.text($0) + "  " } ?? ""
            let isNamed = line.requestId.map { line.text.contains($0) } ?? true
            lines.append(
                "    \(moment)\(line.function): \(line.text.replacing("\t", with: "  "))"
                    + (isNamed ? "" : ", request \(line.requestId ?? "")"))
        }
        if !delivery.deadLetters.isEmpty {
            lines.append("    in the dead letter \(delivery.deadLetters.joined(separator: ", "))")
        }
        return lines
    }

    private static func words(_ delivery: TraceDelivery) -> String {
        switch delivery.state {
        case .notRead: "not read yet"
        case .beforePipe: "not read; the pipe began behind it"
        case .filteredOut: "dropped by its filter"
        case .inFlight: "matched, under way"
        case .delivered: "matched, delivered"
        case .deadLettered: "matched, given up as a dead letter"
        case .dropped: "matched, given up; the pipe has no dead-letter queue"
        }
    }

    private static func words(_ setback: TraceSetback) -> String {
        switch setback.kind {
        case "failed": "attempt \(setback.attempts) failed,"
        case "partlyFailed": "attempt \(setback.attempts) failed in part,"
        case "notReached": "the target was not reached,"
        case "deadLettered": "given up as a dead letter,"
        default: "given up,"
        }
    }

    private static func deadLetter(_ letter: TraceDeadLetter) -> [String] {
        [
            "  \(Moment.exact(letter.sentTimestamp))  \(letter.id)  now in \(letter.queue)",
            "    from \(letter.pipe): \(letter.condition), \(letter.attempts) failed attempts, "
                + "\(letter.sequenceNumbers.count) of its \(letter.batchSize) records are this order's",
        ]
    }

    private static func message(_ message: TraceMessage) -> [String] {
        let group = message.groupId.map { ", group \($0)" } ?? ""
        let received = message.receiveCount == 0 ? "not received yet" : "received \(message.receiveCount) times"
        let trace = message.traceHeader.map { ", trace \($0)" } ?? ""
        var lines = [
            "  \(Moment.exact(message.sentTimestamp))  \(message.queue)  \(message.id)\(group), \(received)\(trace)"
        ]
        if let body = message.body { lines.append("    \(body)") }
        return lines
    }
}

extension TraceRecord.Change.Kind {
    fileprivate static let allKinds: [Self] = [.added, .changed, .removed]
}
