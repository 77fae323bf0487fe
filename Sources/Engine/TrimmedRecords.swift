import Logging
import Pipes
import Tables

/// Records that a stream forgets after its 24 hours although a pipe has not read them: it was stopped, or its target failed
/// for too long. They are lost to the pipe as on AWS, which says nothing of it.
struct TrimmedRecords: Sendable {
    let pipes: RunningPipes
    let checkpoints: any CheckpointStore
    let logger: Logger

    /// Names each pipe that has not read what a lineage of its stream is about to forget, with how many records that are.
    ///
    /// - Parameter last: the sequence of the last record that goes.
    func warn(of lineage: ShardLineage, upTo last: UInt64) throws {
        // Before the other count: records that come meanwhile are in that one alone.
        let kept = try lineage.backlog(after: last)
        for pipe in pipes.all {
            // A lineage that the pipe has no place in is none of its own.
            guard let place = try checkpoints.load(pipe: pipe.name, shardID: lineage.id) else { continue }
            let read = pipe.controller.snapshot.shards.first { $0.shardID == lineage.id }?.readPosition ?? 0
            let position = max(read, place.sequence)
            guard position < last else { continue }
            let unread = try lineage.backlog(after: position) - kept
            logger.warning(
                "a stream forgets records after 24 hours that a pipe has not read",
                metadata: ["pipe": "\(pipe.name)", "shard": "\(lineage.id)", "unread": "\(unread)"])
        }
    }
}
