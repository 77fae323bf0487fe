import Clocks
import Items
import MetricMath

/// A line's JSON, of which only what the directives point at is looked at. A line is read for each batch of a function, so nothing is
/// made of the rest.
struct MetricLine {
    private typealias Failure = EmbeddedMetrics.Failure

    /// Where a value lies in the line.
    private struct Value {
        var start: Int
        /// Its place in words, such as `_aws.CloudWatchMetrics[0]`. Built for a failure alone.
        var place: Place
    }

    private indirect enum Place: CustomStringConvertible {
        case root
        case member(String, of: Place)
        case element(Int, of: Place)

        var description: String {
            switch self {
            case .root: ""
            case .member(let name, of: .root): name
            case .member(let name, let place): "\(place).\(name)"
            case .element(let index, let place): "\(place)[\(index)]"
            }
        }
    }

    private let root: Members

    /// - Throws: for what is no JSON object.
    init(_ line: RawSpan) throws(EmbeddedMetrics.Failure) {
        var cursor = JSONCursor(position: 0)
        root = try Self.members(at: &cursor, line, .root)
        guard cursor.peek(line) == nil else { throw Self.noJSON }
    }

    /// The values that the line puts.
    ///
    /// - Throws: for a line that does not follow the format.
    func metrics(_ line: RawSpan) throws(EmbeddedMetrics.Failure) -> EmbeddedMetrics {
        guard let mark = Self.given("_aws", root) else { return .none }
        let metadata = try Self.object(mark, line)
        let timestamp = try Self.number(Self.required("Timestamp", metadata, mark.place), line)
        guard let milliseconds = Int64(exactly: timestamp.rounded(.down)), milliseconds.magnitude < 1 << 50 else {
            throw Self.invalid("The member _aws.Timestamp is no number of milliseconds since 1970.")
        }
        let time = Timestamp(milliseconds: milliseconds)
        var taken = Taken()
        for directive in try Self.array(Self.required("CloudWatchMetrics", metadata, mark.place), line) {
            try add(directive, line, time, to: &taken)
        }
        return .data(taken.data)
    }

    /// What has been read of a line's directives.
    private struct Taken {
        var data: [MetricDatum] = []
        var dimensionBytes = 0
        /// By the metric's name: a line may name one long member in thousands of metrics.
        var values: [String: [Double]] = [:]
    }

    private func add(
        _ directive: Value, _ line: RawSpan, _ time: Timestamp, to taken: inout Taken
    ) throws(Failure) {
        let members = try Self.object(directive, line)
        let namespace = try Self.string(Self.required("Namespace", members, directive.place), line)
        // No set at all means no dimensions, as an empty one does.
        var sets: [[MetricIdentity.Dimension]] = []
        let places = try Self.array(Self.required("Dimensions", members, directive.place), line)
        // One metric with so many is too much, so that they need not be read.
        guard places.count <= EmbeddedMetrics.dataMax else { throw Self.tooManyData }
        var setBytes = 0
        for set in places {
            let dimensions = try dimensions(set, line)
            for dimension in dimensions { setBytes += dimension.name.utf8.count + dimension.value.utf8.count }
            guard taken.dimensionBytes + setBytes <= EmbeddedMetrics.dimensionBytesMax else {
                throw Self.tooLongDimensions
            }
            sets.append(dimensions)
        }
        if sets.isEmpty { sets = [[]] }
        let metrics = try Self.array(Self.required("Metrics", members, directive.place), line)
        guard metrics.count <= EmbeddedMetrics.metricsMax else {
            throw Self.invalid("A directive has more than \(EmbeddedMetrics.metricsMax) metrics.")
        }
        guard taken.data.count + sets.count * metrics.count <= EmbeddedMetrics.dataMax else { throw Self.tooManyData }
        taken.dimensionBytes += setBytes * max(metrics.count, 1)
        guard taken.dimensionBytes <= EmbeddedMetrics.dimensionBytesMax else { throw Self.tooLongDimensions }
        for metric in metrics {
            let members = try Self.object(metric, line)
            let name = try Self.string(Self.required("Name", members, metric.place), line)
            let unitName = try Self.given("Unit", members).map { value throws(Failure) in
                try Self.string(value, line)
            }
            guard let unit = StandardUnit(rawValue: unitName ?? "None") else {
                throw Self.invalid("The unit of the metric \(name) is none of CloudWatch's.")
            }
            let seconds = try Self.given("StorageResolution", members).map { value throws(Failure) in
                try Self.number(value, line)
            }
            guard let resolution = Int(exactly: seconds ?? 60).flatMap(StorageResolution.init) else {
                throw Self.invalid("The StorageResolution of the metric \(name) is neither 1 nor 60.")
            }
            if taken.values[name] == nil { taken.values[name] = try values(of: name, line) }
            let values = taken.values[name] ?? []
            guard !values.isEmpty else { continue }
            let counts = Array(repeating: 1.0, count: values.count)
            for dimensions in sets {
                taken.data.append(
                    MetricDatum(
                        MetricIdentity(namespace: namespace, name: name, dimensions: dimensions),
                        .values(values, counts: counts), unit: unit, time: time, resolution: resolution))
            }
        }
    }

