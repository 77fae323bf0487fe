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
        lines.log(event: event)
    }
}
