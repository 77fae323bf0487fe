/// Two programs measured in pairs of runs, each pair within a while in which the machine was alike: whether one is faster, or
/// what differs is noise.
///
/// The ratio of a pair says how the two differ; the median of the ratios is the result. Its interval is made of two of the
/// ratios, counted from both ends so far inwards that a median outside would be less likely than 1 in 20. That holds for
/// any distribution of the noise, needs no chance, and one run that went wrong changes nothing.
package struct PairedComparison: Equatable, Sendable {
    package enum Verdict: String, Codable, Sendable {
        case faster
        case slower
        case noDifference = "no difference beyond the noise"
    }

    /// Fewer pairs prove nothing: even if one is faster in all of five, chance does that in 1 of 16 cases.
    package static let pairsMin = 6
    private static let chanceMax = 0.05

    /// Rates: more is better.
    package let baseMedian: Double
    package let headMedian: Double
    /// Of head in terms of base, the median of the pairs.
    package let ratio: Double
    package let interval: ClosedRange<Double>
    /// How far the pairs' ratios are from their median, as a rule: the median of the distances.
    package let noise: Double

    /// - Parameters:
    ///   - base: rates, more than 0.
    ///   - head: as many, each measured beside the one of `base` at its place; ``pairsMin`` or more.
    package init(base: [Double], head: [Double]) {
        precondition(base.count == head.count && base.count >= Self.pairsMin, "there are pairs, and enough of them")
        precondition((base + head).allSatisfy { $0 > 0 && $0.isFinite }, "rates are more than 0")
        let ratios = zip(base, head).map { $1 / $0 }.sorted()
        let middle = Self.median(ratios)
        let inwards = Self.inwards(ratios.count)
        baseMedian = Self.median(base)
        headMedian = Self.median(head)
        ratio = middle
        interval = ratios[inwards]...ratios[ratios.count - 1 - inwards]
        noise = Self.median(ratios.map { abs($0 - middle) })
    }

    package var verdict: Verdict {
        if interval.lowerBound > 1 { return .faster }
        if interval.upperBound < 1 { return .slower }
        return .noDifference
    }

    /// How many ratios may be left out at each end. So many or fewer of `count` are on one side of the median as a coin
    /// shows heads.
    static func inwards(_ count: Int) -> Int {
        // The chance of exactly `place` heads, and of so many or fewer.
        var (exactly, upTo) = (1.0, 0.0)
        for _ in 0..<count { exactly /= 2 }
        var place = 0
        while true {
            upTo += exactly
            guard 2 * upTo <= Self.chanceMax else { return max(0, place - 1) }
            exactly *= Double(count - place) / Double(place + 1)
            place += 1
        }
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
