/// Why an expression or a list of queries cannot be used.
public struct MathError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The query that is at fault; nil for the whole list.
    public var id: String?
    /// What is wrong and what to do about it, one sentence.
    public var message: String
    /// Where in the expression, in characters counted from 1; nil when no place is at fault.
    public var position: Int?

    init(_ message: String, at position: Int? = nil) {
        self.message = message
        self.position = position
    }

    public var description: String {
        let place = position.map { " at character \($0)" } ?? ""
        guard let id else { return message + place }
        return "Error in expression '\(id)'\(place): \(message)"
    }

    func of(_ id: String) -> MathError {
        var error = self
        error.id = id
        return error
    }
}
