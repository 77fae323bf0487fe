/// Builds `CompiledPatterns` from parsed patterns.
struct PatternCompiler {
    private var compiled = CompiledPatterns()
    /// The rules that combinations ask of each field, by its full name.
    private var fields: [[UInt8]: [ParsedPattern.Rule]] = [:]
    /// Each combination's fields and, for each, which of the field's rules it asks for.
    private var combinations: [[(name: [UInt8], rule: Int)]] = []

    /// Parses and adds one pattern.
    mutating func add(_ text: String, dialect: PatternDialect) throws(PatternError) {
        let parsed = try PatternParser.parse(text, dialect: dialect, literals: &compiled.literals)
        var places: [Int: Int] = [:]
        for combination in parsed.combinations {
            var rules: [(name: [UInt8], rule: Int)] = []
            for (name, rule) in combination.sorted(by: { Self.precedes($0.key, $1.key) }) {
                // A rule belongs to one field, so its place among the field's rules is found once.
                let place = places[rule] ?? fields[name, default: []].count
                if places[rule] == nil {
                    places[rule] = place
                    fields[name, default: []].append(parsed.rules[rule])
                }
                rules.append((name, place))
            }
            combinations.append(rules)
        }
    }

    /// Lays out the tables.
    consuming func compile() -> CompiledPatterns {
        let names = fields.keys.sorted(by: Self.precedes)
        var trie = Trie()
        var firstClause: [[UInt8]: Int] = [:]
        for name in names {
            let rules = fields[name] ?? []
            let node = trie.node(name)
            firstClause[name] = compiled.clauses.count
            trie.clauses[node] = Slice(start: Int32(compiled.clauses.count), count: Int32(rules.count))
            for rule in rules {
                let tests = Slice(start: Int32(compiled.tests.count), count: Int32(rule.tests.count))
                compiled.tests += rule.tests
                compiled.clauses.append(.init(tests: tests, allowsAbsence: rule.allowsAbsence))
            }
        }
        for node in trie.children.indices {
            let start = Int32(compiled.edges.count)
            for (segment, target) in trie.children[node].sorted(by: { Self.precedes($0.key, $1.key) }) {
                let head = segment.span.bytes.head(0, count: segment.count)
                compiled.edges.append(
                    .init(name: compiled.literals.add(segment), head: head, target: Int32(target)))
            }
            let edges = Slice(start: start, count: Int32(compiled.edges.count) - start)
            compiled.nodes.append(.init(edges: edges, clauses: trie.clauses[node]))
        }
        compiled.absenceSet = ClauseSet(clauseCount: compiled.clauses.count)
        for (index, clause) in compiled.clauses.enumerated() where clause.allowsAbsence {
            compiled.absenceSet.insert(index)
        }
        for combination in combinations {
            var set = ClauseSet(clauseCount: compiled.clauses.count)
            let start = Int32(compiled.combinationClauses.count)
            for (name, rule) in combination {
                let clause = (firstClause[name] ?? 0) + rule
                set.insert(clause)
                compiled.combinationClauses.append(Int32(clause))
            }
            compiled.combinationSets.append(set)
            compiled.combinations.append(Slice(start: start, count: Int32(combination.count)))
        }
        return compiled
    }

    /// The order of UTF-16 units, in which AWS's engine takes the fields; `exists: false` below arrays depends on it.
    /// It differs from the order of bytes only where a four-byte character meets one from U+E000 to U+FFFF.
    static func precedes(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        func rank(_ byte: UInt8) -> Int { byte >= 0xF0 ? 0xED * 2 + 1 : Int(byte) * 2 }
        for (x, y) in zip(a, b) where x != y { return rank(x) == rank(y) ? x < y : rank(x) < rank(y) }
        return a.count < b.count
    }

    /// The names while they are collected.
    private struct Trie {
        var children: [[[UInt8]: Int]] = [[:]]
        var clauses = [Slice(start: 0, count: 0)]

        mutating func node(_ name: [UInt8]) -> Int {
            var node = 0
            for segment in name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
                if let known = children[node][Array(segment)] {
                    node = known
                } else {
                    children[node][Array(segment)] = children.count
                    node = children.count
                    children.append([:])
                    clauses.append(Slice(start: 0, count: 0))
                }
            }
            return node
        }
    }
}
