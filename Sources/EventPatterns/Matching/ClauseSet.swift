/// A set of clauses. The first 64 need no allocation, and ordinary patterns have no more.
struct ClauseSet: Sendable {
    private var first: UInt64 = 0
    private var rest: [UInt64] = []

    init() {}

    init(clauseCount: Int) {
        if clauseCount > 64 { rest = Array(repeating: 0, count: (clauseCount - 1) / 64) }
    }

    @inline(__always)
    var wordCount: Int { rest.count + 1 }

    /// The clauses from `64 * index` on, the first in the lowest bit.
    @inline(__always)
    func word(_ index: Int) -> UInt64 { index == 0 ? first : rest[index - 1] }

    @inline(__always)
    func contains(_ clause: Int) -> Bool { word(clause >> 6) >> UInt64(clause & 63) & 1 == 1 }

    @inline(__always)
    mutating func insert(_ clause: Int) { insert(1 << UInt64(clause & 63), at: clause >> 6) }

    @inline(__always)
    private mutating func insert(_ bits: UInt64, at index: Int) {
        if index == 0 { first |= bits } else { insertFar(bits, at: index) }
    }

    /// Apart from `insert`, lest the check for unique storage be hoisted onto the path of the first 64.
    @inline(never)
    private mutating func insertFar(_ bits: UInt64, at index: Int) { rest[index - 1] |= bits }

    /// Inserts the clauses of a slice.
    @inline(__always)
    mutating func insert(_ clauses: Slice) {
        if clauses.count > 0 { insertEach(clauses, except: ClauseSet()) }
    }

    /// Inserts the clauses of a slice, not an empty one, that are not in a set.
    @inline(never)
    mutating func insertEach(_ clauses: Slice, except excluded: borrowing ClauseSet) {
        for index in clauses.lower >> 6...(clauses.range.upperBound - 1) >> 6 {
            let low = max(clauses.lower - (index << 6), 0)
            let high = min(clauses.range.upperBound - (index << 6), 64)
            let bits = (UInt64.max >> UInt64(64 - (high - low))) << UInt64(low)
            insert(index < excluded.wordCount ? bits & ~excluded.word(index) : bits, at: index)
        }
    }
}
