/// Array consistency: two fields never match in different elements of one array.
///
/// Fields are taken in the order of their names. A state is the set of elements that the values chosen so far lie in;
/// a value may be added unless it lies in another element of an array that the state has an element of. `exists: false`
/// holds in a state that no value of the field may be added to. This is how AWS's engine proceeds (event-ruler 2.0.1,
/// ACFinder), so its answers follow even where they depend on the order of names.
///
/// A state keeps only elements of arrays that later fields have values in, and equal states are one. There are then about
/// as many states as elements, because fields below one array mostly stand together in the order of names. They do not
/// where a name is both a value and an object in one array, or where keys are repeated; then states can multiply.
struct ArrayJoin {
    /// Most steps of one combination for one value, on average, before the event is given up; a step is a state that the
    /// value is added to, or an element in one. Ours: AWS names no limit.
    private static let stepsPerValueMax = 64
    /// The steps that a combination may take in an event of any size. Ours as well.
    private static let stepsMin = 100_000

    private typealias State = [Int32]

    private let fields: ArrayFields
    /// The steps left for the combination at hand.
    private var steps = 0
    /// For each array, the last position of the combination that has a value within it.
    private var lastUse: [Int] = []

    init(_ fields: consuming ArrayFields) {
        var fields = fields
        fields.dropSoleElements()
        self.fields = fields
    }

    /// Whether the clauses of a combination hold together.
    ///
    /// - Throws: `EventError` when that would take too many steps.
    mutating func holds(
        _ combination: Slice, _ compiled: borrowing CompiledPatterns
    ) throws(EventError) -> Bool {
        let clauses = combination.range.map { index in
            let clause = Int(compiled.combinationClauses[index])
            return (values: fields.place(of: clause), allowsAbsence: compiled.clauses[clause].allowsAbsence)
        }
        // Cheap and often decisive: a clause without a match that cannot hold by absence.
        for clause in clauses where fields.values[clause.values].matches.isEmpty && !clause.allowsAbsence {
            return false
        }
        steps = clauses.reduce(Self.stepsMin) { $0 + fields.values[$1.values].ordinals.count * Self.stepsPerValueMax }
        noteUses(clauses.map(\.values))
        var states: Set<State> = [[]]
        for (position, clause) in clauses.enumerated() {
            let values = fields.values[clause.values]
            var next: Set<State> = []
            for state in states {
                let ranges = openRanges(state)
                try take(state.count * ranges.count)
                if clause.allowsAbsence, !hasValue(values.ordinals, in: ranges) {
                    next.insert(state.filter { lastUse[array($0)] > position })
                }
                try add(values.matches, in: ranges, to: state, position, &next)
                // The last field asks nothing of its states but that there is one.
                if position == clauses.count - 1, !next.isEmpty { return true }
            }
            if next.isEmpty { return false }
            states = next
        }
        return true
    }

    private func array(_ element: Int32) -> Int { Int(fields.elements[Int(element)].array) }

    /// Works out `lastUse`. It counts all values, not the matches alone, because absence looks at all.
    private mutating func noteUses(_ places: [Int]) {
        lastUse = Array(repeating: -1, count: fields.arrays.count)
        for (position, place) in places.enumerated() {
            let ordinals = fields.values[place].ordinals
            for index in fields.arrays.indices where Self.contains(ordinals, fields.arrays[index]) {
                lastUse[index] = position
            }
        }
    }

    /// The ordinals of the values that may be added to a state: all, less those in other elements of its arrays.
    private func openRanges(_ state: State) -> [Range<Int32>] {
        var ranges: [Range<Int32>] = [0..<Int32.max]
        for element in state {
            let inside = fields.elements[Int(element)].values
            let around = fields.arrays[array(element)]
            var next: [Range<Int32>] = []
            for range in ranges {
                for part in [0..<around.lowerBound, inside, around.upperBound..<Int32.max] {
                    let common = range.clamped(to: part)
                    if !common.isEmpty { next.append(common) }
                }
            }
            ranges = next
        }
        return ranges
    }

    private func hasValue(_ ordinals: [Int32], in ranges: [Range<Int32>]) -> Bool {
        ranges.contains { Self.contains(ordinals, $0) }
    }

    private mutating func add(
        _ matches: [ArrayFields.Match], in ranges: [Range<Int32>], to state: State, _ position: Int,
        _ next: inout Set<State>
    ) throws(EventError) {
        for range in ranges {
            var index = SortedSearch.lowerBound(matches.count) { matches[$0].ordinal < range.lowerBound }
            while index < matches.count, matches[index].ordinal < range.upperBound {
                let around = elements(around: matches[index].element, position)
                try take(1 + state.count + around.count)
                next.insert(merged(state.filter { lastUse[array($0)] > position }, around))
                index += 1
            }
        }
    }

    private mutating func take(_ count: Int) throws(EventError) {
        steps -= count
        guard steps >= 0 else {
            throw EventError("has too many combinations of array elements", at: 0, code: .tooManyCombinations)
        }
    }

    /// An element and those around it, as far as later fields ask for their arrays, in ascending order.
    private func elements(around element: Int32, _ position: Int) -> [Int32] {
        var result: [Int32] = []
        var element = element
        while element != 0 {
            if lastUse[array(element)] > position { result.append(element) }
            element = fields.elements[Int(element)].parent
        }
        return result.reversed()
    }

    /// Both lists of ascending numbers as one.
    private func merged(_ a: State, _ b: State) -> State {
        var result: State = []
        var rest = b[...]
        for element in a {
            while let next = rest.first, next < element { result.append(rest.removeFirst()) }
            if rest.first == element { rest.removeFirst() }
            result.append(element)
        }
        return result + rest
    }

    private static func contains(_ ordinals: [Int32], _ range: Range<Int32>) -> Bool {
        let index = SortedSearch.lowerBound(ordinals.count) { ordinals[$0] < range.lowerBound }
        return index < ordinals.count && ordinals[index] < range.upperBound
    }
}
