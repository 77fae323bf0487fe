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

    /// Inserts the clauses of a slice, less those in `excluded` if there are any.
    @inline(__always)
    mutating func insert(_ clauses: Slice, except excluded: ClauseSet? = nil) {
        guard clauses.count > 0 else { return }
        insertEach(clauses, except: excluded)
    }

    @inline(never)
    private mutating func insertEach(_ clauses: Slice, except excluded: ClauseSet?) {
        for index in clauses.lower / 64...(clauses.range.upperBound - 1) / 64 {
            let low = max(clauses.lower - index * 64, 0)
            let high = min(clauses.range.upperBound - index * 64, 64)
            var bits: UInt64 = (high == 64 ? .max : (1 << UInt64(high)) - 1) & ~((1 << UInt64(low)) - 1)
            if let excluded { bits &= ~excluded.word(index) }
            if index == 0 { first |= bits } else { rest[index - 1] |= bits }
        }
    }

    /// Inserts the members of a set, less those in `excluded` if there are any. The sets are equally long.
    @inline(__always)
    mutating func formUnion(_ other: borrowing ClauseSet, except excluded: ClauseSet?) {
        first |= other.first & ~(excluded?.first ?? 0)
        for index in rest.indices { rest[index] |= other.rest[index] & ~(excluded?.rest[index] ?? 0) }
    }
}
