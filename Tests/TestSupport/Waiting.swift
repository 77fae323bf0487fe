/// Waits until something is so, by looking again and again: first as often as the other tasks let it, then every millisecond,
/// so that it does not take the processor from those whom it waits for.
///
/// The bound only ends a test that fails: it counts looks beside the time, so that a machine with much else to do is no
/// failure.
///
/// - Returns: whether it came to be so.
package func comesTrue(_ condition: () async throws -> Bool) async rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(60)
    var looks = 0
    while looks < 10_000 || ContinuousClock.now < deadline {
        if try await condition() { return true }
        if Task.isCancelled { return false }
        looks += 1
        if looks < 1_000 { await Task.yield() } else { try? await Task.sleep(for: .milliseconds(1)) }
    }
    return false
}
