#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// When requests are due: moments that follow from rate, ramp and duration alone, never from answers.
///
/// The rate grows evenly from 0 over the ramp and stays then. A value: the same arguments give the same moments.
public struct Schedule: Sendable {
    public enum Spacing: String, Sendable, CaseIterable {
        /// Each a fixed time after the last one.
        case even
        /// At random, as customers come who know nothing of each other: a Poisson process.
        case poisson
    }

    /// Arrivals a second once the ramp is over.
    public let rate: Double
    public let rampSeconds: Double
    /// How long there are arrivals, the ramp included.
    public let seconds: Double
    public let spacing: Spacing

    private var random: SplitMix
    /// How many arrivals the rate alone makes until the next one.
    private var position = 0.0
    private var number = 0

    /// - Parameters:
    ///   - rate: arrivals a second, more than 0.
    ///   - rampSeconds: 0 or more; a ramp that is longer than `seconds` does not reach the rate.
    ///   - seconds: more than 0.
    public init(rate: Double, rampSeconds: Double = 0, seconds: Double, spacing: Spacing = .even, seed: UInt64 = 1) {
        self.rate = rate
        self.rampSeconds = rampSeconds
        self.seconds = seconds
        self.spacing = spacing
        random = SplitMix(seed: SplitMix.mix(seed ^ 0x5C4E_D01E))
        if spacing == .poisson { position = gap() }
    }

    /// The next arrival's moment in nanoseconds after the start; nil when there are no more.
    public mutating func next() -> UInt64? {
        let moment = moment(of: position)
        guard moment < seconds else { return nil }
        number += 1
        // Counted anew from the start, so that small errors do not add up.
        position = spacing == .even ? Double(number) : position + gap()
        return UInt64(moment * 1e9)
    }

    /// How many arrivals the rate makes in so many seconds from the start.
    public func expectedCount(after seconds: Double) -> Double {
        let time = min(max(seconds, 0), self.seconds)
        guard time < rampSeconds else { return rate * (time - rampSeconds / 2) }
        return rate * time * time / (2 * rampSeconds)
    }

    /// When the rate alone has made so many arrivals, in seconds: the inverse of ``expectedCount(after:)``.
    private func moment(of count: Double) -> Double {
        let inRamp = rate * rampSeconds / 2
        guard count < inRamp else { return rampSeconds + (count - inRamp) / rate }
        return (2 * count * rampSeconds / rate).squareRoot()
    }

    private mutating func gap() -> Double { -log(1 - Double.random(in: 0..<1, using: &random)) }
}
