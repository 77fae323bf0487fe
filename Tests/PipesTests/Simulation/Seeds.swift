import Foundation

/// Which seeds a simulation runs.
enum Seeds {
    /// A few ranges that together hold every seed: one test case each, so that failures are told apart without a case for
    /// each seed.
    ///
    /// `SLUICE_SEEDS=2000` runs the first 2,000 seeds, `SLUICE_SEEDS=417-417` just that one.
    static func fromEnvironment(default count: UInt64) -> [ClosedRange<UInt64>] {
        let all = range(ProcessInfo.processInfo.environment["SLUICE_SEEDS"]) ?? 1...count
        let length = max(1, (UInt64(all.count) + 7) / 8)
        return stride(from: all.lowerBound, through: all.upperBound, by: Int(length)).map {
            $0...min(all.upperBound, $0 + length - 1)
        }
    }

    /// - Parameter text: a count or `first-last`; nil for anything else.
    static func range(_ text: String?) -> ClosedRange<UInt64>? {
        let numbers = (text ?? "").split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
        switch (numbers.count, numbers.first ?? nil, numbers.last ?? nil) {
        case (1, let count?, _) where count > 0: return 1...count
        case (2, let first?, let last?) where first <= last: return first...last
        default: return nil
        }
    }
}
