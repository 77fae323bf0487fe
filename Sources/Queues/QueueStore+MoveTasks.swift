import Clocks
import Storage
import Synchronization

extension QueueStore {
    /// Highest MaxNumberOfMessagesPerSecond. AWS: 500.
    private static let rateMax = 500
    /// Messages moved in one commit where no rate is given.
    private static let batchCount = 100
    /// Longest life of a task. AWS: 36 hours.
    private static let durationMax = Duration.seconds(36 * 3_600)

    /// Begins to move what a dead-letter queue holds, to another queue or to the queues that it came from.
    ///
    /// - Throws: ``QueueError``: `resourceNotFound`, `invalidParameterValue`.
    public func startMoveTask(sourceARN: String, destinationARN: String?, rate: Int?) throws(QueueError) -> MoveTask {
        let source = try resource(sourceARN, "SourceArn")
        guard !deadLetterSources(of: source).isEmpty else {
            throw QueueError(.invalidParameterValue, "Source queue must be configured as a Dead Letter Queue.")
        }
        if let destinationARN {
            let destination = try resource(destinationARN, "DestinationArn")
            guard destination.arn != source.arn else {
                throw QueueError(
                    .invalidParameterValue, "Source queue arn and destination queue arn cannot be the same.")
            }
            guard destination.isFIFO == source.isFIFO else {
                throw QueueError(
                    .invalidParameterValue, "Source and destination queue must be of the same type, FIFO or standard.")
            }
        }
        if let rate, !(1...Self.rateMax).contains(rate) {
            throw QueueError(
                .invalidParameterValue,
                "Value \(rate) for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: Must be between 1 and "
                    + "\(Self.rateMax), if provided.")
        }
        var random = context.random
        let task = MoveTask(
            id: MessageID(using: &random).description, source: source, destinationARN: destinationARN, rate: rate,
            startedAt: context.time.now(), toMoveCount: source.counts().visible,
            lastPlace: source.core.withLock { $0.nextPlace - 1 })
        try moveTasks.withLock { tasks throws(QueueError) in try tasks.append(task) }
        moveWishes.continuation.yield(task)
        return task
    }

    /// Asks a task to end.
    ///
    /// - Returns: how many messages it has moved so far.
    /// - Throws: ``QueueError`` with code `resourceNotFound` for a task that is not there or has ended.
    public func cancelMoveTask(_ id: String, sourceARN: String) throws(QueueError) -> Int {
        _ = try resource(sourceARN, "SourceArn")
        guard let task = moveTasks.withLock({ $0.task(id, ofSource: sourceARN) }) else {
            throw QueueError(.resourceNotFound, "Task does not exist.")
        }
        guard task.progress.status == .running else {
            throw QueueError(.resourceNotFound, "Task is not running: it is \(task.progress.status.rawValue).")
        }
        task.update { if $0.status == .running { $0.status = .cancelling } }
        return task.progress.movedCount
    }

    /// The latest tasks of a source, the newest first.
    public func moveTasks(sourceARN: String) throws(QueueError) -> [MoveTask] {
        _ = try resource(sourceARN, "SourceArn")
        return moveTasks.withLock { $0.tasks(ofSource: sourceARN) }
    }

    private func resource(_ arn: String, _ parameter: String) throws(QueueError) -> Queue {
        guard QueueARN(arn) != nil else {
            throw QueueError(
                .invalidParameterValue,
                "You must use this format to specify the \(parameter): "
                    + "arn:<partition>:<service>:<region>:<account-id>:<resource-id>")
        }
        guard let queue = registry.find(arn: arn) else {
            throw QueueError(
                .resourceNotFound, "The resource that you specified for the \(parameter) parameter doesn't exist.")
        }
        return queue
    }

    // MARK: Carrying out

    func carryOut(_ task: MoveTask) async {
        // A tenth of a second's messages at a time, so that the rate is even.
        let count = task.rate.map { max($0 / 10, 1) } ?? Self.batchCount
        while true {
            guard task.progress.status == .running else {
                return task.update { $0.status = .cancelled }
            }
            guard context.time.now() - task.startedAt < Self.durationMax, !Task.isCancelled else {
                return task.update { $0.status = .failed }
            }
            do {
                let moved = try await moveBatch(task, count)
                guard moved > 0 else { return task.update { $0.status = .completed } }
                task.update { $0.movedCount += moved }
                if let rate = task.rate {
                    try await context.time.sleep(for: .microseconds(moved * 1_000_000 / rate))
                }
            } catch {
                return task.update { progress in
                    progress.status = .failed
                    progress.failureReason =
                        switch error {
                        case let error as MoveFailure: error.rawValue
                        case let error as QueueError where error.code == .queueDoesNotExist:
                            "AWS.SimpleQueueService.NonExistentQueue"
                        default: "InternalFailure"
                        }
                }
            }
        }
    }

    private func moveBatch(_ task: MoveTask, _ count: Int) async throws -> Int {
        let source = try queue(arn: task.sourceARN)
        let (expired, records) = source.core.withLock { core in
            let expired = core.state.advance(to: source.now)
            return (expired, core.state.takeForMove(limit: count, upTo: task.lastPlace))
        }
        source.removeFromDisk(expired)
        guard !records.isEmpty else { return 0 }
        return try await withCheckedThrowingContinuation { continuation in
            source.move(
                records, .moveTask,
                to: { [registry] contents in
                    guard let arn = task.destinationARN ?? contents.deadLetterSourceARN else {
                        throw MoveFailure.couldNotDetermineMessageSource
                    }
                    guard let queue = registry.find(arn: arn) else { throw QueueError.noSuchQueue }
                    return queue
                }
            ) { continuation.resume(with: $0) }
        }
    }

    private enum MoveFailure: String, Error {
        case couldNotDetermineMessageSource = "CouldNotDetermineMessageSource"
    }
}
