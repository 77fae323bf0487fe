/// Intervals of numbers, both ends included, that are asked which of them hold a number. Built once; an answer of k
/// intervals out of n costs about k times log n.
///
/// The intervals are in order of their lower ends, as an implicit balanced tree whose nodes know the greatest upper end
/// beneath them (Cormen et al., "Introduction to Algorithms", interval trees). Small parts of the tree are searched one
/// by one.
struct IntervalIndex<Bound: Comparable & Sendable>: Sendable {
    private struct Interval: Sendable {
        var lower: Bound
        var upper: Bound
        /// The greatest upper end in the part of the tree whose root this is.
        var upperMax: Bound
        var clause: Int32
    }

    private var intervals: [Interval] = []

    var isEmpty: Bool { intervals.isEmpty }

    init(_ intervals: [(lower: Bound, upper: Bound, clause: Int32)]) {
        self.intervals = intervals.sorted { $0.lower < $1.lower }.map {
            Interval(lower: $0.lower, upper: $0.upper, upperMax: $0.upper, clause: $0.clause)
        }
        _ = noteUpperEnds(0, intervals.count)
    }

    private mutating func noteUpperEnds(_ low: Int, _ high: Int) -> Bound? {
        guard low < high else { return nil }
        let middle = (low + high) / 2
        for part in [noteUpperEnds(low, middle), noteUpperEnds(middle + 1, high)] {
            if let part, part > intervals[middle].upperMax { intervals[middle].upperMax = part }
        }
        return intervals[middle].upperMax
    }

    /// Inserts the clauses of the intervals that hold a number.
    func insert(holding number: Bound, into clauses: inout ClauseSet) {
        insert(number, 0, intervals.count, &clauses)
    }

    private func insert(_ number: Bound, _ low: Int, _ high: Int, _ clauses: inout ClauseSet) {
        guard high - low > 16 else {
            for interval in intervals[low..<high] {
                guard interval.lower <= number else { return }
                if number <= interval.upper { clauses.insert(Int(interval.clause)) }
            }
            return
        }
        let middle = (low + high) / 2
        guard number <= intervals[middle].upperMax else { return }
        insert(number, low, middle, &clauses)
        guard intervals[middle].lower <= number else { return }
        if number <= intervals[middle].upper { clauses.insert(Int(intervals[middle].clause)) }
        insert(number, middle + 1, high, &clauses)
    }
}
