public import Storage
import Synchronization

extension Queue {
    /// A message that has been checked.
    struct Prepared: Sendable {
        var contents: MessageContents
        var delay: Int64
        var deduplicationKey: String?
        var result: SentMessage
        var sizeBytes: Int
    }

    /// Checks a message against the queue's settings.
    ///
    /// - Throws: ``QueueError`` in AWS's words.
    func prepare(_ message: OutgoingMessage) throws(QueueError) -> Prepared {
        let settings = definition.settings
        guard !message.body.isEmpty else {
            throw QueueError(.missingParameter, "The request must contain the parameter MessageBody.")
        }
        let sizeBytes = message.sizeBytes
        guard sizeBytes <= settings.maximumMessageBytes else {
            throw QueueError(
                .invalidParameterValue,
                "One or more parameters are invalid. Reason: Message must be shorter than "
                    + "\(settings.maximumMessageBytes) bytes.")
        }
        try MessageText.check(message.body.utf8, of: .body)
        try Self.check(message.attributes)
        if let group = message.groupID { try Self.check(group, "MessageGroupId") }
        if let id = message.deduplicationID { try Self.check(id, "MessageDeduplicationId") }
        var random = context.random
        var contents = MessageContents(id: MessageID(using: &random), body: Array(message.body.utf8))
        contents.attributes = message.attributes
        contents.traceHeader = message.traceHeader
        contents.groupID = message.groupID
        contents.deduplicationID = message.deduplicationID
        contents.attachment = message.attachment
        let key = try identify(&contents, message, settings)
        if let delay = message.delaySeconds {
            guard (0...900).contains(delay) else {
                throw .invalidValue(String(delay), "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.")
            }
            guard !isFIFO || delay == 0 else {
                throw .invalidValue(
                    String(delay), "DelaySeconds",
                    "The request include parameter that is not valid for this queue type.")
            }
        }
        // A FIFO queue has one delay for all.
        let delay = isFIFO ? settings.delaySeconds : message.delaySeconds ?? settings.delaySeconds
        let result = SentMessage(
            id: contents.id, bodyMD5: contents.bodyMD5.text,
            attributesMD5: message.attributes.isEmpty ? nil : MessageAttribute.md5(message.attributes).text,
            systemAttributesMD5: message.traceHeader.map {
                MessageAttribute.md5([.init(name: "AWSTraceHeader", type: "String", value: .string($0))]).text
            })
        return Prepared(
            contents: contents, delay: Int64(delay) * 1_000, deduplicationKey: key, result: result,
            sizeBytes: sizeBytes)
    }

    private static func check(_ attributes: [MessageAttribute]) throws(QueueError) {
        guard attributes.count <= MessageAttribute.countMax else {
            throw QueueError(
                .invalidParameterValue,
                "Number of message attributes [\(attributes.count)] exceeds the allowed maximum "
                    + "[\(MessageAttribute.countMax)].")
        }
        for attribute in attributes { try attribute.check() }
    }

    /// Longest MessageGroupId and MessageDeduplicationId.
    private static let idLengthMax = 128

