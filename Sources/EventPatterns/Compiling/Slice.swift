/// A piece of one of the flat tables: small, trivial, and free of reference counts.
struct Slice: Sendable, Hashable {
    var start: Int32
    var count: Int32

    @inline(__always) var lower: Int { Int(start) }
    @inline(__always) var length: Int { Int(count) }
    @inline(__always) var range: Range<Int> { lower..<(lower + length) }
}
