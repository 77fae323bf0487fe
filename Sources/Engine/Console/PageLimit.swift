/// How many things a page of a report may hold.
enum PageLimit {
    static let standard = 25
    /// Ours: more is not looked at, and costs the engine little.
    static let max = 200
    /// Bytes of what a page shows; one thing is shown whatever its size. Ours: bounded memory.
    static let bytesMax = 8 << 20

    static func of(_ asked: Int?, atMost limit: Int = Self.max) -> Int { min(Swift.max(asked ?? standard, 1), limit) }
}
