import Foundation
public import Testing

extension Trait where Self == ConditionTrait {
    /// For a test that takes seconds of a core, or minutes of the clock: `make test` leaves it out, everything else runs it.
    public static var slow: Self {
        .disabled(if: ProcessInfo.processInfo.environment["SLUICE_QUICK"] != nil, "it is slow: `make test-all` runs it")
    }
}
