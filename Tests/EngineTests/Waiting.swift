import TestSupport
import Testing

/// Waits until something is so; a test for which it never is ends here.
func until(
    _ what: Comment, at location: SourceLocation = #_sourceLocation, _ condition: () throws -> Bool
) async throws {
    guard try await !comesTrue(condition) else { return }
    Issue.record(what, sourceLocation: location)
    throw CancellationError()
}
