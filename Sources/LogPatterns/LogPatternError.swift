/// What is wrong with a filter pattern: the thing, the place, the remedy.
public struct LogPatternError: Error, Sendable, Hashable, CustomStringConvertible {
    public let message: String

    init(_ message: String) { self.message = message }

    public var description: String { message }
}
