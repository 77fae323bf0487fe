/// What is wrong with an order file: the file, the row and the column, and what would be right.
public struct OrderFileError: Error, Sendable, CustomStringConvertible {
    /// One sentence: the thing, the place, the remedy.
    public let description: String

    init(file: String, row: Int? = nil, _ problem: String) {
        description = row.map { "\(file):\($0): \(problem)" } ?? "\(file): \(problem)"
    }
}
