/// What the first pass over an event finds: which clauses' fields are there and which pass. It allocates nothing for
/// up to 64 clauses.
struct ClauseMarks: FieldSink {
    private(set) var matched: ClauseSet
    /// Of the clauses that allow absence, those whose field is there.
    private(set) var present: ClauseSet
    /// Some wanted value lies in an object or array that is an element of an array, so consistency must be looked at.
    private(set) var needsJoin = false
    /// The clauses whose fields have such values.
    private(set) var inElements = ClauseSet()
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
        let node = compiled.nodes[index]
        if elementDepth > 0 { noteElement(node.clauses, compiled) }
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

    @inline(never)
    private mutating func noteElement(_ clauses: Slice, _ compiled: borrowing CompiledPatterns) {
        if !needsJoin {
            needsJoin = true
            inElements = ClauseSet(clauseCount: compiled.clauses.count)
        }
        inElements.insert(clauses)
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
