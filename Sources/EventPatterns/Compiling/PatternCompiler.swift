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
        let order = parsed.names.indices.sorted { NameOrder.precedes(parsed.names[$0], parsed.names[$1]) }
        for combination in parsed.combinations {
            var rules: [(name: [UInt8], rule: Int)] = []
            for field in order {
                guard let rule = combination[field] else { continue }
                // A rule belongs to one field, so its place among the field's rules is found once.
                let place = places[rule] ?? fields[parsed.names[field], default: FieldRules()].place(parsed.rules[rule])
                places[rule] = place
                rules.append((parsed.names[field], place))
            }
            combinations.append((patternCount, rules))
        }
        patternCount += 1
    }

    /// Lays out the tables.
    consuming func compile() -> CompiledPatterns {
        var layout = PatternLayout(literals: literals)
        for name in fields.keys.sorted(by: NameOrder.precedes) { layout.add(name, rules: fields[name]?.rules ?? []) }
        layout.addEdges()
        for (pattern, rules) in combinations { layout.add(combination: rules, of: pattern) }
        layout.addWatchers()
        return layout.compiled
    }
}
