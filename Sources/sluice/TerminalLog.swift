import Foundation
import Logging

/// The log on standard error, which a line that changes in place makes room for.
struct TerminalLog: LogHandler {
    private var lines: StreamLogHandler

    init(label: String) { lines = .standardError(label: label) }

    var logLevel: Logger.Level {
        get { lines.logLevel }
        set { lines.logLevel = newValue }
    }

    var metadata: Logger.Metadata {
        get { lines.metadata }
        set { lines.metadata = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { lines[metadataKey: key] }
        set { lines[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) {
        Terminal.clearLine()
        lines.log(event: isatty(STDERR_FILENO) == 1 ? Self.harmless(event) : event)
    }

    /// What others have written may stand in it: names that clients ask for, what functions fail with.
    private static func harmless(_ event: LogEvent) -> LogEvent {
        var event = event
        event.message = "\(TerminalText.harmless("\(event.message)"))"
        event.metadata = event.metadata?.mapValues { .string(TerminalText.harmless("\($0)")) }
        return event
    }
}
