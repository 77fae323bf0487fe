import BenchmarkSupport
import Foundation

/// How all pipes of an engine stand: the members of its status that the sections read.
struct EngineStatus: Decodable {
    struct Pipe: Decodable {
        let delivered, deadLettered, dropped, inFlight, behind, invocations: Int
    }

    let pipes: [Pipe]

    var isSettled: Bool { pipes.allSatisfy { $0.behind == 0 && $0.inFlight == 0 } }
    var delivered: Int { pipes.reduce(0) { $0 + $1.delivered } }
    var invocations: Int { pipes.reduce(0) { $0 + $1.invocations } }
    var lost: Int { pipes.reduce(0) { $0 + $1.deadLettered + $1.dropped } }
}

/// How often each latency from write to function was seen, over all pipes.
struct EngineLatencies: Decodable {
    struct Pipe: Decodable {
        let microseconds: [Double]
        let counts: [Int]
    }

    let pipes: [Pipe]

    /// In milliseconds; nil when nothing was delivered.
    func percentile(_ percent: Double) -> Double? {
        let seen = pipes.flatMap { zip($0.microseconds, $0.counts) }.sorted { $0.0 < $1.0 }
        let total = seen.reduce(0) { $0 + $1.1 }
        guard total > 0 else { return nil }
        var left = Int((Double(total) * percent / 100).rounded(.up))
        for (microseconds, count) in seen {
            left -= count
            if left <= 0 { return microseconds / 1_000 }
        }
        return seen.last.map { $0.0 / 1_000 }
    }
}

extension SluiceProcess {
    private static let settledMax: UInt64 = 300_000_000_000

    func latencies() throws -> EngineLatencies {
        try JSONDecoder().decode(EngineLatencies.self, from: try request("GET", "/_sluice/latencies"))
    }

    func status() throws -> EngineStatus {
        try JSONDecoder().decode(EngineStatus.self, from: try request("GET", "/_sluice/status"))
    }

    /// Waits until the pipes have nothing left to do.
    ///
    /// - Parameter isDone: whether that is the end, for a pipe that has only been told to begin.
    /// - Throws: ``WrongAnswer`` when they have given orders up, or are not done after five minutes.
    func settle(
        microsecondsBetween: UInt32 = 50_000, _ isDone: (EngineStatus) -> Bool = { _ in true }
    ) throws -> EngineStatus {
        let start = monotonicNanoseconds()
        while true {
            let status = try status()
            guard status.lost == 0 else { throw WrongAnswer("The pipes gave \(status.lost) orders up.") }
            if status.isSettled, isDone(status) { return status }
            guard monotonicNanoseconds() - start < Self.settledMax else {
                throw WrongAnswer("The pipes are not done after five minutes.")
            }
            usleep(microsecondsBetween)
        }
    }
}
