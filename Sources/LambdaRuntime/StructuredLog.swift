import FoundationEssentials
import Glibc
import Logging

/// Writes one JSON object a line to stdout, which is the function's log. Unbuffered: what was written is in the log even
/// when the process dies the moment after.
public enum StructuredLog {
    /// Writes `line` as JSON. A line that cannot be encoded is replaced by one that says so.
    public static func write(_ line: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var bytes = (try? encoder.encode(line)) ?? Data(#"{"message":"a log line could not be encoded"}"#.utf8)
        bytes.append(UInt8(ascii: "\n"))
        // One call per line, so that lines of several tasks do not mix.
        write(bytes, to: STDOUT_FILENO)
    }

    /// Writes everything, or stops where nobody reads any more.
    static func write(_ bytes: some ContiguousBytes, to descriptor: Int32) {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}

/// swift-log's way into ``StructuredLog``.
struct StandardOutputLogHandler: LogHandler {
    private struct Line: Encodable {
        let level: String
        let message: String
        let metadata: [String: String]
    }

    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        StructuredLog.write(
            Line(
                level: event.level.rawValue, message: event.message.description, metadata: all.mapValues(\.description))
        )
    }
}
