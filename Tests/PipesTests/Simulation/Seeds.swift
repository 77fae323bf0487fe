import Foundation

/// Which seeds a simulation runs.
enum Seeds {
    /// A few ranges that together hold every seed: one test case each, so that failures are told apart without a case for
    /// each seed.
    ///
    /// `SLUICE_SEEDS=20000` runs the first 20,000 seeds, `SLUICE_SEEDS=417-417` just that one.
    static func fromEnvironment(default count: UInt64) -> [ClosedRange<UInt64>] {
        ranges(of: range(ProcessInfo.processInfo.environment["SLUICE_SEEDS"]) ?? 1...count, count: 8)
    }

    /// - Parameter count: how many ranges at most, 1 or more.
    static func ranges(of seeds: ClosedRange<UInt64>, count: Int) -> [ClosedRange<UInt64>] {
        let length = (seeds.count + count - 1) / count
        return stride(from: seeds.lowerBound, through: seeds.upperBound, by: length).map {
            $0...min(seeds.upperBound, $0 + UInt64(length) - 1)
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
