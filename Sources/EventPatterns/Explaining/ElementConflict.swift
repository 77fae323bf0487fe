/// Array consistency in words: clauses that hold, but in different elements of one array.
extension FailureReasons {
    /// Most elements that one sentence names for a clause.
    private static let elementsToldMax = 3

    /// Whether a clause that fails alone might hold beside others: `exists: false` looks only at the elements that
    /// other fields matched in.
    func mayHoldInSomeElement(_ clause: PatternClause) -> Bool {
        clause.allowsAbsence && tree.values(at: clause.segments).allSatisfy(tree.isInsideElement)
    }

    /// Whether a clause holds by a value, and not by the lack of one.
    func passes(_ clause: PatternClause) -> Bool {
        tree.values(at: clause.segments).contains { clause.passes(tree.json($0)) }
    }

    /// The innermost array with objects that two fields lie below: how many steps of their names lead to it.
    func sharedArray(_ a: PatternClause, _ b: PatternClause) -> Int? {
        let common = zip(a.segments, b.segments).prefix { $0 == $1 }.count
        return (0...common).reversed().first { depth in
            tree.nodes(at: a.segments[..<depth]).contains { array in
                tree.nodes[array].kind == .array
                    && tree.children(of: array).contains { tree.nodes[$0].isContainer }
            }
        }
    }

    /// The failure of a clause that does not hold together with others, and does without them.
    func conflict(of clause: PatternClause, with others: [PatternClause]) -> ClauseFailure {
        let all = (others + [clause]).sorted { $0.offset < $1.offset }
        return failure(
            of: clause, Reached(clause, tree),
            reason: conflictReason(all, depths: Set(others.compactMap { sharedArray(clause, $0) })))
    }

    private func conflictReason(_ clauses: [PatternClause], depths: Set<Int>) -> String {
        let paths = Quotation.joined(clauses.map(\.path), last: "and")
        let generic = "No choice of array elements satisfies \(paths) together, though each alone may be satisfied."
        guard depths.count == 1, let depth = depths.first else { return generic }
        let places = clauses.map { elements(in: depth, satisfying: $0) }
        // Clauses that meet in one element here clash in another array.
        let common = places.dropFirst().reduce(Set(places[0])) { $0.intersection($1) }
        guard common.isEmpty else { return generic }
        let array = PatternClause.path(clauses[0].segments[..<depth])
        let satisfied = zip(clauses, places).map { "\($0.path) is satisfied in \(list($1))" }
        return "No single element of \(array) satisfies \(paths) together: "
            + satisfied.joined(separator: ", ") + "."
    }

    /// The elements of an array in which a clause holds.
    private func elements(in depth: Int, satisfying clause: PatternClause) -> [Int] {
        var values: [Int: [Int]] = [:]
        for value in tree.values(at: clause.segments) {
            for element in tree.ancestors(value) where isElement(element, ofArrayAt: depth) {
                values[element, default: []].append(value)
            }
        }
        return elements(at: clause.segments[..<depth]).filter { element in
            guard let own = values[element] else { return clause.allowsAbsence }
            return own.contains { clause.passes(tree.json($0)) }
        }
    }

    /// The objects that are elements of the arrays at a field, however deep arrays nest there.
    private func elements(at segments: ArraySlice<[UInt8]>) -> [Int] {
        tree.flattened(tree.nodes(at: segments)).filter { tree.nodes[$0].kind == .object && tree.isElement($0) }
    }

    private func isElement(_ node: Int, ofArrayAt depth: Int) -> Bool {
        tree.isElement(node)
            && tree.ancestors(node).count(where: tree.isField) == depth
    }

    private func list(_ elements: [Int]) -> String {
        guard !elements.isEmpty else { return "none" }
        let told = elements.prefix(Self.elementsToldMax).map(tree.path)
        let rest = elements.count - told.count
        return Quotation.joined(rest > 0 ? told + ["\(rest) more"] : told, last: "and")
    }
}
