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
    private(set) var clauses: [Values]
    private var valueCount: Int32 = 0
    private var openElement: Int32 = 0
    private var openArrays: [Int32] = []

    init(clauseCount: Int) { clauses = Array(repeating: Values(), count: clauseCount) }

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

    mutating func value(
        _ value: inout EventValue, _ bytes: RawSpan, _ slice: Slice, _ compiled: borrowing CompiledPatterns
    ) {
        for clause in slice.range {
            clauses[clause].ordinals.append(valueCount)
            if compiled.passes(clause, &value, bytes) {
                clauses[clause].matches.append(Match(ordinal: valueCount, element: openElement))
            }
        }
        valueCount += 1
    }
}
