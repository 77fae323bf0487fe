import Clocks
import Storage
import Synchronization

extension Queue {
    /// Receives messages: at once when there are visible ones, or else within the time that the request waits.
    ///
    /// - Parameter completion: called once, on this thread or another. Gets ``QueueError``: `overLimit` for a request that
    ///   does not wait when too many messages are in flight, `queueDoesNotExist`.
    /// - Returns: when it waits, what ``abandon(_:)`` knows it by.
    @discardableResult
    public func receive(
        _ request: ReceiveRequest,
        completion: @escaping @Sendable (Result<[ReceivedMessage], any Error>) -> Void
    ) -> UInt64? {
        let maxReceiveCount = maxReceiveCount
        let outcome = Result {
            try core.withLock { core throws(QueueError) in
                try receive(request, maxReceiveCount: maxReceiveCount, now: now, &core, completion)
            }
        }
        switch outcome {
        case .success(let turn):
            settle(turn)
            if let answer = turn.answers.first { self.answer(answer) } else { setAlarm() }
            return turn.waiting
        case .failure(let error):
            completion(.failure(error))
            return nil
        }
    }

    /// Answers a receive that waits with nothing, so that no message goes to somebody who has left.
    public func abandon(_ poll: UInt64) {
        core.withLock { $0.polls.remove(poll) }?.completion(.success([]))
    }

    /// As ``receive(_:completion:)``.
    public func receive(_ request: ReceiveRequest) async throws -> [ReceivedMessage] {
        try await withCheckedThrowingContinuation { continuation in
            receive(request) { continuation.resume(with: $0) }
        }
    }

    /// What came of one look at the state.
    struct Turn {
        var answers: [(poll: Poll, messages: [MessageRecord])] = []
        var exhausted: [MessageRecord] = []
        var expired: [UInt64] = []
        /// The receive that began to wait.
        var waiting: UInt64?
    }

    private func receive(
        _ request: ReceiveRequest, maxReceiveCount: Int?, now: Int64, _ core: inout Core,
        _ completion: @escaping ReceiveCompletion
    ) throws(QueueError) -> Turn {
        guard !core.isDeleted else { throw QueueError.noSuchQueue }
        let settings = core.definition.settings
        let wait = request.waitSeconds ?? settings.receiveWaitSeconds
        let poll = Poll(
            limit: request.maxNumberOfMessages,
            timeout: Int64(request.visibilityTimeoutSeconds ?? settings.visibilityTimeoutSeconds) * 1_000,
            deadline: now + Int64(wait) * 1_000, completion: completion)
        var turn = Turn(expired: core.state.advance(to: now))
        if core.state.notVisibleCount >= inFlightMax {
            guard isFIFO || wait > 0 else {
                throw QueueError(
                    .overLimit,
                    "The specified action violates a limit: \(inFlightMax) messages are in flight; delete some.")
            }
        } else if core.polls.isEmpty || wait == 0 {
            let messages = take(poll, maxReceiveCount: maxReceiveCount, now: now, &core, &turn)
            if !messages.isEmpty {
                turn.answers.append((poll, messages))
                return turn
            }
        }
        if wait > 0, !core.isClosing { turn.waiting = core.polls.append(poll) } else { turn.answers.append((poll, [])) }
        return turn
    }

    private func take(
        _ poll: Poll, maxReceiveCount: Int?, now: Int64, _ core: inout Core, _ turn: inout Turn
    ) -> [MessageRecord] {
        let room = inFlightMax - core.state.notVisibleCount
        guard room > 0 else { return [] }
        var random = context.random
        let received = core.state.receive(
            limit: min(poll.limit, room), timeout: poll.timeout, maxReceiveCount: maxReceiveCount, now: now,
            using: &random)
        turn.exhausted += received.exhausted
        return received.delivered
    }

    // MARK: Receives that wait

    /// Gives visible messages to the receives that wait, and an empty answer to those whose time is over.
    func serve() {
        let maxReceiveCount = maxReceiveCount
        let turn = core.withLock { core in
            let now = now
            var turn = Turn(expired: core.state.advance(to: now))
            while let poll = core.polls.first, core.state.hasVisible {
                let messages = take(poll, maxReceiveCount: maxReceiveCount, now: now, &core, &turn)
                if messages.isEmpty { break }
                turn.answers.append((core.polls.removeFirst(), messages))
            }
            for poll in core.polls.removeOverdue(now: now) { turn.answers.append((poll, [])) }
            return turn
        }
        settle(turn)
        for answer in turn.answers {
            // Not on the writer's thread, which may be this one: reading takes its time.
            Task { self.answer(answer) }
        }
        setAlarm()
    }

