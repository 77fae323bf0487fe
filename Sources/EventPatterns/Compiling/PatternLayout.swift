/// Lays out the tables of `CompiledPatterns`: the trie of names, the clauses of each field, the combinations, and which
/// of its clauses each combination is looked at for.
struct PatternLayout {
    /// The least number of edges that get a hash table. Measured, comparing 32 names of up to eight bytes one by one is still
    /// quicker; longer names that begin alike are not.
    private static let edgeTableCountMin = 33

    private(set) var compiled = CompiledPatterns()
    /// The names under each node while they are collected.
    private var children: [[[UInt8]: Int]] = [[:]]
    /// For each field its clauses, by the place of the rule.
    private var clausesOfField: [[UInt8]: [Int]] = [:]

    init(literals: Literals) {
        compiled.literals = literals
        compiled.nodes = [.init()]
    }

    /// Adds a field and its clauses.
    ///
    /// Clauses stand in four groups, so that those with one `anything-but` follow each other, as do those that allow
    /// absence: neither, the first, both, the second.
    mutating func add(_ name: [UInt8], rules: [ParsedPattern.Rule]) {
        let groups = rules.map { rule in
            let exclusions = rule.tests.count { if case .noneOf = $0 { true } else { false } }
            return exclusions == 1 ? (rule.allowsAbsence ? 2 : 1) : (rule.allowsAbsence ? 3 : 0)
        }
        let order = rules.indices.sorted { (groups[$0], $0) < (groups[$1], $1) }
        let start = compiled.clauses.count
        var places = Array(repeating: 0, count: rules.count)
        for place in order {
            places[place] = compiled.clauses.count
            let tests = Slice(start: Int32(compiled.tests.count), count: Int32(rules[place].tests.count))
            compiled.tests += rules[place].tests
            compiled.clauses.append(.init(tests: tests, allowsAbsence: rules[place].allowsAbsence))
        }
        clausesOfField[name] = places

        func slice(_ wanted: ClosedRange<Int>) -> Slice {
            let first = order.firstIndex { wanted.contains(groups[$0]) } ?? 0
            return Slice(start: Int32(start + first), count: Int32(groups.count { wanted.contains($0) }))
        }
        let node = node(name)
        compiled.nodes[node].clauses = Slice(start: Int32(start), count: Int32(rules.count))
        compiled.nodes[node].absences = slice(2...3)
        compiled.fieldCount += 1
        addIndex(node, exclusions: slice(1...2))
    }

    /// Gives a field with many tests its index.
    private mutating func addIndex(_ node: Int, exclusions excluding: Slice) {
        var tests: [(test: ValueTest, clause: Int32)] = []
        var exceptions: [(test: ValueTest, clause: Int32)] = []
        var others: [(test: ValueTest, clause: Int32)] = []
        for clause in compiled.nodes[node].clauses.range {
            for test in compiled.tests[compiled.clauses[clause].tests.range] {
                if case .noneOf(let slice) = test {
                    if excluding.range.contains(clause) {
                        exceptions += compiled.literals.exceptions[slice.range].map { ($0, Int32(clause)) }
                    } else {
                        others.append((test, Int32(clause)))
                    }
                } else {
                    tests.append((test, Int32(clause)))
                }
            }
        }
        guard tests.count + exceptions.count + others.count >= FieldIndex.testCountMin else { return }
        compiled.nodes[node].fieldIndex = Int32(compiled.fieldIndexes.count)
        compiled.fieldIndexes.append(
            FieldIndex(
                tests: TestIndex(tests, &compiled.literals), exclusions: excluding,
                exceptions: TestIndex(exceptions, &compiled.literals), others: others))
    }

