import Clocks
import MetricMath
import Telemetry
import Testing
import TestSupport

/// Lines of a function's log, and the puts that they stand for.
@Suite(.timeLimit(.minutes(1))) struct EmbeddedMetricsTests {
    private func read(_ line: String) -> EmbeddedMetrics { EmbeddedMetrics.read(Array(line.utf8).span.bytes) }

    /// A line with one directive and some members beside it.
    private func line(
        _ members: String, metrics: String = #"[{"Name":"Paid"}]"#, dimensions: String = "[[]]",
        namespace: String = #""Shop""#
    ) -> String {
        #"{"_aws":{"Timestamp":1735786800123,"CloudWatchMetrics":[{"Namespace":\#(namespace),"Dimensions":\#(dimensions),"#
            + #""Metrics":\#(metrics)}]},\#(members)}"#
    }

    private func datum(
        _ name: String, _ values: [Double], _ dimensions: KeyValuePairs<String, String> = [:],
        unit: StandardUnit = .none, resolution: StorageResolution = .minute
    ) -> MetricDatum {
        MetricDatum(
            MetricIdentity("Shop", name, dimensions), .values(values, counts: values.map { _ in 1 }), unit: unit,
            time: Timestamp(milliseconds: 1_735_786_800_123), resolution: resolution)
    }

    private func expectInvalid(
        _ line: String, _ kind: EmbeddedMetrics.Failure.Kind, _ words: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard case .invalid(let failure) = read(line) else {
            Issue.record("The line is taken: \(line.prefix(300))", sourceLocation: sourceLocation)
            return
        }
        #expect(failure.kind == kind, sourceLocation: sourceLocation)
        #expect(failure.reason.contains(words), "\(failure.reason)", sourceLocation: sourceLocation)
    }

    @Test func aLineIsTheseValues() {
        let text = line(
            #""Function":"billing","Paid":3,"Took":[1.5,-2],"requestId":"x","Version":"7""#,
            metrics: #"[{"Name":"Paid","Unit":"Count","StorageResolution":60},"#
                + #"{"Name":"Took","Unit":"Milliseconds","StorageResolution":1}]"#,
            dimensions: #"[["Function"],["Function","Version"],[]]"#)
        let sets: [KeyValuePairs<String, String>] = [
            ["Function": "billing"], ["Function": "billing", "Version": "7"], [:],
        ]
        let expected =
            sets.map { datum("Paid", [3], $0, unit: .count) }
            + sets.map { datum("Took", [1.5, -2], $0, unit: .milliseconds, resolution: .second) }
        #expect(read(text) == .data(expected))
        #expect(read("  " + text + "\n") == .data(expected))
    }

    @Test func noSetOfDimensionsMeansNone() {
        #expect(read(line(#""Paid":3"#, dimensions: "[]")) == .data([datum("Paid", [3])]))
    }

    @Test func anEmptyArrayIsNoValue() {
        #expect(read(line(#""Paid":[]"#)) == .data([]))
    }

    @Test(arguments: [
        "", " ", "paid 3", #"REPORT RequestId: 1 "_aws""#, #"{"Paid":3}"#, #"[{"_aws":{}}]"#, "{",
        #"{"text":"\"_aws\""}"#, #"{"inner":{"_aws":{"Timestamp":1}}}"#, #"{"say":"_aws"}"#,
    ])
    func otherLinesHoldNoMetrics(_ text: String) {
        #expect(read(text) == .none)
    }

    @Test func whatIsNoJSONIsCounted() {
        let whole = line(#""Paid":3"#)
        expectInvalid(String(whole.dropLast()), .parsing, "is not JSON")
        expectInvalid(whole + "}", .parsing, "is not JSON")
        expectInvalid(
            line(#""Paid":3,"x":"\#(String(repeating: "x", count: 1_048_576))""#), .parsing, "longer than 1048576")
    }

    @Test func membersMustBeThereAndOfTheirType() {
        expectInvalid(#"{"_aws":{"CloudWatchMetrics":[]}}"#, .validation, "The member _aws.Timestamp is missing")
        expectInvalid(#"{"_aws":{"Timestamp":1}}"#, .validation, "The member _aws.CloudWatchMetrics is missing")
        expectInvalid(#"{"_aws":7}"#, .validation, "The member _aws is not of the type")
        expectInvalid(
            #"{"_aws":{"Timestamp":1e300,"CloudWatchMetrics":[]}}"#, .validation, "_aws.Timestamp is no number of")
        expectInvalid(line(#""Paid":3"#, namespace: "7"), .validation, "_aws.CloudWatchMetrics[0].Namespace is not")
        expectInvalid(line(#""Paid":3"#, dimensions: #"["Paid"]"#), .validation, "Dimensions[0] is not of the type")
        expectInvalid(
            line(#""Paid":3"#).replacing(#""Dimensions":[[]],"#, with: ""), .validation,
            "The member _aws.CloudWatchMetrics[0].Dimensions is missing")
        expectInvalid(line(#""Paid":3"#, metrics: #"[{"Unit":"Count"}]"#), .validation, "Metrics[0].Name is missing")
    }

    @Test(arguments: ["true", #""3""#, "null", #"[1,"2"]"#, "[[1]]", "{}"])
    func valuesMustBeNumbers(_ value: String) {
        expectInvalid(line(#""Paid":\#(value)"#), .validation, "The member Paid")
    }

    @Test func targetsMustBeThere() {
        expectInvalid(line(#""Other":3"#), .validation, "The member Paid is missing")
        expectInvalid(line(#""Paid":3"#, dimensions: #"[["Region"]]"#), .validation, "The member Region is missing")
        expectInvalid(
            line(#""Paid":3,"Region":7"#, dimensions: #"[["Region"]]"#), .validation, "The member Region is not")
    }

    @Test func unitsAndResolutionsMustBeCloudWatchs() {
        expectInvalid(
            line(#""Paid":3"#, metrics: #"[{"Name":"Paid","Unit":"Pieces"}]"#), .validation,
            "The unit of the metric Paid")
        expectInvalid(
            line(#""Paid":3"#, metrics: #"[{"Name":"Paid","StorageResolution":5}]"#), .validation, "neither 1 nor 60")
    }

    @Test func limitsAreThoseOfTheFormat() {
        func list(_ count: Int, _ text: (Int) -> String) -> String { (0..<count).map(text).joined(separator: ",") }
        func metrics(_ count: Int) -> String {
            line(list(count) { #""m\#($0)":1"# }, metrics: "[" + list(count) { #"{"Name":"m\#($0)"}"# } + "]")
        }
        func dimensions(_ count: Int) -> String {
            line(
                #""Paid":1,"# + list(count) { #""d\#($0)":"v""# },
                dimensions: "[[" + list(count) { #""d\#($0)""# } + "]]")
        }
        func values(_ count: Int) -> String { line(#""Paid":["# + list(count) { "\($0)" } + "]") }
        func value(_ length: Int) -> String {
            line(#""Paid":1,"d":"\#(String(repeating: "v", count: length))""#, dimensions: #"[["d"]]"#)
        }
        for taken in [metrics(100), dimensions(30), values(100), value(1_024)] {
            guard case .data = read(taken) else {
                Issue.record("\(read(taken))")
                return
            }
        }
        expectInvalid(metrics(101), .validation, "more than 100 metrics")
        expectInvalid(dimensions(31), .validation, "more than 30 names")
        let sets = line(
            list(100) { #""m\#($0)":1"# }, metrics: "[" + list(100) { #"{"Name":"m\#($0)"}"# } + "]",
            dimensions: "[" + list(101) { _ in "[]" } + "]")
        expectInvalid(sets, .validation, "more than 10000 metrics with their dimensions")
        expectInvalid(values(101), .validation, "more than 100 values")
        expectInvalid(value(1_025), .validation, "longer than 1024 characters")
    }

    /// As many members as sets of dimensions that point at them.
    @Test func wideLinesAreRead() {
        func wide(_ count: Int) -> String {
            let members = (0..<20_000).map { #""d\#($0)":"v""# }.joined(separator: ",")
            let sets = (0..<count).map { #"["d\#($0)"]"# }.joined(separator: ",")
            return line(#""Paid":1,"# + members + #","Paid":2"#, dimensions: "[\(sets)]")
        }
        guard case .data(let data) = read(wide(10_000)) else {
            Issue.record("The line is refused.")
            return
        }
        #expect(data.count == 10_000)
        // Of two members with one name the last counts.
        #expect(data.last == datum("Paid", [2], ["d9999": "v"]))
        // So many sets are refused before one is read, although the last points at nothing.
        expectInvalid(wide(20_001), .validation, "more than 10000 metrics with their dimensions")
    }

    /// One long value, named in many sets and directives.
    @Test(arguments: [(1, 1, 100), (100, 100, 1), (10, 100, 10)])
    func longDimensionsAreTakenOnlySoFar(metrics: Int, sets: Int, directives: Int) {
        func text(_ count: Int) -> String {
            let names = (0..<30).map { "d\($0)" }
            let members = names.map { "\"\($0)\":\"\(String(repeating: "v", count: count))\"" }.joined(separator: ",")
            let set = "[\(names.map { "\"\($0)\"" }.joined(separator: ","))]"
            let directive =
                #"{"Namespace":"Shop","Dimensions":[\#(Array(repeating: set, count: sets).joined(separator: ","))],"#
                + #""Metrics":[\#(Array(repeating: #"{"Name":"Paid"}"#, count: metrics).joined(separator: ","))]}"#
            let all = Array(repeating: directive, count: directives).joined(separator: ",")
            return #"{"Paid":1,\#(members),"_aws":{"Timestamp":0,"CloudWatchMetrics":[\#(all)]}}"#
        }
        let count = metrics * sets * directives
        for length in [10, 1_024] {
            guard count * 30 * length <= EmbeddedMetrics.dimensionBytesMax else {
                expectInvalid(text(length), .validation, "more than 16777216 bytes")
                continue
            }
            guard case .data(let data) = read(text(length)) else {
                Issue.record("The line is refused.")
                continue
            }
            #expect(data.count == count)
        }
    }

    /// Damaged anywhere, a line is read or refused.
    @Test func damagedLinesAreReadOrRefused() {
        var generator = SeededGenerator(seed: 1)
        let whole = Array(line(#""Paid":[3,4],"Region":"north""#, dimensions: #"[["Region"]]"#).utf8)
        for _ in 0..<2_000 {
            var bytes = whole
            for _ in 0...generator.below(3) { bytes[generator.below(bytes.count)] = UInt8(generator.below(256)) }
            if case .invalid(let failure) = EmbeddedMetrics.read(bytes.span.bytes) { #expect(!failure.reason.isEmpty) }
        }
    }
}