    /// Sees to it that ``serve()`` is called when the next message becomes visible or the next receive has waited enough.
    private func setAlarm() {
        let now = now
        core.withLock { core in
            guard let deadline = core.polls.earliestDeadline else {
                core.alarm?.task.cancel()
                core.alarm = nil
                return
            }
            let moment = min(deadline, core.state.nextVisibility ?? .max)
            if let alarm = core.alarm, alarm.moment <= moment { return }
            core.alarm?.task.cancel()
            // Work of its own: no caller waits for it.
            let task = Task { [weak self, time = context.time] in
                guard (try? await time.sleep(for: .milliseconds(moment - now))) != nil else { return }
                self?.ring(moment)
            }
            core.alarm = (moment, task)
        }
    }

    private func ring(_ moment: Int64) {
        core.withLock { core in if core.alarm?.moment == moment { core.alarm = nil } }
        serve()
    }

    /// Answers all receives that wait, and lets none wait any more.
    func endPolls(_ error: QueueError? = nil) {
        let polls = core.withLock { core in
            core.isClosing = true
            core.alarm?.task.cancel()
            core.alarm = nil
            return core.polls.removeAll()
        }
        for poll in polls { poll.completion(error.map { .failure($0) } ?? .success([])) }
    }

    // MARK: After the lock

    /// How often a message may be received; nil where there is no dead-letter queue to move it to.
    private var maxReceiveCount: Int? {
        guard let policy = core.withLock({ $0.definition.settings.redrivePolicy }),
            context.find(policy.deadLetterTargetARN) != nil
        else { return nil }
        return policy.maxReceiveCount
    }

    /// Brings to the disk what a look at the state has changed.
    private func settle(_ turn: Turn) {
        if !turn.answers.isEmpty {
            core.withLock { core in
                core.traffic.received += turn.answers.reduce(0) { $0 + $1.messages.count }
                core.traffic.emptyReceives += turn.answers.count { $0.messages.isEmpty }
            }
        }
        removeFromDisk(turn.expired)
        if !turn.exhausted.isEmpty { moveToDeadLetterQueue(turn.exhausted) }
        keep(turn.answers.flatMap { $0.messages.map(\.place) })
    }

    /// Writes records as they are then, without a sync: when a crash takes them away, their messages are visible sooner.
    func keep(_ places: [UInt64]) {
        guard !places.isEmpty else { return }
        writer.commit(
            line: line, durability: .unsynced,
            work: { [self] transaction in
                for place in places {
                    // Nil for one that is gone or about to go: it must not come back.
                    guard let record = core.withLock({ $0.isDeleted ? nil : $0.state.record(at: place) }) else {
                        continue
                    }
                    transaction.put(.queues, keys.record(place), record.encoded)
                }
            }, completion: { _ in })
    }

    private func answer(_ answer: (poll: Poll, messages: [MessageRecord])) {
        answer.poll.completion(Result { try answer.messages.compactMap(read) })
    }

    /// A message with its contents; nil when it has been deleted meanwhile.
    private func read(_ record: MessageRecord) throws -> ReceivedMessage? {
        guard let bytes = try database.get(.queues, keys.contents(record.place)) else { return nil }
        let contents = try MessageContents(bytes.span.bytes)
        return ReceivedMessage(
            id: contents.id,
            receiptHandle: ReceiptHandle(queue: keys.number, place: record.place, receipt: record.receipt).text,
            body: String(decoding: contents.body, as: UTF8.self), bodyMD5: contents.bodyMD5.text,
            attributes: contents.attributes, sentTimestamp: record.sentAt,
            firstReceiveTimestamp: record.firstReceivedAt, receiveCount: Int(record.receiveCount),
            traceHeader: contents.traceHeader, groupID: contents.groupID, deduplicationID: contents.deduplicationID,
            sequenceNumber: isFIFO ? FIFOSequence.text(record.place) : nil,
            deadLetterQueueSourceARN: contents.deadLetterSourceARN)
    }
}