    private mutating func node(_ name: [UInt8]) -> Int {
        var node = 0
        for segment in name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init) {
            if let known = children[node][segment] {
                node = known
            } else {
                children[node][segment] = children.count
                node = children.count
                children.append([:])
                compiled.nodes.append(.init())
            }
        }
        return node
    }

    /// Adds the edges between the nodes, once all fields are known.
    mutating func addEdges() {
        for node in children.indices {
            let start = compiled.edges.count
            let names = children[node].sorted { NameOrder.precedes($0.key, $1.key) }
            for (name, target) in names {
                let bits = min(name.count, 8) * 8
                compiled.edges.append(
                    .init(
                        name: compiled.literals.add(name), head: name.span.bytes.head(0, count: name.count),
                        mask: bits == 64 ? .max : (1 << UInt64(bits)) - 1, target: Int32(target)))
            }
            compiled.nodes[node].edges = Slice(start: Int32(start), count: Int32(names.count))
            if names.count >= Self.edgeTableCountMin {
                compiled.nodes[node].edgeTable = Int32(compiled.edgeTables.count)
                compiled.edgeTables.append(
                    TextTable(names.map { .init(kind: .whole, text: $0.key) }, &compiled.literals))
            }
        }
        compiled.allowsAbsences = compiled.clauses.contains(where: \.allowsAbsence)
        compiled.absences = ClauseSet(clauseCount: compiled.allowsAbsences ? compiled.clauses.count : 0)
        for node in compiled.nodes { compiled.absences.insert(node.absences) }
    }

    /// Adds a combination, given the fields in the order of their names.
    mutating func add(combination rules: [(name: [UInt8], rule: Int)], of pattern: Int) {
        let start = Int32(compiled.combinationClauses.count)
        compiled.combinationClauses += rules.map { Int32(clausesOfField[$0.name]?[$0.rule] ?? 0) }
        compiled.combinations.append(
            .init(clauses: Slice(start: start, count: Int32(rules.count)), pattern: Int32(pattern)))
    }

    /// Has each combination watch the one of its clauses that is likely to hold for the fewest events, so that a
    /// combination costs nothing for events in which that clause does not hold.
    mutating func addWatchers() {
        var uses = Array(repeating: 0, count: compiled.clauses.count)
        for clause in compiled.combinationClauses { uses[Int(clause)] += 1 }
        let costs = compiled.clauses.indices.map { cost($0, uses: uses[$0]) }
        var watchers: [[Int32]] = Array(repeating: [], count: compiled.clauses.count)
        for (index, combination) in compiled.combinations.enumerated() {
            let clauses = compiled.combinationClauses[combination.clauses.range].map(Int.init)
            guard let rarest = clauses.min(by: { costs[$0] < costs[$1] }) else { continue }
            watchers[rarest].append(Int32(index))
        }
        compiled.watched = ClauseSet(clauseCount: compiled.clauses.count)
        for (clause, indexes) in watchers.enumerated() where !indexes.isEmpty {
            compiled.clauses[clause].watchers = Slice(
                start: Int32(compiled.watchers.count), count: Int32(indexes.count))
            compiled.watchers += indexes
            compiled.watched.insert(clause)
        }
        guard compiled.combinations.count <= 64, compiled.clauses.count <= 64 else { return }
        compiled.combinationsOfClause = Array(repeating: 0, count: compiled.clauses.count)
        var combinationsOfPattern: [Int32: UInt64] = [:]
        for (index, combination) in compiled.combinations.enumerated() {
            combinationsOfPattern[combination.pattern, default: 0] |= 1 << UInt64(index)
            for clause in compiled.combinationClauses[combination.clauses.range] {
                compiled.combinationsOfClause[Int(clause)] |= 1 << UInt64(index)
            }
        }
        for index in compiled.combinations.indices {
            compiled.combinations[index].ofPattern = combinationsOfPattern[compiled.combinations[index].pattern] ?? 0
        }
    }

    /// How often a clause is likely to hold, times the combinations that would then be looked at.
    private func cost(_ clause: Int, uses: Int) -> Int {
        let weights = compiled.tests[compiled.clauses[clause].tests.range].map { test in
            switch test {
            case .shortString, .string, .number, .numberText, .addresses, .bool, .null: 1
            case .prefix, .suffix, .folded, .wildcard, .numberRange, .numericText: 8
            case .present, .noneOf: 1_000
            }
        }
        return uses * (weights.reduce(0, +) + (compiled.clauses[clause].allowsAbsence ? 1_000 : 0))
    }
}
