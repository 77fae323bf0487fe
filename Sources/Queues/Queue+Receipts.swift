import Clocks
import Storage
import Synchronization

extension Queue {
    // MARK: Deleting

    /// Deletes messages by their receipt handles, in one commit.
    ///
    /// A handle of a message that is gone is taken without effect, and so is one of a message that has been received again
    /// since; a FIFO queue refuses the second, and a handle whose message has become visible.
    ///
    /// - Parameter completion: gets what became of each. Called once, on this thread or the writer's.
    public func delete(
        _ receiptHandles: [String],
        completion: @escaping @Sendable (Result<[Result<Void, QueueError>], any Error>) -> Void
    ) {
        let handles = receiptHandles.map { text in
            Result<ReceiptHandle, QueueError> { () throws(QueueError) in
                try ReceiptHandle(text, queue: keys.number)
            }
        }
        writer.commit(
            line: line,
            work: { [self] transaction in
                try core.withLock { if $0.isDeleted { throw QueueError.noSuchQueue } }
                removeFromDisk(core.withLock { $0.state.advance(to: now) })
                return zip(handles, receiptHandles).map { handle, text -> Result<UInt64?, QueueError> in
                    handle.flatMap { handle in
                        Result { () throws(QueueError) in try remove(handle, text, in: transaction) ? handle.place : nil
                        }
                    }
                }
            },
            completion: { [self] outcome in
                if case .success(let deleted) = outcome { finishDeleting(deleted.compactMap { try? $0.get() }) }
                completion(outcome.map { $0.map { deleted in deleted.map { _ in } } })
            })
    }

    /// On the writer's thread.
    private func remove(_ handle: ReceiptHandle, _ text: String, in transaction: Transaction) throws(QueueError) -> Bool
    {
        let standing = core.withLock { core in
            let standing = core.state.standing(handle.receipt, of: handle.place)
            if standing == .current || standing == .lapsed && !isFIFO {
                _ = core.state.beginLeaving(place: handle.place)
            }
            return standing
        }
        switch (standing, isFIFO) {
        case (.current, _), (.lapsed, false):
            remove(handle.place, in: transaction)
            return true
        case (.gone, _), (.outdated, false): return false
        case (.outdated, true), (.lapsed, true):
            throw .invalidValue(text, "ReceiptHandle", "The receipt handle has expired.")
        }
    }

    /// Removes a message that is leaving, and lets it stay if the removal does not come to the disk.
    func remove(_ place: UInt64, in transaction: Transaction) {
        transaction.delete(.queues, keys.record(place))
        transaction.delete(.queues, keys.contents(place))
        transaction.whenTakenBack { [self] in core.withLock { $0.state.undoLeaving(place: place) } }
    }

    func finishDeleting(_ places: [UInt64]) {
        core.withLock { $0.traffic.deleted += places.count }
        finishLeaving(places)
    }

    func finishLeaving(_ places: [UInt64]) {
        guard !places.isEmpty else { return }
        let isAwaited = core.withLock { core in
            for place in places { core.state.finishLeaving(place: place) }
            return !core.polls.isEmpty && core.state.hasVisible
        }
        // A group whose messages have left gives its next ones.
        if isAwaited { serve() }
    }

    // MARK: Visibility

    /// Sets how long from now a message in flight stays invisible; 0 makes it visible at once.
    ///
    /// - Throws: ``QueueError``.
    public func changeVisibility(_ receiptHandle: String, timeoutSeconds: Int) throws(QueueError) {
        guard (0...43_200).contains(timeoutSeconds) else {
            throw .invalidValue(
                String(timeoutSeconds), "VisibilityTimeout", "Must be between 0 and 43200 seconds.")
        }
        let handle = try ReceiptHandle(receiptHandle, queue: keys.number)
        let (change, expired) = try core.withLock { core throws(QueueError) in
            guard !core.isDeleted else { throw QueueError.noSuchQueue }
            let now = now
            let expired = core.state.advance(to: now)
            return (
                core.state.changeVisibility(
                    handle.receipt, of: handle.place, timeout: Int64(timeoutSeconds) * 1_000, now: now), expired
            )
        }
        removeFromDisk(expired)
        switch change {
        case .changed:
            keep([handle.place])
            if core.withLock({ !$0.polls.isEmpty }) { serve() }
        // Recorded on AWS: taken without effect.
        case .refused(.lapsed) where !isFIFO: break
        case .refused(.gone):
            throw .invalidValue(
                receiptHandle, "ReceiptHandle",
                "Message does not exist or is not available for visibility timeout change.")
        case .refused(.lapsed):
            throw .invalidValue(receiptHandle, "ReceiptHandle", "The receipt handle has expired.")
        case .refused:
            throw QueueError(
                .messageNotInflight, "The message referred to by the receipt handle is not in flight under it any more."
            )
        case .tooLong:
            throw .invalidValue(
                String(timeoutSeconds), "VisibilityTimeout",
                "Total VisibilityTimeout for the message is beyond the limit [43200 seconds].")
        }
    }

    // MARK: Purging

    /// How long after a purge the next one is refused, in seconds. AWS: 60.
    private static let purgePauseSeconds = 60

    /// Deletes all messages, those in flight too.
    ///
    /// - Throws: ``QueueError`` with code `purgeQueueInProgress` within 60 s of the last purge.
    public func purge() async throws {
        try core.withLock { core throws(QueueError) in
            guard !core.isDeleted else { throw QueueError.noSuchQueue }
            let now = context.time.now()
            // The last one is in the future when the clock was set back: a purge more does no harm, hours without one do.
            if let last = core.purgedAt,
                (Duration.zero..<Duration.seconds(Self.purgePauseSeconds)).contains(now - last)
            {
                throw QueueError(
                    .purgeQueueInProgress,
                    "Only one PurgeQueue operation on \(name) is allowed every 60 seconds.")
            }
            core.purgedAt = now
        }
        // Behind all that was sent before: the range is deleted when that has been written, and what is written behind it
        // has places behind its end.
        _ = try await writer.commit(
            line: line,
            { [self] _ in core.withLock { $0.nextPlace } },
            committed: { [self] end in
                core.withLock { core in
                    let before = core.state.count
                    core.state.removeAll(upTo: end - 1)
                    core.traffic.expired += before - core.state.count
                }
                for range in [
                    (keys.records.from, keys.record(end)), (keys.allContents.from, keys.contents(end)),
                ] {
                    // What a failing disk keeps is received again.
                    try? database.deleteRange(.queues, from: range.0, to: range.1, durability: .synced)
                }
            })
    }
}
