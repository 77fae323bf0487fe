import EventPatterns

/// Events and patterns made to be slow, each at three sizes that double. Time that grows with the size doubles too.
struct WorstCaseRows {
    let reading: EventReading

    /// Most growth from one size to its double: linear is 2, quadratic 4.
    private static let growthMax = 2.6

    /// - Parameters:
    ///   - size: the largest of the three.
    ///   - isMatch: what the answer is for each size; nil when it is not certain.
    private func series(
        _ name: String, upTo size: Int, _ unit: String, isMatch: Bool?, pattern: @escaping (Int) -> String,
        event: (Int) -> String
    ) -> Series {
        let sizes = [size / 4, size / 2, size]
        let rows = sizes.map { size in
            Row(
                "\(size) \(unit)", EventPool(event(size)), reading: reading,
                expectedMatches: isMatch.map { $0 ? 1 : 0 },
                limit: size == sizes[2] ? .growth(Self.growthMax) : nil
            ) { try EventPattern(pattern(size), dialect: .eventBus) }
        }
        let group = reading == .whole ? "worst cases" : "worst cases, until decided"
        return Series(group: group, name: name, comparison: .doubling, rows: rows)
    }

    func series() -> [Series] { nesting + largeEvents + arrays + wildcards + names + numbers }

    private func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    private func list(_ count: Int, _ element: (Int) -> String) -> String {
        (0..<count).map(element).joined(separator: ",")
    }

