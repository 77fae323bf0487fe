import Clocks
import Gateway
import Pipes
import Storage
import Tables

/// A pipe's replays from its table.
struct TableReplays: ItemReplayStore {
    let pipe: String
    let table: Table
    let stream: ChangeStream
    let checkpoints: StoredCheckpoints
    let time: any TimeSource

    private var place: ReplayPlace { ReplayPlace(checkpoints, pipe: pipe) }

    func current() throws -> ItemReplay? { try place.load().map(replay) }

    private func replay(_ stored: StoredReplay) throws -> ItemReplay {
        let shard = ItemShard(
            stored, try table.itemRecords(of: stream, begunAt: stored.begunAt), streamARN: stream.arn, place: place,
            time: time)
        return ItemReplay(shard: shard, checkpoints: shard, recordsPerSecond: stored.recordsPerSecond)
    }

    /// - Throws: `ControlError` for a pace at which the stream would forget what it holds before the pipe comes back to it.
    func begin(recordsPerSecond: Int?) async throws -> ItemReplay {
        let now = time.now()
        let itemCount = try table.itemRecords(of: stream, begunAt: now).count()
        if let recordsPerSecond { try Self.check(recordsPerSecond, itemCount) }
        // What an earlier one has settled stays counted.
        let counts = try place.load()?.checkpoint.counts ?? PipeCounts()
        let begun = StoredReplay(
            begunAt: now, recordsPerSecond: recordsPerSecond, itemCount: itemCount,
            checkpoint: Checkpoint(counts: counts))
        try await place.save(begun, durability: .synced)
        return try replay(begun)
    }

    static func check(_ recordsPerSecond: Int, _ itemCount: Int) throws {
        let seconds = Double(itemCount) / Double(recordsPerSecond)
        let limit = Double(ChangeStream.retention.components.seconds) / 2
        guard seconds > limit else { return }
        throw ControlError(
            "\(itemCount) items at \(recordsPerSecond) a second take \(Int(seconds / 3_600)) hours, for which the pipe's stream "
                + "waits, and it holds records for 24 hours; give \(Int((Double(itemCount) / limit).rounded(.up))) or "
                + "more, or no pace.")
    }

    func end() async throws {
        guard let counts = try place.load()?.checkpoint.counts, let shardID = stream.lineages.first?.id else { return }
        var checkpoint = try checkpoints.load(pipe: pipe, shardID: shardID) ?? Checkpoint()
        checkpoint.counts = checkpoint.counts + counts
        try await place.end(with: checkpoint, shardID: shardID)
    }
}
