import Storage
import Synchronization

extension Queue {
    /// How a message goes to another queue.
    enum Passage {
        /// By a redrive policy: as the message it was, but that a FIFO queue counts its time anew.
        case redrive
        /// By a move task: as a new message.
        case moveTask
    }

    func moveToDeadLetterQueue(_ records: [MessageRecord]) {
        move(
            records, .redrive,
            to: { [self] _ in
                guard let policy = core.withLock({ $0.definition.settings.redrivePolicy }),
                    let target = context.find(policy.deadLetterTargetARN)
                else { throw QueueError.noSuchQueue }
                return target
            }
        ) { _ in }
    }

    /// Moves messages that are leaving, in one commit. When it fails they stay and become visible.
    ///
    /// - Parameter target: where a message goes.
    func move(
        _ records: [MessageRecord], _ passage: Passage,
        to target: @escaping @Sendable (MessageContents) throws -> Queue,
        completion: @escaping @Sendable (Result<Int, any Error>) -> Void
    ) {
        writer.commit(
            line: line, admission: .always,
            work: { [self] transaction in
                // All of them stay when one cannot go.
                for record in records {
                    transaction.whenTakenBack { [self] in core.withLock { $0.state.undoLeaving(place: record.place) } }
                }
                let now = now
                return try records.compactMap { record -> (queue: Queue, record: MessageRecord)? in
                    guard let bytes = try transaction.get(.queues, keys.contents(record.place)) else { return nil }
                    let contents = try MessageContents(bytes.span.bytes)
                    let queue = try target(contents)
                    let moved = try queue.take(record, contents, passage, from: arn, now: now, in: transaction)
                    transaction.delete(.queues, keys.record(record.place))
                    transaction.delete(.queues, keys.contents(record.place))
                    return (queue, moved)
                }
            },
            completion: { [self] outcome in
                switch outcome {
                case .success(let moved):
                    for (queue, record) in moved { queue.publish([record], areMoved: true) }
                    core.withLock { $0.traffic.moved += moved.count }
                    finishLeaving(records.map(\.place))
                    completion(.success(moved.count))
                case .failure(let error):
                    // They can be received again. A disk that fails is not asked again at once.
                    if error is QueueError { serve() }
                    completion(.failure(error))
                }
            })
    }

    /// Stores a message that comes from another queue. On the writer's thread.
    private func take(
        _ old: MessageRecord, _ contents: MessageContents, _ passage: Passage, from source: String, now: Int64,
        in transaction: Transaction
    ) throws -> MessageRecord {
        var contents = contents
        var record = MessageRecord(
            place: try nextPlace(in: transaction), sentAt: now, group: isFIFO ? contents.groupID : nil)
        switch passage {
        case .redrive:
            contents.deadLetterSourceARN = source
            record.receiveCount = old.receiveCount
            if !isFIFO {
                record.sentAt = old.sentAt
                record.firstReceivedAfter = old.firstReceivedAfter
            }
        case .moveTask:
            var random = context.random
            contents.id = MessageID(using: &random)
            contents.deadLetterSourceARN = nil
        }
        put(record, contents, in: transaction)
        return record
    }
}