    private var nesting: [Series] {
        let objects = { (depth: Int) in repeated(#"{"a":"#, depth) + #""x""# + repeated("}", depth) }
        let arrays = { (depth: Int) in #"{"a":"# + repeated("[", depth - 1) + #""x""# + repeated("]", depth - 1) + "}" }
        return [
            series("nested objects, wanted", upTo: 64, "levels", isMatch: true) { depth in
                repeated(#"{"a":"#, depth) + #"["x"]"# + repeated("}", depth)
            } event: {
                objects($0)
            },
            series("nested objects, not wanted", upTo: 64, "levels", isMatch: false) { _ in
                #"{"b":["x"]}"#
            } event: {
                objects($0)
            },
            series("nested arrays, wanted", upTo: 64, "levels", isMatch: true) { _ in
                #"{"a":["x"]}"#
            } event: {
                arrays($0)
            },
            series("nested arrays, not wanted", upTo: 64, "levels", isMatch: false) { _ in
                #"{"b":["x"]}"#
            } event: {
                arrays($0)
            },
        ]
    }

    private var largeEvents: [Series] {
        [
            series("many fields", upTo: 40_000, "fields", isMatch: true) { _ in
                #"{"wanted":["x"]}"#
            } event: { count in
                "{" + list(count) { #""field\#($0)":"value \#($0)""# } + #","wanted":"x"}"#
            },
            series("long text, not wanted", upTo: 1_000_000, "bytes", isMatch: true) { _ in
                #"{"wanted":["x"]}"#
            } event: {
                #"{"a":"\#(repeated("x", $0))","wanted":"x"}"#
            },
            series("long text with escapes, wanted", upTo: 1_000_000, "bytes", isMatch: true) { _ in
                #"{"a":[{"suffix":"b"}]}"#
            } event: {
                #"{"a":"\#(repeated(#"\u0061\n"#, $0 / 8))b"}"#
            },
        ]
    }

    private var arrays: [Series] {
        let objects = { (count: Int) in
            list(count) { #"{"sku":"sku-\#($0)","count":\#($0 % 7),"text":"\#(repeated("x", 60))"}"# }
        }
        return [
            series("array of objects, wanted", upTo: 10_000, "objects", isMatch: false) { _ in
                #"{"items":{"sku":[{"prefix":"sku-"}],"count":[7]}}"#
            } event: {
                #"{"items":[\#(objects($0))]}"#
            },
            series("array of objects, wanted, last matches", upTo: 10_000, "objects", isMatch: true) { _ in
                #"{"items":{"sku":[{"prefix":"sku-"}],"count":[8]}}"#
            } event: {
                #"{"items":[\#(objects($0 - 1)),{"sku":"sku-x","count":8}]}"#
            },
            series("array of objects, not wanted", upTo: 10_000, "objects", isMatch: true) { _ in
                #"{"wanted":["x"]}"#
            } event: {
                #"{"items":[\#(objects($0))],"wanted":"x"}"#
            },
            series("array of texts, wanted", upTo: 100_000, "texts", isMatch: true) { _ in
                #"{"items":["x"]}"#
            } event: {
                #"{"items":[\#(list($0) { "\"\($0 + 100_000)\"" }),"x"]}"#
            },
            series("arrays in arrays, wanted", upTo: 64, "arrays of 64 objects", isMatch: false) { _ in
                #"{"a":{"b":{"x":[1],"y":[1]}}}"#
            } event: { count in
                let inner = list(64) { #"{"x":\#($0 % 2),"y":\#(1 - $0 % 2)}"# }
                return #"{"a":[\#(list(count) { _ in #"{"b":[\#(inner)]}"# })]}"#
            },
            series("names repeated in array elements", upTo: 64, "elements", isMatch: reading == .whole ? false : nil) {
                _ in
                #"{"a":{"x":[1],"y":[1],"z":[2]}}"#
            } event: { count in
                #"{"a":[\#(list(count) { _ in #"{"x":1,"x":1,"y":1,"y":1,"z":1}"# })]}"#
            },
        ]
    }

    private var wildcards: [Series] {
        [
            series("wildcard *a*a*a*b", upTo: 65_536, "bytes", isMatch: false) { _ in
                #"{"a":[{"wildcard":"*a*a*a*b"}]}"#
            } event: {
                #"{"a":"\#(repeated("a", $0))"}"#
            },
            series("wildcard of 100 stars", upTo: 65_536, "bytes", isMatch: false) { _ in
                #"{"a":[{"wildcard":"\#(repeated("*a", 100))*ab*"}]}"#
            } event: {
                #"{"a":"\#(repeated("a", $0))"}"#
            },
            series("wildcard with a long run that almost fits", upTo: 65_536, "bytes", isMatch: false) { _ in
                #"{"a":[{"wildcard":"*\#(repeated("a", 500))b*"}]}"#
            } event: {
                #"{"a":"\#(repeated("a", $0))"}"#
            },
        ]
    }

    private var names: [Series] {
        [
            series("names that almost match", upTo: 10_000, "fields", isMatch: true) { _ in
                #"{"customerAddress-0":["x"]}"#
            } event: { count in
                "{" + list(count) { #""customerAddress-\#($0 % 9 + 1)":"x""# } + #","customerAddress-0":"x"}"#
            },
            series("names with escapes", upTo: 10_000, "fields", isMatch: true) { _ in
                #"{"wanted":["x"]}"#
            } event: { count in
                "{" + list(count) { #""\u0077ant\#($0)":"x""# } + #","\u0077anted":"x"}"#
            },
            // Reading until the answer is known takes it that names do not repeat.
            series("one name, repeated", upTo: 10_000, "fields", isMatch: reading == .whole ? true : nil) { _ in
                #"{"a":["y"]}"#
            } event: { count in
                "{" + list(count) { _ in #""a":"x""# } + #","a":"y"}"#
            },
        ]
    }

    private var numbers: [Series] {
        [
            series("number with many digits", upTo: 65_536, "digits", isMatch: false) { _ in
                #"{"a":[{"numeric":[">",0]}]}"#
            } event: {
                #"{"a":\#(repeated("7", $0))}"#
            },
            series("number with many zeroes", upTo: 65_536, "digits", isMatch: true) { _ in
                #"{"a":[{"numeric":[">",0,"<",1e300]}]}"#
            } event: {
                #"{"a":123456789012345.6\#(repeated("0", $0 - 16))}"#
            },
            series("numbers of 17 digits", upTo: 10_000, "numbers", isMatch: true) { _ in
                #"{"a":[{"numeric":["=",5]}]}"#
            } event: { count in
                #"{"a":[\#(list(count) { "0.\(12_345_678_901_230_000 + $0)" }),5]}"#
            },
        ]
    }
}
