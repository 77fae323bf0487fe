/// What the first pass over an event finds: which clauses' fields are there and which pass. It allocates nothing for
/// up to 64 clauses.
struct ClauseMarks: FieldSink {
    private(set) var matched: ClauseSet
    private(set) var present: ClauseSet
    /// Some wanted value lies in an object or array that is an element of an array, so consistency must be looked at.
    private(set) var needsJoin = false
    private var elementDepth = 0

    init(clauseCount: Int) {
        matched = ClauseSet(clauseCount: clauseCount)
        present = ClauseSet(clauseCount: clauseCount)
    }

    @inline(__always) mutating func beginArray() {}
    @inline(__always) mutating func endArray() {}
    @inline(__always) mutating func beginElement() { elementDepth += 1 }
    @inline(__always) mutating func endElement() { elementDepth -= 1 }

    @inline(__always)
    mutating func value(
        _ value: inout EventValue, _ bytes: RawSpan, _ clauses: Slice, _ compiled: borrowing CompiledPatterns
    ) {
        if elementDepth > 0 { needsJoin = true }
        for clause in clauses.range {
            present.insert(clause)
            if !matched.contains(clause), compiled.passes(clause, &value, bytes) { matched.insert(clause) }
        }
    }
}

extension CompiledPatterns {
    /// Whether some combination holds for an event.
    func matches(_ event: RawSpan) throws(EventError) -> Bool {
        var marks = ClauseMarks(clauseCount: clauses.count)
        try EventScanner.scan(event, self, into: &marks)
        if marks.needsJoin {
            var fields = ArrayFields(clauseCount: clauses.count)
            try EventScanner.scan(event, self, into: &fields)
            var join = ArrayJoin(fields)
            return try join.matches(self)
        }
        for combination in combinationSets
        where combination.isSatisfied(matched: marks.matched, present: marks.present, absence: absenceSet) {
            return true
        }
        return false
    }
}