    /// Letters, digits and ASCII punctuation.
    private static func check(_ id: String, _ parameter: String) throws(QueueError) {
        guard (1...idLengthMax).contains(id.utf8.count), id.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .invalidValue(
                id, parameter,
                "\(parameter) can only include alphanumeric and punctuation characters. 1 to 128 in length.")
        }
    }

    /// What makes a FIFO message one of its group and a duplicate of another.
    ///
    /// - Returns: the key of its deduplication; nil in a standard queue.
    private func identify(
        _ contents: inout MessageContents, _ message: OutgoingMessage, _ settings: QueueSettings
    ) throws(QueueError) -> String? {
        guard isFIFO else {
            guard let id = message.deduplicationID else { return nil }
            throw .invalidValue(
                id, "MessageDeduplicationId",
                "The request include parameter that is not valid for this queue type.")
        }
        guard let group = message.groupID else {
            throw QueueError(.missingParameter, "The request must contain the parameter MessageGroupId.")
        }
        if contents.deduplicationID == nil, settings.usesContentBasedDeduplication {
            contents.deduplicationID = ContentDigest.text(of: contents.body)
        }
        guard let id = contents.deduplicationID else {
            throw QueueError(
                .invalidParameterValue,
                "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided "
                    + "explicitly")
        }
        return DeduplicationWindow.key(id: id, group: group, scope: settings.deduplicationScope)
    }

    // MARK: Storing

    /// Stores messages in one commit, in their order.
    ///
    /// - Parameters:
    ///   - completion: gets what became of each: ``QueueError`` for those that are refused. Called once, on this thread
    ///     when all are refused, else on the writer's, where it must be short.
    public func send(
        _ messages: [OutgoingMessage], admission: GroupCommitWriter.Admission = .whenThereIsRoom,
        completion: @escaping @Sendable (Result<[Result<SentMessage, QueueError>], any Error>) -> Void
    ) {
        let prepared = messages.map { message in
            Result<Prepared, QueueError> { () throws(QueueError) in try prepare(message) }
        }
        guard prepared.contains(where: { if case .success = $0 { true } else { false } }) else {
            return completion(.success(prepared.map { $0.map(\.result) }))
        }
        writer.commit(
            line: line, admission: admission,
            work: { [self] transaction in
                let now = now
                return try prepared.map { message -> Result<Written, QueueError> in
                    switch message {
                    case .success(let message): .success(try write(message, now: now, in: transaction))
                    case .failure(let refusal): .failure(refusal)
                    }
                }
            },
            completion: { [self] outcome in
                switch outcome {
                case .success(let written):
                    let taken = written.compactMap { try? $0.get() }.filter { $0.record != nil }
                    publish(taken.compactMap(\.record))
                    if let observer = context.observer {
                        for message in taken { observer.sent(name, sizeBytes: message.sizeBytes) }
                    }
                    completion(.success(written.map { $0.map(\.result) }))
                case .failure(let error): completion(.failure(error))
                }
            })
    }

    struct Written: Sendable {
        /// Nil for a duplicate.
        var record: MessageRecord?
        var result: SentMessage
        var sizeBytes: Int
    }

    /// On the writer's thread.
    private func write(_ message: Prepared, now: Int64, in transaction: Transaction) throws -> Written {
        var result = message.result
        if let key = message.deduplicationKey {
            let known = core.withLock { $0.window.sending(key, now: now) }
            if let known {
                result.id = known.messageID
                result.sequenceNumber = FIFOSequence.text(known.place)
                return Written(record: nil, result: result, sizeBytes: message.sizeBytes)
            }
        }
        let place = try nextPlace(in: transaction)
        if let key = message.deduplicationKey {
            remember(
                .init(key: key, sentAt: now, place: place, messageID: message.contents.id), now: now, in: transaction)
            result.sequenceNumber = FIFOSequence.text(place)
        }
        let record = MessageRecord(
            place: place, sentAt: now, visibleAfter: QueueState.milliseconds(message.delay),
            group: isFIFO ? message.contents.groupID : nil)
        put(record, message.contents, in: transaction)
        return Written(record: record, result: result, sizeBytes: message.sizeBytes)
    }

    func put(_ record: MessageRecord, _ contents: MessageContents, in transaction: Transaction) {
        transaction.put(.queues, keys.record(record.place), record.encoded)
        transaction.put(.queues, keys.contents(record.place), contents.encoded)
    }

    private func remember(_ sending: DeduplicationWindow.Sending, now: Int64, in transaction: Transaction) {
        let pruned = core.withLock { core in
            defer { core.window.insert(sending) }
            return core.window.prune(now: now)
        }
        for old in pruned {
            transaction.delete(.queues, keys.deduplication(sentAt: old.sentAt, place: old.place))
        }
        transaction.put(.queues, keys.deduplication(sentAt: sending.sentAt, place: sending.place), sending.encoded)
        transaction.whenTakenBack { [self] in core.withLock { $0.window.remove(sending) } }
    }

    /// Lets messages that have come to the disk be received.
    ///
    /// - Parameter areMoved: whether they come from another queue.
    func publish(_ records: [MessageRecord], areMoved: Bool = false) {
        guard !records.isEmpty else { return }
        let isAwaited = core.withLock { core in
            let now = now
            for record in records { core.state.insert(record, now: now) }
            core.traffic.arrived += records.count
            if areMoved { core.traffic.movedHere += records.count }
            return !core.polls.isEmpty
        }
        if isAwaited { serve() }
    }

    // MARK: For the engine's own parts

    /// Stores a message and returns its id once it is durable.
    ///
    /// - Throws: ``QueueError`` when the queue refuses it or is gone.
    @discardableResult
    public func send(_ message: OutgoingMessage) async throws -> SentMessage {
        try await withCheckedThrowingContinuation { continuation in
            // Only pipes send this way, one message a lane at a time.
            send([message], admission: .always) { outcome in
                continuation.resume(with: Result { try outcome.get()[0].get() })
            }
        }
    }
}
