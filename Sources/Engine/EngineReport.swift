import Alarms
import Clocks
import Functions
import Pipes
public import Queues
import Tables
import Telemetry

/// How a running engine stands: the answer of `GET /_sluice/status`. New members may come, none vanish.
public struct EngineReport: Codable, Sendable, Hashable {
    /// The data folder's full path.
    public var dataPath: String
    public var tables: [TableReport]
    public var queues: [QueueReport]
    public var pipes: [PipeReport]
    public var functions: [FunctionReport]
    public var alarms: [AlarmReport]
    /// Nil for an engine without faults.
    public var faults: FaultsReport?
    /// Nil for an engine on the machine's clock.
    public var clock: ClockReport?
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

/// A function's processes, and its calls in this run.
public struct FunctionReport: Codable, Sendable, Hashable {
    public var name: String
    /// Execution environments that are there, those of them that are at work, and callers that wait for one.
    public var environments: Int
    public var busy: Int
    public var waiting: Int
    public var invocations: Int
    /// Those of the invocations that failed.
    public var errors: Int
    /// Calls that were refused, because as many as may run did.
    public var throttles: Int

    init(_ function: RunningFunction) {
        let (load, calls) = (function.local.load, function.metrics.calls)
        name = function.name
        environments = load.environments
        busy = load.busy
        waiting = load.waiting
        invocations = calls.invocations
        errors = calls.errors
        throttles = calls.throttles
    }
}

public struct AlarmReport: Codable, Sendable, Hashable {
    public var name: String
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    public var state: String
    /// Since when, in milliseconds since 1970.
    public var since: Int64

    init(_ alarm: Alarm) {
        name = alarm.definition.name
        state = alarm.state.rawValue
        since = alarm.stateTransitioned.milliseconds
    }
}

/// A queue's accounts of this run.
public struct QueueAccount: Sendable, Hashable {
    public var traffic: QueueTraffic
    /// Messages that are there, in flight and delayed ones among them.
    public var present: Int
    /// Where messages go that were received too often; nil without such a queue.
    public var deadLetterQueueName: String?
}

/// A pipe's accounts. `read` = `filteredOut` + `delivered` + `deadLettered` + `dropped` + `inFlight`.
public struct PipeReport: Codable, Sendable, Hashable {
    public var name: String
    /// One of AWS's states, such as `RUNNING`, `STOPPED`, `UPDATING`.
    public var currentState: String
    /// Why it cannot run; nil when it can.
    public var stateReason: String?
    /// The table whose stream it reads; nil for a pipe that cannot run.
    public var tableName: String?
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
    /// Seconds since the first record arrived that is not settled; 0 when all are.
    public var lagSeconds: Double
    public var latencyMilliseconds: LatencyReport

    init(
        _ snapshot: PipeSnapshot, state: PipeController.CurrentState, reason: String?, tableName: String?,
        counts: PipeCounts, latency: LatencyHistogram.Summary, now: Timestamp
    ) {
        name = snapshot.name
        currentState = state.rawValue
        stateReason = reason
        self.tableName = tableName
        read = counts.read
        filteredOut = counts.filteredOut
        delivered = counts.delivered
        deadLettered = counts.deadLettered
        dropped = counts.dropped
        inFlight = counts.inFlight
        retried = counts.retried
        invocations = counts.invocations
        behind = snapshot.shards.reduce(0) { $0 + $1.behind }
        lagSeconds = snapshot.shards.map { $0.lagSeconds(now) }.max() ?? 0
        latencyMilliseconds = LatencyReport(latency)
    }

    /// Records that have left the pipe, one way or the other.
    public var settled: Int { filteredOut + delivered + deadLettered + dropped }
}

/// A pipe and how it stands in each shard: the answer of `GET /_sluice/pipes/NAME`.
public struct PipeDetail: Codable, Sendable, Hashable {
    public var pipe: PipeReport
    public var desiredState: String
    public var shards: [ShardReport]
}

/// A pipe's place in one shard and those that follow it.
public struct ShardReport: Codable, Sendable, Hashable {
    /// The first shard's id.
    public var shardId: String
    /// The sequence number up to which everything is settled.
    public var settledSequenceNumber: String
    /// Records not read yet, and seconds since the first one that is not settled arrived; 0 when all are.
    public var behind: Int
    public var lagSeconds: Double
    public var inFlight: Int
    public var lanes: Int
    public var busyLanes: Int
    public var lastError: FailureReport?

    init(_ shard: ShardSnapshot, now: Timestamp) {
        shardId = shard.shardID
        settledSequenceNumber = SequenceNumber.text(shard.checkpoint.sequence)
        behind = shard.behind
        lagSeconds = shard.lagSeconds(now)
        inFlight = shard.counts.inFlight
        lanes = shard.laneCount
        busyLanes = shard.busyLaneCount
        lastError = shard.lastFailure.map(FailureReport.init)
    }
}

extension ShardSnapshot {
    fileprivate func lagSeconds(_ now: Timestamp) -> Double {
        firstUnsettledArrival.map { max(0, (now - $0).milliseconds / 1_000) } ?? 0
    }
}

/// The last invocation of a shard that failed, since the pipe's start.
public struct FailureReport: Codable, Sendable, Hashable {
    /// Milliseconds since 1970.
    public var timestamp: Int64
    public var reason: String
    public var requestId: String?
    public var attempts: Int
    public var firstSequenceNumber: String

    init(_ failure: PipeFailure) {
        timestamp = failure.at.milliseconds
        reason = failure.reason
        requestId = failure.requestID
        attempts = failure.attempts
        firstSequenceNumber = SequenceNumber.text(failure.sequences.lowerBound)
    }
}

/// Milliseconds from a write's arrival to the moment the function's process had it.
public struct LatencyReport: Codable, Sendable, Hashable {
    public var p50: Double
    public var p99: Double
    public var max: Double

    public init(p50: Double, p99: Double, max: Double) {
        self.p50 = p50
        self.p99 = p99
        self.max = max
    }

    init(_ summary: LatencyHistogram.Summary) {
        p50 = summary.p50
        p99 = summary.p99
        max = summary.max
    }
}

/// All latencies from a write's arrival to the moment the function's process had it, since the engine's start: the
/// answer of `GET /_sluice/latencies`. What happened between two moments is the difference of two answers.
public struct LatencyCounts: Codable, Sendable, Hashable {
    public struct Pipe: Codable, Sendable, Hashable {
        public var name: String
        /// Latencies that were seen, lowest first; a value stands for all that are equal to it by 0.1 %.
        public var microseconds: [UInt64]
        /// How often each of them was seen.
        public var counts: [Int]

        init(_ name: String, _ latency: LatencyHistogram) {
            let recorded = latency.counts
            self.name = name
            microseconds = recorded.map(\.microseconds)
            counts = recorded.map(\.count)
        }
    }

    public var pipes: [Pipe]
}
