import Clocks
import Gateway
import Logging
import Pipes
import Storage
import Tables

/// A pipe's replays from its table.
struct TableReplays: ItemReplayStore {
    let configuration: PipeConfiguration
    let table: Table
    let stream: ChangeStream
    let checkpoints: StoredCheckpoints
    let time: any TimeSource
    let logger: Logger

    private var pipe: String { configuration.name }
    private var place: ReplayPlace { ReplayPlace(checkpoints, pipe: pipe) }

    func current() async throws -> ItemReplay? {
        guard let stored = try place.load() else { return nil }
        guard try stored.tableID == table.id else {
            logger.warning(
                "a replay from the table ends: the pipe has another table than before", metadata: ["pipe": "\(pipe)"])
            try await end()
            return nil
        }
        return try replay(stored)
    }

    private func replay(_ stored: StoredReplay) throws -> ItemReplay {
        let shard = ItemShard(
            stored, try table.itemRecords(of: stream, seed: stored.seed), streamARN: stream.arn, place: place,
            time: time)
        return ItemReplay(shard: shard, checkpoints: shard, recordsPerSecond: stored.recordsPerSecond)
    }

    /// - Throws: `ControlError` for a pace at which the stream would forget what it holds before the pipe comes back to it.
    func begin(recordsPerSecond: Int?) async throws -> ItemReplay {
        let seed = UInt64.random(in: 0...(.max))
        let itemCount = try await table.itemRecords(of: stream, seed: seed).count()
        if let recordsPerSecond { try Self.check(recordsPerSecond, itemCount) }
        try await takePlaces()
        // What an earlier one has settled stays counted.
        let counts = try place.load()?.checkpoint.counts ?? PipeCounts()
        let begun = StoredReplay(
            tableID: try table.id, seed: seed, begunAt: time.now(), recordsPerSecond: recordsPerSecond,
            itemCount: itemCount, checkpoint: Checkpoint(counts: counts))
        try await place.save(begun, durability: .synced)
        return try replay(begun)
    }

    /// Chooses where the pipe will go on in shards that it has never read: now, and not when the items are through.
    private func takePlaces() async throws {
        for lineage in stream.lineages where try checkpoints.load(pipe: pipe, shardID: lineage.id) == nil {
            let first = configuration.firstCheckpoint(in: TableShard(stream: stream, lineage: lineage))
            try await checkpoints.save(first, pipe: pipe, shardID: lineage.id)
        }
    }

    /// Longest time that a replay may take by its pace. Ours: half of what the stream holds its records for, as a function that
    /// is slower than the pace, or retries, takes longer.
    private static let timeMax = ChangeStream.retention / 2

    /// - Throws: `ControlError` for a pace that takes longer than ``timeMax``.
    static func check(_ recordsPerSecond: Int, _ itemCount: Int) throws {
        let seconds = Double(itemCount) / Double(recordsPerSecond)
        let limit = Double(timeMax.components.seconds)
        guard seconds > limit else { return }
        throw ControlError(
            "\(itemCount) items at \(recordsPerSecond) a second take \(Int(seconds / 3_600)) hours, for which the pipe's stream "
                + "waits, and half of its 24 hours is what it may; give \(Int((Double(itemCount) / limit).rounded(.up))) or "
                + "more, or no pace.")
    }

    func end() async throws {
        guard let counts = try place.load()?.checkpoint.counts, let shardID = stream.lineages.first?.id else { return }
        try await takePlaces()
        var checkpoint = try checkpoints.load(pipe: pipe, shardID: shardID) ?? Checkpoint()
        checkpoint.counts = checkpoint.counts + counts
        try await place.end(with: checkpoint, shardID: shardID)
    }
}
