import Foundation

/// What a line of a log says in the embedded metric format, CloudWatch's way to put metrics by printing JSON.
///
/// Source: "Specification: Embedded metric format" in CloudWatch's documentation.
public enum EmbeddedMetrics: Hashable, Sendable {
    /// The line is plain text, or JSON without `_aws` at its root.
    case none
    /// The values to be put. Whether AWS would take their names and times, ``MetricStore/put(_:)`` says.
    case data([MetricDatum])
    /// The line is meant to hold metrics and does not.
    case invalid(Failure)

    public struct Failure: Hashable, Sendable {
        /// Which of the metrics in `AWS/Logs` counts it.
        public enum Kind: String, Hashable, Sendable {
            /// The line is not JSON, or too long.
            case parsing = "EMFParsingErrors"
            /// The JSON is not what the format asks for.
            case validation = "EMFValidationErrors"
        }

        public var kind: Kind
        /// One sentence.
        public var reason: String
    }

    /// Longest line. AWS: a log event of 1 MB.
    public static let lineBytesMax = 1_048_576
    /// Most metrics of one directive.
    public static let metricsMax = 100
    /// Most values of one metric.
    public static let valuesMax = 100
    /// Most metrics of one line, one for each set of dimensions. Ours: bounded memory.
    public static let dataMax = 10_000
    /// Most bytes of names and values in the dimensions of one line, those of a set counted for each of its metrics. Ours:
    /// bounded memory, as a line may name one long value in thousands of sets.
    public static let dimensionBytesMax = 16 << 20

    private static let mark = Array(#""_aws""#.utf8)

    /// Reads one line. A line without metrics costs a look at its first character, and for JSON a search through it.
    public static func read(_ line: RawSpan) -> EmbeddedMetrics {
        guard mayHoldMetrics(line) else { return .none }
        guard line.byteCount <= lineBytesMax else {
            return .invalid(Failure(kind: .parsing, reason: "The line is longer than \(lineBytesMax) bytes; split it."))
        }
        do throws(EmbeddedMetrics.Failure) {
            return try MetricLine(line).metrics(line)
        } catch {
            return .invalid(error)
        }
    }

    private static func mayHoldMetrics(_ line: RawSpan) -> Bool {
        line.withUnsafeBytes { line in
            guard let start = line.first(where: { $0 != 0x20 && $0 != 0x09 }), start == UInt8(ascii: "{") else {
                return false
            }
            // By its second character: quotes are frequent in JSON, underscores are not.
            var rest = line.dropFirst()
            while let place = rest.firstIndexOf(mark[1]) {
                if line[(place - 1)...].starts(with: mark) { return true }
                rest = line[(place + 1)...]
            }
            return false
        }
    }
}

extension Slice<UnsafeRawBufferPointer> {
    /// Where a byte is first, by the C library, which looks at many at once.
    fileprivate func firstIndexOf(_ byte: UInt8) -> Int? {
        guard !isEmpty, let start = base.baseAddress,
            let found = memchr(start + startIndex, Int32(byte), count)
        else { return nil }
        return UnsafeRawPointer(found) - start
    }
}

extension EmbeddedMetrics.Failure: Error {}
