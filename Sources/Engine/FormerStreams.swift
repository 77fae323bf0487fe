import Logging
import Pipes
import Tables

/// A stream that a pipe has read and that its table no longer has: somebody disabled it, and the table got another.
///
/// The pipe of the template then reads the new stream, from its StartingPosition, as on AWS, where another Source makes
/// another pipe. What it had not read of the old one it will not read; that is said, not hidden.
struct FormerStreams {
    let tables: TableStore
    let checkpoints: any CheckpointStore

    /// Names the streams that hold records which the pipe has not settled, once at each start, for as long as they are held.
    func warn(ofPipe pipe: String, on stream: ChangeStream, logger: Logger) throws {
        for former in tables.streams where former.tableName == stream.tableName && former.arn != stream.arn {
            var unread = 0
            for lineage in former.lineages {
                // A stream that the pipe never read is none of its former ones.
                guard let place = try checkpoints.load(pipe: pipe, shardID: lineage.id) else { continue }
                unread += Int(try lineage.backlog(after: place.sequence))
            }
            guard unread > 0 else { continue }
            logger.warning(
                "a pipe has another stream than before; it does not read what the former one still holds",
                metadata: [
                    "pipe": "\(pipe)", "stream": "\(stream.arn)", "former": "\(former.arn)", "unread": "\(unread)",
                ])
        }
    }
}
