/// A replay of what the pipe's table holds, while it is under way. The pipe delivers all of it before it goes on in its
/// stream.
public struct ItemReplay: Sendable {
    /// The items as records; finite.
    public var shard: any StreamShard
    /// Where its place is kept.
    public var checkpoints: any CheckpointStore
    /// Most records a second, 1 or more; nil for as fast as it goes.
    public var recordsPerSecond: Int?

    public init(shard: any StreamShard, checkpoints: any CheckpointStore, recordsPerSecond: Int?) {
        self.shard = shard
        self.checkpoints = checkpoints
        self.recordsPerSecond = recordsPerSecond
    }
}

/// Keeps a pipe's replays from its table, so that one goes on after a restart.
public protocol ItemReplayStore: Sendable {
    /// The one that is under way; nil when there is none.
    func current() async throws -> ItemReplay?
    /// Begins one with the first item; one that is under way ends where it stands.
    ///
    /// - Parameter recordsPerSecond: 1 or more; nil for as fast as it goes.
    /// - Throws: why it cannot be.
    func begin(recordsPerSecond: Int?) async throws -> ItemReplay
    /// Ends the one under way, whose items are all settled. From now on its accounts are part of the pipe's first shard's.
    func end() async throws
}
