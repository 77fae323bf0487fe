/// What the second pass over an event with arrays of objects collects: every wanted value, with the array elements
/// it lies in.
struct ArrayFields: FieldSink {
    /// An object or array that is an element of an array. Elements are numbered from 1; 0 is the event itself.
    struct Element {
        /// The element that its array lies in.
        var parent: Int32
        var array: Int32
        /// The values within it, by their ordinals.
        var values: Range<Int32>
    }

    /// The values of one clause's field, in the event's order.
    struct Values {
        var ordinals: [Int32] = []
        /// Those that pass the clause's tests.
        var matches: [Match] = []
    }

    struct Match {
        var ordinal: Int32
        var element: Int32
    }

    private(set) var elements: [Element] = [Element(parent: 0, array: -1, values: 0..<0)]
    /// The values within each array, by their ordinals.
    private(set) var arrays: [Range<Int32>] = []
    /// The clauses that are asked for, in ascending order, and the values of each.
    private let wanted: [Int32]
    private(set) var values: [Values]
    private var valueCount: Int32 = 0
    private var openElement: Int32 = 0
    private var openArrays: [Int32] = []

    let isDecided = false

    init(_ clauses: borrowing ClauseSet) {
        var wanted: [Int32] = []
        for index in 0..<clauses.wordCount * 64 where clauses.contains(index) { wanted.append(Int32(index)) }
        self.wanted = wanted
        values = Array(repeating: Values(), count: wanted.count)
    }

    /// The place of the first wanted clause from one on.
    func place(of clause: Int) -> Int { SortedSearch.lowerBound(wanted.count) { wanted[$0] < clause } }

    mutating func beginArray() {
        openArrays.append(Int32(arrays.count))
        arrays.append(valueCount..<valueCount)
    }

    mutating func endArray() {
        let array = Int(openArrays.removeLast())
        arrays[array] = arrays[array].lowerBound..<valueCount
    }

    mutating func beginElement() {
        elements.append(Element(parent: openElement, array: openArrays.last ?? -1, values: valueCount..<valueCount))
        openElement = Int32(elements.count - 1)
    }

    mutating func endElement() {
        let element = Int(openElement)
        elements[element].values = elements[element].values.lowerBound..<valueCount
        openElement = elements[element].parent
    }

    /// Takes an element that holds all values of its array for the element around it: no value lies in another one.
    /// Then only arrays that may be in the way are left, however deep they are nested.
    mutating func dropSoleElements() {
        var kept = elements.indices.map { Int32($0) }
        for index in elements.indices.dropFirst() {
            let parent = kept[Int(elements[index].parent)]
            elements[index].parent = parent
            if elements[index].values == arrays[Int(elements[index].array)] { kept[index] = parent }
        }
        for place in values.indices {
            for index in values[place].matches.indices {
                values[place].matches[index].element = kept[Int(values[place].matches[index].element)]
            }
        }
    }

    mutating func value(
        _ value: inout EventValue, _ bytes: RawSpan, _ node: Int, _ compiled: borrowing CompiledPatterns
    ) {
        let clauses = compiled.nodes[node].clauses.range
        for place in place(of: clauses.lowerBound)..<place(of: clauses.upperBound) {
            values[place].ordinals.append(valueCount)
            if compiled.passes(Int(wanted[place]), &value, bytes) {
                values[place].matches.append(Match(ordinal: valueCount, element: openElement))
            }
        }
        valueCount += 1
    }
}
