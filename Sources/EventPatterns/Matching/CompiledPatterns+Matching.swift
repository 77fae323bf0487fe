extension CompiledPatterns {
    /// Most clauses whose values are kept at a time. More would need memory for each clause and value.
    private static let joinedClausesMax = 64

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
                    if holds(combination, marks, absencesBesideValues), !body(combination) { return }
                }
            }
        }
    }

    /// Whether each clause of a combination has passed or holds by absence.
    @inline(__always)
    private func holds(_ combination: Int, _ marks: borrowing ClauseMarks, _ absencesBesideValues: Bool) -> Bool {
        combinations[combination].clauses.range.allSatisfy {
            let clause = Int(combinationClauses[$0])
            return marks.holding(clause >> 6, absences, absencesBesideValues) >> UInt64(clause & 63) & 1 == 1
        }
    }

    /// The combinations that hold for an event with wanted values in elements of arrays; one is enough if `wantsAny`.
    private func joined(
        _ event: RawSpan, _ marks: borrowing ClauseMarks, _ reading: EventReading, wantsAny: Bool
    ) throws(EventError) -> [Int] {
        var found: [Int] = []
        var candidates: [Int] = []
        forEachCandidate(marks, absencesBesideValues: true) { combination in
            // Values are in each other's way only if they lie in elements, and it takes two fields for that.
            let inElements = combinations[combination].clauses.range.count {
                marks.inElements.contains(Int(combinationClauses[$0]))
            }
            if inElements > 1 {
                candidates.append(combination)
            } else if holds(combination, marks, false) {
                found.append(combination)
                return !wantsAny
            }
            return true
        }
        if wantsAny, !found.isEmpty { return found }
        var rest = candidates[...]
        while !rest.isEmpty {
            let (part, wanted) = firstPart(of: rest)
            rest = rest.dropFirst(part.count)
            var fields = ArrayFields(wanted)
            try EventScanner.scan(event, self, reading, into: &fields)
            var join = ArrayJoin(fields)
            for combination in part where try join.holds(combinations[combination].clauses, self) {
                found.append(combination)
                if wantsAny { return found }
            }
        }
        return found
    }

    /// As many of some combinations as are joined at a time, at least one, and their clauses.
    private func firstPart(of candidates: ArraySlice<Int>) -> (part: ArraySlice<Int>, clauses: ClauseSet) {
        var wanted = ClauseSet(clauseCount: clauses.count)
        var count = 0
        for (offset, combination) in candidates.enumerated() {
            let needed = combinations[combination].clauses.range.map { Int(combinationClauses[$0]) }
                .filter { !wanted.contains($0) }
            guard offset == 0 || count + needed.count <= Self.joinedClausesMax else {
                return (candidates.prefix(offset), wanted)
            }
            for clause in needed { wanted.insert(clause) }
            count += needed.count
        }
        return (candidates, wanted)
    }
}
