/// Builds `CompiledPatterns` from parsed patterns.
struct PatternCompiler {
    private var literals = Literals()
    private var patternCount = 0
    /// The rules that combinations ask of each field, by its full name.
    private var fields: [[UInt8]: FieldRules] = [:]
    /// Each combination's pattern and fields and, for each, which of the field's rules it asks for.
    private var combinations: [(pattern: Int, rules: [(name: [UInt8], rule: Int)])] = []

    private struct FieldRules {
        var rules: [ParsedPattern.Rule] = []
        var places: [[PatternValue]: Int] = [:]

        /// The place of a rule, which is one with those that say the same.
        mutating func place(_ rule: ParsedPattern.Rule) -> Int {
            if let place = places[rule.values] { return place }
            places[rule.values] = rules.count
            rules.append(rule)
            return rules.count - 1
        }
    }

    /// Parses and adds one pattern.
    mutating func add(_ text: String, dialect: PatternDialect) throws(PatternError) {
        let parsed = try PatternParser.parse(text, dialect: dialect, literals: &literals)
        var places: [Int: Int] = [:]
        for combination in parsed.combinations {
            var rules: [(name: [UInt8], rule: Int)] = []
            for (name, rule) in combination.sorted(by: { Self.precedes($0.key, $1.key) }) {
                // A rule belongs to one field, so its place among the field's rules is found once.
                let place = places[rule] ?? fields[name, default: FieldRules()].place(parsed.rules[rule])
                places[rule] = place
                rules.append((name, place))
            }
            combinations.append((patternCount, rules))
        }
        patternCount += 1
    }

    /// Lays out the tables.
    consuming func compile() -> CompiledPatterns {
        var layout = PatternLayout(literals: literals)
        for name in fields.keys.sorted(by: Self.precedes) { layout.add(name, rules: fields[name]?.rules ?? []) }
        layout.addEdges()
        for (pattern, rules) in combinations { layout.add(combination: rules, of: pattern) }
        layout.addWatchers()
        return layout.compiled
    }

    /// The order of UTF-16 units, in which AWS's engine takes the fields; `exists: false` below arrays depends on it.
    static func precedes(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        // It differs from the order of bytes only where a character beyond U+FFFF, or half of one, meets another.
        for (x, y) in zip(a, b) where x != y {
            guard x >= 0xED, y >= 0xED else { return x < y }
            return EscapedText.characters(a).flatMap(\.units)
                .lexicographicallyPrecedes(EscapedText.characters(b).flatMap(\.units))
        }
        return a.count < b.count
    }
}
