/// What the first pass over an event finds: which clauses' fields are there and which pass. It allocates nothing for
/// up to 64 clauses.
struct ClauseMarks: FieldSink {
    private(set) var matched: ClauseSet
    /// Of the clauses that allow absence, those whose field is there.
    private(set) var present: ClauseSet
    /// Some wanted value lies in an object or array that is an element of an array, so consistency must be looked at.
    private(set) var needsJoin = false
    /// Nothing that may follow changes the answer.
    private(set) var isDecided = false
    /// The combinations that may still go either way; none where there are too many to follow them.
    private var undecided: UInt64
    /// The fields with clauses that have not been met.
    private var fieldsLeft: Int
    private let reading: EventReading
    /// One combination that holds is enough.
    private let wantsAny: Bool
    private var arrayDepth = 0
    private var elementDepth = 0

    init(_ compiled: borrowing CompiledPatterns, reading: EventReading, wantsAny: Bool) {
        matched = ClauseSet(clauseCount: compiled.clauses.count)
        present = ClauseSet(clauseCount: compiled.allowsAbsences ? compiled.clauses.count : 0)
        undecided = compiled.combinationsOfClause.isEmpty ? 0 : .max >> UInt64(64 - compiled.combinations.count)
        fieldsLeft = compiled.fieldCount
        self.reading = reading
        self.wantsAny = wantsAny
    }

    @inline(__always) mutating func beginArray() { arrayDepth += 1 }
    @inline(__always) mutating func endArray() { arrayDepth -= 1 }
    @inline(__always) mutating func beginElement() { elementDepth += 1 }
    @inline(__always) mutating func endElement() { elementDepth -= 1 }

    @inline(__always)
    mutating func value(
        _ value: inout EventValue, _ bytes: RawSpan, _ index: Int, _ compiled: borrowing CompiledPatterns
    ) {
        if elementDepth > 0 { needsJoin = true }
        let node = compiled.nodes[index]
        present.insert(node.absences)
        if node.fieldIndex >= 0 {
            compiled.fieldIndexes[Int(node.fieldIndex)].insert(
                passing: &value, bytes, compiled.literals, clauseCount: compiled.clauses.count, into: &matched)
        } else {
            for clause in node.clauses.range
            where !matched.contains(clause) && compiled.passes(clause, &value, bytes) {
                matched.insert(clause)
            }
        }
        if undecided != 0, !needsJoin { decide(node.clauses, compiled) }
        if reading == .untilDecided, arrayDepth == 0 {
            fieldsLeft -= 1
            if fieldsLeft == 0 { isDecided = true }
        }
    }

    /// A word of the clauses that have passed or hold by absence.
    @inline(__always)
    func holding(_ index: Int, _ absences: borrowing ClauseSet, _ absencesBesideValues: Bool) -> UInt64 {
        guard index < absences.wordCount else { return matched.word(index) }
        return matched.word(index) | absences.word(index) & (absencesBesideValues ? .max : ~present.word(index))
    }

    /// Settles the combinations that a field's value decides.
    @inline(__always)
    private mutating func decide(_ clauses: Slice, _ compiled: borrowing CompiledPatterns) {
        for clause in clauses.range {
            let asking = compiled.combinationsOfClause[clause] & undecided
            if asking == 0 { continue }
            if matched.contains(clause) {
                settleHolding(asking, compiled)
            } else if reading == .untilDecided, arrayDepth == 0 {
                // The field has no other value that could pass.
                undecided &= ~asking
            }
        }
        if undecided == 0 { isDecided = true }
    }

    /// Settles the patterns of those of some combinations whose clauses have all passed. Whatever follows, they match.
    @inline(__always)
    private mutating func settleHolding(_ combinations: UInt64, _ compiled: borrowing CompiledPatterns) {
        var combinations = combinations
        while combinations != 0 {
            let index = combinations.trailingZeroBitCount
            combinations &= combinations - 1
            let holds = compiled.combinations[index].clauses.range.allSatisfy {
                matched.contains(Int(compiled.combinationClauses[$0]))
            }
            if holds {
                undecided &= wantsAny ? 0 : ~compiled.combinations[index].ofPattern
            }
        }
    }
}

extension CompiledPatterns {
    /// Whether some combination holds for an event.
    func matches(_ event: RawSpan, reading: EventReading) throws(EventError) -> Bool {
        var marks = ClauseMarks(self, reading: reading, wantsAny: true)
        try EventScanner.scan(event, self, reading, into: &marks)
        if marks.needsJoin { return try !joined(event, marks, reading, wantsAny: true).isEmpty }
        var found = false
        forEachCandidate(marks, absencesBesideValues: false) { _ in
            found = true
            return false
        }
        return found
    }

    /// Appends the patterns of the combinations that hold for an event, in no order, some of them perhaps repeatedly.
    func appendMatches(_ event: RawSpan, reading: EventReading, to patterns: inout [Int]) throws(EventError) {
        var marks = ClauseMarks(self, reading: reading, wantsAny: false)
        try EventScanner.scan(event, self, reading, into: &marks)
        if marks.needsJoin {
            patterns += try joined(event, marks, reading, wantsAny: false).map { Int(combinations[$0].pattern) }
        } else {
            forEachCandidate(marks, absencesBesideValues: false) { combination in
                patterns.append(Int(combinations[combination].pattern))
                return true
            }
        }
    }

    /// Calls `body` with each combination whose clauses have all passed or allow absence, until it returns false.
    ///
    /// - Parameter absencesBesideValues: whether a clause may hold by absence although its field is there, as it may in
    ///   another element of an array.
    @inline(__always)
    private func forEachCandidate(
        _ marks: borrowing ClauseMarks, absencesBesideValues: Bool, _ body: (Int) -> Bool
    ) {
        for index in 0..<watched.wordCount {
            var bits = watched.word(index)
            if bits == 0 { continue }
            bits &= marks.holding(index, absences, absencesBesideValues)
            while bits != 0 {
                let clause = index * 64 + bits.trailingZeroBitCount
                bits &= bits - 1
                for watcher in clauses[clause].watchers.range {
                    let combination = Int(watchers[watcher])
                    let holds = combinations[combination].clauses.range.allSatisfy {
                        let clause = Int(combinationClauses[$0])
                        return marks.holding(clause >> 6, absences, absencesBesideValues) >> UInt64(clause & 63) & 1
                            == 1
                    }
                    if holds, !body(combination) { return }
                }
            }
        }
    }

    /// The combinations that hold for an event with wanted values in elements of arrays.
    private func joined(
        _ event: RawSpan, _ marks: borrowing ClauseMarks, _ reading: EventReading, wantsAny: Bool
    ) throws(EventError) -> [Int] {
        var candidates: [Int] = []
        var wanted = ClauseSet(clauseCount: clauses.count)
        forEachCandidate(marks, absencesBesideValues: true) { combination in
            candidates.append(combination)
            for index in combinations[combination].clauses.range { wanted.insert(Int(combinationClauses[index])) }
            return true
        }
        guard !candidates.isEmpty else { return [] }
        var fields = ArrayFields(wanted)
        try EventScanner.scan(event, self, reading, into: &fields)
        var join = ArrayJoin(fields)
        var found: [Int] = []
        for combination in candidates where try join.holds(combinations[combination].clauses, self) {
            found.append(combination)
            if wantsAny { break }
        }
        return found
    }
}
