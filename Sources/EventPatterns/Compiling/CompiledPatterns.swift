/// Patterns in the form that events are matched with: a trie of field names and flat tables, all linked by index.
///
/// Every rule of every pattern is a clause that hangs at its field's node; patterns that say the same of a field share
/// the clause. A combination is a set of clauses that must all hold, and a pattern matches when one of its combinations
/// does. However many patterns there are, one pass over the event answers for all of them.
struct CompiledPatterns: Sendable {
    /// One field's step. Its edges and clauses are contiguous.
    struct Node: Sendable {
        var edges = Slice(start: 0, count: 0)
        /// An index of `edgeTables`, or -1 where the edges are so few that they are compared one by one.
        var edgeTable: Int32 = -1
        var clauses = Slice(start: 0, count: 0)
        /// Those of the clauses that allow absence.
        var absences = Slice(start: 0, count: 0)
        /// An index of `fieldIndexes`, or -1 where the tests are so few that they are made one by one.
        var fieldIndex: Int32 = -1
    }

    struct Edge: Sendable {
        /// A slice of `literals.bytes`: one segment of a name, which never holds a dot.
        var name: Slice
        /// The name's first eight bytes, and which of their bits the name covers, see `RawSpan.head`.
        var head: UInt64
        var mask: UInt64
        var target: Int32
    }

    struct Clause: Sendable {
        /// A slice of `tests`, OR between them.
        var tests: Slice
        /// The clause also holds when the field is missing.
        var allowsAbsence: Bool
        /// The combinations that are looked at when this clause holds: a slice of `watchers`.
        var watchers = Slice(start: 0, count: 0)
    }

    struct Combination: Sendable {
        /// A slice of `combinationClauses`, in the order of the fields' names.
        var clauses: Slice
        var pattern: Int32
        /// The combinations of the same pattern, as far as combinations are followed, see `combinationsOfClause`.
        var ofPattern: UInt64 = 0
    }

    /// The root is the first node.
    var nodes: [Node] = []
    var edges: [Edge] = []
    var edgeTables: [TextTable] = []
    var clauses: [Clause] = []
    var tests: [ValueTest] = []
    var literals = Literals()
    var fieldIndexes: [FieldIndex] = []
    var combinations: [Combination] = []
    var combinationClauses: [Int32] = []
    var watchers: [Int32] = []
    /// The clauses that have watchers, and those that allow absence.
    var watched = ClauseSet()
    var absences = ClauseSet()
    var allowsAbsences = false
    /// For each clause, which of the combinations ask for it; empty when combinations or clauses are more than 64, and
    /// then matching is not cut short by what values decide.
    var combinationsOfClause: [UInt64] = []
    /// The number of fields with clauses.
    var fieldCount = 0

    /// The node that a field name leads to, or -1. A dot in an event's name is the same as nesting.
    @inline(__always)
    func child(of node: Int, _ bytes: RawSpan, _ start: Int, _ end: Int) -> Int {
        var node = node
        var from = start
        step: while true {
            let table = nodes[node].edgeTable
            if table >= 0 { return child(of: node, in: edgeTables[Int(table)], bytes, from, end) }
            let head = bytes.head(from)
            for index in nodes[node].edges.range {
                let edge = edges[index]
                guard head & edge.mask == edge.head else { continue }
                let next = from + edge.name.length
                guard next <= end, next == end || bytes.byte(next) == UInt8(ascii: "."),
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

    /// The same from a node with many edges on.
    @inline(never)
    private func child(of node: Int, in table: TextTable, _ bytes: RawSpan, _ start: Int, _ end: Int) -> Int {
        let next = bytes.firstDot(start, end)
        guard let edge = table.find(.whole, bytes, start, next, literals) else { return -1 }
        let target = Int(edges[nodes[node].edges.lower + edge].target)
        return next == end ? target : child(of: target, bytes, next + 1, end)
    }

    /// Whether a value passes one of a clause's tests.
    @inline(__always)
    func passes(_ clause: Int, _ value: inout EventValue, _ bytes: RawSpan) -> Bool {
        for index in clauses[clause].tests.range where literals.passes(tests[index], &value, bytes) { return true }
        return false
    }
}
