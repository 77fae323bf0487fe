import CAllocationCount
import Foundation

/// How long a row is measured. Times are in nanoseconds.
struct Effort {
    let rounds: Int
    let warmUp: Double
    /// The time that the number of passes in a round is chosen for; a round has at least one pass.
    let round: Double

    static func full(rounds: Int) -> Effort {
        Effort(rounds: rounds, warmUp: 20e6, round: 20e6)
    }

    /// For a check that has little time.
    static func quick(rounds: Int) -> Effort {
        Effort(rounds: rounds, warmUp: 2e6, round: 2e6)
    }
}

/// What was measured of a row, each for one event.
struct Measurement {
    /// The median of the rounds.
    var nanoseconds: Double
    var fastestNanoseconds: Double
    var slowestNanoseconds: Double
    /// Nil where allocations cannot be counted.
    var allocations: Double?
    /// The share of events that matched, 0 to 1.
    var matchedShare: Double
    /// What the series' comparison says. Of the fastest rounds, which other programs on the machine disturb least.
    var ratio: Double?
}

/// A row that gave another answer than it must: its time would mean nothing.
struct WrongAnswer: Error, CustomStringConvertible {
    let description: String
}

/// The processor time that this thread has used, in nanoseconds. A pass does nothing but compute, so this is the time
/// it would take on a machine with nothing else to do.
private func threadTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

/// One row while its series is measured.
private struct Runner {
    let row: Row
    let pass: Pass
    let matches: Int
    private var passCount = 1
    private var times: [Double] = []
    private var allocations: UInt64 = 0

    /// Makes the matcher and warms it up.
    init(_ row: Row, _ effort: Effort) throws {
        self.row = row
        pass = try row.makePass()
        matches = try pass(row.events)
        if let expected = row.expectedMatches, matches != expected {
            throw WrongAnswer(
                description:
                    "The row \(row.name) matched \(matches) of \(row.events.count) events where it should match "
                    + "\(expected); mend the matcher or the row.")
        }
        let start = threadTime()
        var warmUpCount = 0
        repeat {
            _ = try pass(row.events)
            warmUpCount += 1
        } while threadTime() - start < effort.warmUp
        let passTime = (threadTime() - start) / Double(warmUpCount)
        passCount = max(1, Int(effort.round / passTime))
    }

    mutating func runRound() throws {
        let allocationsBefore = allocation_count()
        let start = threadTime()
        var found = 0
        for _ in 0..<passCount { found += try pass(row.events) }
        let time = threadTime() - start
        allocations += allocation_count() - allocationsBefore
        guard found == matches * passCount else {
            throw WrongAnswer(description: "The row \(row.name) answers the same events differently; mend the matcher.")
        }
        times.append(time / Double(passCount * row.events.count))
    }

    var measurement: Measurement {
        let sorted = times.sorted()
        let eventCount = Double(passCount * row.events.count * times.count)
        return Measurement(
            nanoseconds: sorted[sorted.count / 2], fastestNanoseconds: sorted[0],
            slowestNanoseconds: sorted[sorted.count - 1],
            allocations: allocation_count_available() ? Double(allocations) / eventCount : nil,
            matchedShare: Double(matches) / Double(row.events.count))
    }
}

extension Series {
    /// Measures the rows, one round of each after the other.
    ///
    /// - Throws: `WrongAnswer`, and what a matcher throws.
    func measure(_ effort: Effort) throws -> [Measurement] {
        var runners = try rows.map { try Runner($0, effort) }
        for _ in 0..<effort.rounds {
            for index in runners.indices { try runners[index].runRound() }
        }
        var measurements = runners.map(\.measurement)
        for index in measurements.indices.dropFirst() {
            let ratio = measurements[index].fastestNanoseconds / measurements[0].fastestNanoseconds
            switch comparison {
            case .nothing: break
            case .first: measurements[index].ratio = ratio
            case .doubling: measurements[index].ratio = pow(ratio, 1 / Double(index))
            }
        }
        return measurements
    }
}
