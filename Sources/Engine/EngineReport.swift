import Pipes
import Telemetry

/// How a running engine stands: the answer of `GET /_sluice/status`. New members may come, none vanish.
public struct EngineReport: Codable, Sendable, Hashable {
    /// The data folder's full path.
    public var dataPath: String
    public var tables: [TableReport]
    public var queues: [QueueReport]
    public var pipes: [PipeReport]
}

public struct TableReport: Codable, Sendable, Hashable {
    public var name: String
    /// Changes of items since the table's stream was made: its records. 0 for a table without a stream.
    public var changes: Int
}

public struct QueueReport: Codable, Sendable, Hashable {
    public var name: String
    public var approximateNumberOfMessages: Int
}

/// A pipe's accounts. `read` = `filteredOut` + `delivered` + `deadLettered` + `dropped` + `inFlight`.
public struct PipeReport: Codable, Sendable, Hashable {
    public var name: String
    public var read: Int
    public var filteredOut: Int
    public var delivered: Int
    public var deadLettered: Int
    public var dropped: Int
    public var inFlight: Int
    public var retried: Int
    public var invocations: Int
    /// Records of the stream that the pipe has not read yet.
    public var behind: Int
    public var latencyMilliseconds: LatencyReport

    init(_ snapshot: PipeSnapshot, counts: PipeCounts, latency: LatencyHistogram.Summary) {
        name = snapshot.name
        read = counts.read
        filteredOut = counts.filteredOut
        delivered = counts.delivered
        deadLettered = counts.deadLettered
        dropped = counts.dropped
        inFlight = counts.inFlight
        retried = counts.retried
        invocations = counts.invocations
        behind = snapshot.shards.reduce(0) { $0 + $1.behind }
        latencyMilliseconds = LatencyReport(latency)
    }

    /// Records that have left the pipe, one way or the other.
    public var settled: Int { filteredOut + delivered + deadLettered + dropped }
}

/// Milliseconds from a write's arrival to the moment the function's process had it.
public struct LatencyReport: Codable, Sendable, Hashable {
    public var p50: Double
    public var p99: Double
    public var max: Double

    init(_ summary: LatencyHistogram.Summary) {
        p50 = summary.p50
        p99 = summary.p99
        max = summary.max
    }
}
