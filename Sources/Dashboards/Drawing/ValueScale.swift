import Foundation

/// An axis of values: where it begins and ends, and its ticks on round numbers.
struct ValueScale: Hashable, Sendable {
    let low: Double
    let high: Double
    let ticks: [Double]
    let step: Double
    let numbers: NumberText

    /// - Parameters:
    ///   - values: what must be on it.
    ///   - min: the axis's beginning when somebody set it; otherwise 0 or a round number below the values.
    ///   - ticksMax: most ticks, at least 2.
    init(_ values: [Double], min setMin: Double? = nil, max setMax: Double? = nil, unit: String?, ticksMax: Int) {
        let dataLow = values.min() ?? 0
        let dataHigh = values.max() ?? 0
        var low = setMin ?? Swift.min(dataLow, 0)
        var high = setMax ?? Swift.max(dataHigh, 0)
        if low >= high {
            // One of them is set, or all is 0: make room on the other side.
            if setMax != nil, setMin == nil {
                low = high - Swift.max(abs(high), 1)
            } else {
                high = low + Swift.max(abs(low), 1)
            }
        }
        let magnitude = Swift.max(abs(low), abs(high))
        numbers = NumberText(unit: unit, magnitude: magnitude)
        step = Self.step(for: high - low, ticksMax: ticksMax, factor: numbers.factor)
        // The largest numbers have no round ones beyond them.
        let (below, above) = ((low / step).rounded(.down) * step, (high / step).rounded(.up) * step)
        if setMin == nil, below.isFinite { low = below }
        if setMax == nil, above.isFinite { high = above }
        self.low = low
        self.high = high
        let first = (low / step - 1e-9).rounded(.up)
        let last = (high / step + 1e-9).rounded(.down)
        let count = last >= first ? Int(Swift.min(last - first, 100)) + 1 : 0
        let step = step
        ticks = (0..<count).map { (first + Double($0)) * step }
    }

    /// The smallest of 1, 2 and 5 times a power of ten, in the shown unit, that needs no more ticks.
    private static func step(for length: Double, ticksMax: Int, factor: Double) -> Double {
        let rough = length / factor / Double(Swift.max(ticksMax - 1, 1))
        guard rough.isFinite, rough > 1e-300 else { return Swift.max(length, 1e-300) }
        let power = pow(10, log10(rough).rounded(.down))
        let nice = [1.0, 2, 5, 10].first { $0 * power >= rough * (1 - 1e-9) } ?? 10
        return nice * power * factor
    }

    /// Share of the axis below a value, from 0 to 1; values beyond the ends are at the ends.
    func share(of value: Double) -> Double { Swift.min(Swift.max((value - low) / (high - low), 0), 1) }
}