    private func dimensions(_ set: Value, _ line: RawSpan) throws(Failure) -> [MetricIdentity.Dimension] {
        let names = try Self.array(set, line)
        guard names.count <= MetricDatum.dimensionCountMax else {
            throw Self.invalid("A set of dimensions has more than \(MetricDatum.dimensionCountMax) names.")
        }
        var dimensions: [MetricIdentity.Dimension] = []
        for name in names {
            let name = try Self.string(name, line)
            let value = try Self.string(target(name), line)
            guard value.unicodeScalars.count <= MetricDatum.dimensionValueLengthMax else {
                throw Self.invalid(
                    "The value of the dimension \(name) is longer than \(MetricDatum.dimensionValueLengthMax) characters."
                )
            }
            dimensions.append(MetricIdentity.Dimension(name, value))
        }
        return dimensions
    }

    private func values(of name: String, _ line: RawSpan) throws(Failure) -> [Double] {
        let target = try target(name)
        var cursor = JSONCursor(position: target.start)
        guard cursor.peek(line) == UInt8(ascii: "[") else {
            return [try Self.number(target, line)]
        }
        let elements = try Self.array(target, line)
        guard elements.count <= EmbeddedMetrics.valuesMax else {
            throw Self.invalid("The metric \(name) has more than \(EmbeddedMetrics.valuesMax) values.")
        }
        var values: [Double] = []
        for element in elements { values.append(try Self.number(element, line)) }
        return values
    }

    private func target(_ name: String) throws(Failure) -> Value {
        guard let value = Self.given(name, root) else { throw Self.invalid("The member \(name) is missing.") }
        return value
    }

    // MARK: JSON

    /// By name, for a line may point at many of them. Of several with one name the last counts.
    private typealias Members = [String: Value]

    private static func members(
        at cursor: inout JSONCursor, _ line: RawSpan, _ place: Place
    ) throws(Failure) -> Members {
        var members: Members = [:]
        do throws(ItemError) {
            try cursor.members(line) { name, cursor, line throws(ItemError) in
                // Where it begins, behind white space.
                _ = cursor.peek(line)
                members[name] = Value(start: cursor.position, place: .member(name, of: place))
                try cursor.skipValue(line)
            }
        } catch { throw noJSON }
        return members
    }

    private static func object(_ value: Value, _ line: RawSpan) throws(Failure) -> Members {
        var cursor = JSONCursor(position: value.start)
        guard cursor.peek(line) == UInt8(ascii: "{") else { throw otherType(value) }
        return try members(at: &cursor, line, value.place)
    }

    private static func array(_ value: Value, _ line: RawSpan) throws(Failure) -> [Value] {
        var cursor = JSONCursor(position: value.start)
        guard cursor.take(UInt8(ascii: "["), line) else { throw otherType(value) }
        var elements: [Value] = []
        guard !cursor.take(UInt8(ascii: "]"), line) else { return elements }
        do throws(ItemError) {
            repeat {
                _ = cursor.peek(line)
                elements.append(Value(start: cursor.position, place: .element(elements.count, of: value.place)))
                try cursor.skipValue(line)
            } while cursor.take(UInt8(ascii: ","), line)
        } catch { throw noJSON }
        return elements
    }

    private static func string(_ value: Value, _ line: RawSpan) throws(Failure) -> String {
        var cursor = JSONCursor(position: value.start)
        guard cursor.peek(line) == UInt8(ascii: "\"") else { throw otherType(value) }
        do throws(ItemError) { return try cursor.string(line) } catch { throw noJSON }
    }

    private static func number(_ value: Value, _ line: RawSpan) throws(Failure) -> Double {
        var cursor = JSONCursor(position: value.start)
        guard let first = cursor.peek(line), first == UInt8(ascii: "-") || (0x30...0x39).contains(first) else {
            throw otherType(value)
        }
        do throws(ItemError) { return try cursor.number(line) } catch { throw noJSON }
    }

    private static func required(_ name: String, _ members: Members, _ place: Place) throws(Failure) -> Value {
        guard let value = given(name, members) else {
            throw invalid("The member \(Place.member(name, of: place)) is missing.")
        }
        return value
    }

    /// A member that may be missing; one that is null is.
    private static func given(_ name: String, _ members: Members) -> Value? { members[name] }

    private static let tooManyData = invalid(
        "The line has more than \(EmbeddedMetrics.dataMax) metrics with their dimensions.")

    private static let tooLongDimensions = invalid(
        "The line's dimensions have more than \(EmbeddedMetrics.dimensionBytesMax) bytes, counted for each metric.")

    private static let noJSON = Failure(kind: .parsing, reason: "The line holds \"_aws\" and is not JSON.")

    private static func otherType(_ value: Value) -> Failure {
        invalid("The member \(value.place) is not of the type that the format asks for.")
    }

    private static func invalid(_ reason: String) -> Failure { Failure(kind: .validation, reason: reason) }
}
