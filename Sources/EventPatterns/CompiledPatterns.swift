/// Patterns in the form that events are matched with: a trie of field names and flat tables, all linked by index.
///
/// Every rule of every pattern is a clause that hangs at its field's node. A combination is a set of clauses that must
/// all hold; the event matches when some combination does. Several patterns (OR between them) are simply more
/// combinations over one trie, so one pass over the event answers for all of them.
struct CompiledPatterns: Sendable {
    /// One field's step. Its edges and clauses are contiguous.
    struct Node: Sendable {
        var edges = Slice(start: 0, count: 0)
        var clauses = Slice(start: 0, count: 0)
    }

    struct Edge: Sendable {
        /// A slice of `literals.bytes`: one segment of a name, which never holds a dot.
        var name: Slice
        /// The name's first eight bytes, see `RawSpan.head`.
        var head: UInt64
        var target: Int32
    }

    struct Clause: Sendable {
        /// A slice of `tests`, OR between them.
        var tests: Slice
        /// The clause also holds when the field is missing.
        var allowsAbsence: Bool
    }

    /// The root is the first node.
    var nodes: [Node] = []
    var edges: [Edge] = []
    var clauses: [Clause] = []
    var tests: [ValueTest] = []
    var literals = Literals()
    /// Each is a slice of `combinationClauses`, in the order of the fields' names.
    var combinations: [Slice] = []
    var combinationClauses: [Int32] = []
    /// The combinations as sets, and the clauses that allow absence.
    var combinationSets: [ClauseSet] = []
    var absenceSet = ClauseSet()

    /// The node that a field name leads to, or -1. A dot in an event's name is the same as nesting.
    @inline(__always)
    func child(of node: Int, _ bytes: RawSpan, _ start: Int, _ end: Int) -> Int {
        var node = node
        var from = start
        step: while true {
            for index in nodes[node].edges.range {
                let edge = edges[index]
                let next = from + edge.name.length
                guard next <= end, next == end || bytes.byte(next) == UInt8(ascii: "."),
                    bytes.head(from, count: edge.name.length) == edge.head,
                    edge.name.length <= 8 || literals.holds(edge.name, bytes, at: from)
                else { continue }
                node = Int(edge.target)
                if next == end { return node }
                from = next + 1
                continue step
            }
            return -1
        }
    }

    /// Whether a value passes one of a clause's tests.
    @inline(__always)
    func passes(_ clause: Int, _ value: inout EventValue, _ bytes: RawSpan) -> Bool {
        for index in clauses[clause].tests.range where literals.passes(tests[index], &value, bytes) { return true }
        return false
    }
}

/// A set of clauses. The first 64 need no allocation, and ordinary patterns have no more.
struct ClauseSet: Sendable {
    private var first: UInt64 = 0
    private var rest: [UInt64] = []

    init() {}

    init(clauseCount: Int) {
        if clauseCount > 64 { rest = Array(repeating: 0, count: (clauseCount - 1) / 64) }
    }

    @inline(__always)
    func contains(_ clause: Int) -> Bool {
        clause < 64 ? first & (1 << UInt64(truncatingIfNeeded: clause)) != 0 : containsFar(clause)
    }

    @inline(never)
    private func containsFar(_ clause: Int) -> Bool { rest[clause / 64 - 1] & (1 << UInt64(clause % 64)) != 0 }

    @inline(__always)
    mutating func insert(_ clause: Int) {
        if clause < 64 {
            first |= 1 << UInt64(truncatingIfNeeded: clause)
        } else {
            insertFar(clause)
        }
    }

    /// Apart from `insert`, lest the check for unique storage be hoisted onto the path of the first 64.
    @inline(never)
    private mutating func insertFar(_ clause: Int) { rest[clause / 64 - 1] |= 1 << UInt64(clause % 64) }

    /// Whether each member is in `matched`, or in `absence` and not in `present`.
    @inline(__always)
    func isSatisfied(matched: borrowing ClauseSet, present: borrowing ClauseSet, absence: borrowing ClauseSet) -> Bool {
        if first & ~(matched.first | absence.first & ~present.first) != 0 { return false }
        for index in rest.indices
        where rest[index] & ~(matched.rest[index] | absence.rest[index] & ~present.rest[index]) != 0 { return false }
        return true
    }
}
