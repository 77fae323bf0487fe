import Foundation
import Logging

/// How a function logs: the level and the form that Lambda's logging controls set.
struct LogSettings: Sendable {
    enum Format: Sendable {
        /// One JSON object a line: timestamp, level, message, requestId, and the metadata.
        case json
        /// Fields with tabs between them, as Lambda's own runtimes have them.
        case text
    }

    var level: Logger.Level
    var format: Format

    /// Reads `AWS_LAMBDA_LOG_LEVEL` and `AWS_LAMBDA_LOG_FORMAT`; what is absent or unknown is `INFO` and text, as on AWS.
    init(environment: [String: String]) {
        format = environment["AWS_LAMBDA_LOG_FORMAT"]?.lowercased() == "json" ? .json : .text
        level =
            switch environment["AWS_LAMBDA_LOG_LEVEL"]?.uppercased() {
            case "TRACE": .trace
            case "DEBUG": .debug
            case "WARN": .warning
            case "ERROR": .error
            case "FATAL": .critical
            default: .info
            }
    }

    func logger(requestID: String) -> Logger {
        let handler = FunctionLogHandler(format: format, requestID: requestID, logLevel: level)
        return Logger(label: "lambda") { _ in handler }
    }
}

/// swift-log's way into ``StructuredLog``.
struct FunctionLogHandler: LogHandler {
    private struct Line: Encodable {
        let timestamp: String
        let level: String
        let message: String
        let requestId: String
        let metadata: [String: String]?
    }

    let format: LogSettings.Format
    let requestID: String
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(format: LogSettings.Format, requestID: String, logLevel: Logger.Level) {
        self.format = format
        self.requestID = requestID
        self.logLevel = logLevel
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        StructuredLog.write(bytes: line(event, at: Date()))
    }

    /// Without its end of line.
    func line(_ event: LogEvent, at moment: Date) -> [UInt8] {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }.mapValues(\.description)
        let timestamp = moment.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        let level = Self.name(of: event.level)
        switch format {
        case .json:
            let line = Line(
                timestamp: timestamp, level: level, message: event.message.description, requestId: requestID,
                metadata: all.isEmpty ? nil : all)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            // Strings always have a JSON form.
            return Array((try? encoder.encode(line)) ?? Data())
        case .text:
            let pairs = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
            let text = "\(timestamp)\t\(requestID)\t\(level)\t\(event.message)\(pairs)"
            // One event is one line, whatever it holds.
            return text.utf8.map { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") ? UInt8(ascii: " ") : $0 }
        }
    }

    /// Lambda's names of levels.
    private static func name(of level: Logger.Level) -> String {
        switch level {
        case .trace: "TRACE"
        case .debug: "DEBUG"
        case .info, .notice: "INFO"
        case .warning: "WARN"
        case .error: "ERROR"
        case .critical: "FATAL"
        }
    }
}
