/// A pattern as the ways in which it may hold: in each, tests for fields, all of which must pass.
///
/// Of a field that is named twice in one way the last array counts. `{"a":{"b":...}}` and `{"a.b":...}` are one field.
struct ReferencePattern {
    /// The pattern is none, or uses what the dialect has not.
    struct Refused: Error {}

    /// Most ways that the `$or`s of one pattern may give.
    static let combinationsMax = 1_000

    private static let reservedInsideOr = [
        "exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr",
        "=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case", "date-after", "date-on-or-after",
        "date-before", "date-on-or-before", "in-date-range", "ip-address-in-range", "ip-address-not-in-range",
    ].map { Array($0.utf8) }

    /// A full name, and the tests of which one must pass.
    typealias Field = (name: [UInt8], tests: [ReferenceTest])
    private typealias Combination = [[UInt8]: [ReferenceTest]]

    /// The fields of each are in the order of their names' UTF-16 units: absence below arrays is judged by the values
    /// chosen before.
    let combinations: [[Field]]

    init(_ text: [UInt8], forPipes: Bool) throws(Refused) {
        guard let value = try? ReferenceReader.read(text, depthMax: ReferenceReader.patternDepthMax) else {
            throw Refused()
        }
        let operators = ReferenceOperators(forPipes: forPipes)
        combinations = try Self.adding(value, [], insideOr: false, operators, to: [[:]]).map { combination in
            combination.map { (units: TextUnits.units($0.key), field: (name: $0.key, tests: $0.value)) }
                .sorted { $0.units.lexicographicallyPrecedes($1.units) }
                .map(\.field)
        }
    }

    /// Adds what an object says below some steps.
    private static func adding(
        _ object: ReferenceValue, _ steps: [[UInt8]], insideOr: Bool, _ operators: ReferenceOperators,
        to before: [Combination]
    ) throws(Refused) -> [Combination] {
        guard case .object(let members) = object, !members.isEmpty else { throw Refused() }
        var combinations = before
        for (name, value) in members {
            if name == Array("$or".utf8) {
                guard case .array(let alternatives) = value, alternatives.count >= 2 else { throw Refused() }
                var all: [Combination] = []
                for alternative in alternatives {
                    all += try adding(alternative, steps, insideOr: true, operators, to: combinations)
                    guard all.count <= combinationsMax else { throw Refused() }
                }
                combinations = all
                continue
            }
            guard !insideOr || !reservedInsideOr.contains(name) else { throw Refused() }
            if case .array(let values) = value {
                let tests = try operators.tests(values)
                let field = Array((steps + [name]).joined(separator: Array(".".utf8)))
                for index in combinations.indices { combinations[index][field] = tests }
            } else {
                combinations = try adding(value, steps + [name], insideOr: insideOr, operators, to: combinations)
            }
        }
        return combinations
    }
}
