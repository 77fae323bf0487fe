import Testing

/// Lets others run until something is so. The bound only ends a test that fails: it counts turns beside the time, so that a
/// machine with much else to do is no failure.
func until(
    _ what: Comment, at location: SourceLocation = #_sourceLocation, _ condition: () throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    var turns = 0
    while turns < 1_000_000 || ContinuousClock.now < deadline {
        if try condition() { return }
        await Task.yield()
        turns += 1
    }
    Issue.record(what, sourceLocation: location)
    throw CancellationError()
}
