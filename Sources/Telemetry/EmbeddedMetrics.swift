import MetricMath
internal import Clocks
import Foundation
internal import Storage

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

    private static let mark = Array(#""_aws""#.utf8)

    /// Reads one line. A line without metrics costs a look at its first character, and for JSON a search through it.
    public static func read(_ line: RawSpan) -> EmbeddedMetrics {
        guard mayHoldMetrics(line) else { return .none }
        guard line.byteCount <= lineBytesMax else {
            return .invalid(Failure(kind: .parsing, reason: "The line is longer than \(lineBytesMax) bytes; split it."))
        }
        do {
            return try JSONDecoder().decode(Document.self, from: Data(line.bytes())).metrics
        } catch DecodingError.dataCorrupted {
            return .invalid(Failure(kind: .parsing, reason: "The line holds \"_aws\" and is not JSON."))
        } catch let error as DecodingError {
            return .invalid(Failure(kind: .validation, reason: sentence(error)))
        } catch let failure as Failure {
            return .invalid(failure)
        } catch {
            return .invalid(Failure(kind: .parsing, reason: "The line cannot be read (\(error))."))
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

    private static func sentence(_ error: DecodingError) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined().trimmingPrefix(".")
                .description
        }
        switch error {
        case .keyNotFound(let key, let context):
            return "The member \(place(context.codingPath + [key])) is missing."
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "The member \(place(context.codingPath)) is not of the type that the format asks for."
        default:
            return "The line does not follow the format."
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

/// The line's JSON, of which only what the directives point at is looked at.
private struct Document: Decodable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private struct Metadata: Decodable {
        let Timestamp: Double
        let CloudWatchMetrics: [Directive]
    }

    private struct Directive: Decodable {
        let Namespace: String
        let Dimensions: [[String]]
        let Metrics: [Metric]
    }

    private struct Metric: Decodable {
        let Name: String
        let Unit: String?
        let StorageResolution: Int?
    }

    let metrics: EmbeddedMetrics

    init(from decoder: any Decoder) throws {
        let root = try decoder.container(keyedBy: Key.self)
        let mark = Key(stringValue: "_aws")
        guard root.contains(mark) else {
            metrics = .none
            return
        }
        let metadata = try root.decode(Metadata.self, forKey: mark)
        guard let milliseconds = Int64(exactly: metadata.Timestamp.rounded(.down)), milliseconds.magnitude < 1 << 50
        else {
            throw Self.invalid("The member _aws.Timestamp is no number of milliseconds since 1970.")
        }
        let time = Timestamp(milliseconds: milliseconds)
        metrics = .data(try metadata.CloudWatchMetrics.flatMap { try Self.data(of: $0, root, time) })
    }

    private static func data(
        of directive: Directive, _ root: KeyedDecodingContainer<Key>, _ time: Timestamp
    ) throws -> [MetricDatum] {
        guard directive.Metrics.count <= EmbeddedMetrics.metricsMax else {
            throw invalid("A directive has more than \(EmbeddedMetrics.metricsMax) metrics.")
        }
        // No set at all means no dimensions, as an empty one does.
        let sets = try (directive.Dimensions.isEmpty ? [[]] : directive.Dimensions).map { try dimensions($0, root) }
        return try directive.Metrics.flatMap { metric -> [MetricDatum] in
            let values = try values(of: metric.Name, root)
            guard let unit = StandardUnit(rawValue: metric.Unit ?? "None") else {
                throw invalid("The unit of the metric \(metric.Name) is none of CloudWatch's.")
            }
            guard let resolution = StorageResolution(rawValue: metric.StorageResolution ?? 60) else {
                throw invalid("The StorageResolution of the metric \(metric.Name) is neither 1 nor 60.")
            }
            guard !values.isEmpty else { return [] }
            return sets.map { dimensions in
                MetricDatum(
                    MetricIdentity(namespace: directive.Namespace, name: metric.Name, dimensions: dimensions),
                    .values(values, counts: Array(repeating: 1, count: values.count)), unit: unit, time: time,
                    resolution: resolution)
            }
        }
    }

    private static func dimensions(
        _ names: [String], _ root: KeyedDecodingContainer<Key>
    ) throws -> [MetricIdentity.Dimension] {
        guard names.count <= MetricDatum.dimensionCountMax else {
            throw invalid("A set of dimensions has more than \(MetricDatum.dimensionCountMax) names.")
        }
        return try names.map { name in
            let value = try root.decode(String.self, forKey: Key(stringValue: name))
            guard value.unicodeScalars.count <= MetricDatum.dimensionValueLengthMax else {
                throw invalid(
                    "The value of the dimension \(name) is longer than \(MetricDatum.dimensionValueLengthMax) characters."
                )
            }
            return MetricIdentity.Dimension(name, value)
        }
    }

    private static func values(of name: String, _ root: KeyedDecodingContainer<Key>) throws -> [Double] {
        let key = Key(stringValue: name)
        if let value = try? root.decode(Double.self, forKey: key) { return [value] }
        let values = try root.decode([Double].self, forKey: key)
        guard values.count <= EmbeddedMetrics.valuesMax else {
            throw invalid("The metric \(name) has more than \(EmbeddedMetrics.valuesMax) values.")
        }
        return values
    }

    private static func invalid(_ reason: String) -> EmbeddedMetrics.Failure {
        EmbeddedMetrics.Failure(kind: .validation, reason: reason)
    }
}
