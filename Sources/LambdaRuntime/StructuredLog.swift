import FoundationEssentials
import Glibc

/// Writes one JSON object a line to stdout, which is the function's log. Unbuffered: what was written is in the log even
/// when the process dies the moment after.
public enum StructuredLog {
    /// Writes `line` as JSON. A line that cannot be encoded is replaced by one that says so.
    public static func write(_ line: some Encodable) { write([line]) }

    /// Writes lines as JSON, all in one go.
    public static func write(_ lines: [some Encodable]) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        write(
            json: lines.map { line in
                (try? encoder.encode(line)).map(Array.init)
                    ?? Array(#"{"message":"a log line could not be encoded"}"#.utf8)
            })
    }

    /// Writes lines that are JSON already, all in one go.
    package static func write(json lines: [[UInt8]]) {
        guard !lines.isEmpty else { return }
        write(line: Array(lines.joined(separator: CollectionOfOne(UInt8(ascii: "\n")))))
    }

    /// Writes a line, or several with ends between them, and the end, or stops where nobody reads any more.
    package static func write(line: some Sequence<UInt8>, to descriptor: Int32 = STDOUT_FILENO) {
        var line = Array(line)
        line.append(UInt8(ascii: "\n"))
        // One call per line, so that lines of several tasks do not mix.
        line.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}
