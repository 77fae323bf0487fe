import Pipes
import Synchronization

/// Replays of a table in memory, whose items are records of a finite shard.
final class MemoryItemReplays: ItemReplayStore {
    private let items: MemoryShard
    private let checkpoints: MemoryCheckpoints
    private let shardID: String
    private let state = Mutex((isUnderWay: false, recordsPerSecond: Int?.none))

    /// - Parameter shardID: the pipe's first shard, which takes over the accounts.
    init(_ items: [SourceRecord], checkpoints: MemoryCheckpoints, shardID: String) {
        self.items = MemoryShard(shardID: "table", items, isFinite: true)
        self.checkpoints = checkpoints
        self.shardID = shardID
    }

    func current() -> ItemReplay? {
        let (isUnderWay, recordsPerSecond) = state.withLock { $0 }
        guard isUnderWay else { return nil }
        return ItemReplay(shard: items, checkpoints: checkpoints, recordsPerSecond: recordsPerSecond)
    }

    func begin(recordsPerSecond: Int?) async throws -> ItemReplay {
        var checkpoint = try checkpoints.load(pipe: "orders", shardID: items.shardID) ?? Checkpoint()
        checkpoint.sequence = 0
        try await checkpoints.save(checkpoint, pipe: "orders", shardID: items.shardID)
        state.withLock { $0 = (true, recordsPerSecond) }
        return ItemReplay(shard: items, checkpoints: checkpoints, recordsPerSecond: recordsPerSecond)
    }

    func end() async throws {
        var checkpoint = try checkpoints.load(pipe: "orders", shardID: shardID) ?? Checkpoint()
        let settled = try checkpoints.load(pipe: "orders", shardID: items.shardID) ?? Checkpoint()
        checkpoint.counts = checkpoint.counts + settled.counts
        try await checkpoints.save(checkpoint, pipe: "orders", shardID: shardID)
        try await checkpoints.save(Checkpoint(), pipe: "orders", shardID: items.shardID)
        state.withLock { $0 = (false, nil) }
    }
}
