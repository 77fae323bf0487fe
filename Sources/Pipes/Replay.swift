public import Clocks

/// From where a pipe is to deliver again.
public struct Replay: Sendable, Hashable {
    public enum Position: Sendable, Hashable {
        /// The oldest record that the stream holds.
        case trimHorizon
        /// The record with this sequence, in whichever shard it is, and all that follow it in any.
        case sequence(UInt64)
        /// The first record that arrived at this time or later.
        case time(Timestamp)
    }

    /// How fast records are read until one is reached that was read before the replay.
    public struct Pace: Sendable, Hashable {
        var recordsPerSecond: Double
        var until: UInt64
    }

    public var position: Position
    /// Most records a second over all shards, 1 or more; nil for as fast as it goes.
    public var recordsPerSecond: Int?

    public init(from position: Position, recordsPerSecond: Int? = nil) {
        self.position = position
        self.recordsPerSecond = recordsPerSecond
    }

    /// The record before the first one to be delivered.
    func place(in shard: any StreamShard) throws -> UInt64 {
        switch position {
        case .trimHorizon: 0
        // A place beyond the newest would hide what is written until a sequence comes up to it.
        case .sequence(let sequence): sequence == 0 ? 0 : min(sequence - 1, shard.newestSequence)
        case .time(let time): try shard.sequence(before: time)
        }
    }
}
