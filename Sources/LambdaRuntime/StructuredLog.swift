import Foundation

/// Writes one JSON object a line to stdout, which is the function's log. Unbuffered: what was written is in the log even
/// when the process dies the moment after.
public enum StructuredLog {
    /// Writes `line` as JSON. A line that cannot be encoded is replaced by one that says so.
    public static func write(_ line: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        write(bytes: (try? encoder.encode(line)) ?? Data(#"{"message":"a log line could not be encoded"}"#.utf8))
    }

    static func write(bytes: some Sequence<UInt8>) {
        var line = Array(bytes)
        line.append(UInt8(ascii: "\n"))
        // One call per line, so that lines of several tasks do not mix.
        line.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = Foundation.write(
                    STDOUT_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}
