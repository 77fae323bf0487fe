/// How many things a page of a report may hold.
enum PageLimit {
    static let standard = 25
    /// Ours: more is not looked at, and costs the engine little.
    static let max = 200

    static func of(_ asked: Int?) -> Int { min(Swift.max(asked ?? standard, 1), max) }
}
