import Clocks
import Storage
import Synchronization

extension QueueStore {
    /// Makes a queue, or finds the one that is there when all attributes given are as it has them.
    ///
    /// - Parameter attributes: AWS's names and texts.
    /// - Throws: ``QueueError``: `queueNameExists` for other attributes than those of the queue that is there.
    public func createQueue(
        _ name: String, attributes: [String: String] = [:], tags: [String: String] = [:]
    ) async throws -> Queue {
        let settings = try QueueSettings(attributes)
        try QueueDefinition.checkName(name, isFIFO: settings.isFIFO)
        try checkRedrive(settings, ofQueue: name)
        try Self.checkTags(tags)
        let definition = QueueDefinition(name: name, settings: settings, tags: tags, createdAt: context.time.now())
        return try await create(definition) { found in
            for attribute in attributes.keys.sorted() where found.text(attribute) != settings.text(attribute) {
                throw QueueError(
                    .queueNameExists,
                    "A queue already exists with the same name and a different value for attribute \(attribute)")
            }
        }
    }

    /// - Parameter check: told the settings of the queue when it is there already.
    private func create(
        _ definition: QueueDefinition, check: @escaping @Sendable (QueueSettings) throws -> Void
    ) async throws -> Queue {
        let name = definition.name
        _ = try await context.writer.commit(
            { [self] transaction -> Catalog.Entry<QueueDefinition>? in
                if let found = try catalog.entry(.queue, name, as: QueueDefinition.self, in: transaction) {
                    try check(found.description.settings)
                    return nil
                }
                return try catalog.put(.queue, name, definition, in: transaction)
            },
            committed: { [self] entry in
                // A new queue has nothing on the disk that could be unreadable.
                if let entry, let queue = try? open(entry) { registry.add(queue) }
            })
        return try queue(name)
    }

    /// Removes a queue with its messages. Its name is free at once.
    ///
    /// - Throws: ``QueueError`` with code `queueDoesNotExist`.
    public func deleteQueue(_ name: String) async throws {
        let queue = try queue(name)
        try await context.writer.commit(
            { [self] transaction in
                guard try catalog.remove(.queue, name, in: transaction) else { throw QueueError.noSuchQueue }
                queue.core.withLock { $0.isDeleted = true }
                transaction.whenTakenBack { queue.core.withLock { $0.isDeleted = false } }
            }, committed: { [registry] in registry.remove(queue) })
        queue.endPolls(.noSuchQueue)
        // The number is never given again, so what a crash leaves behind here is out of reach and only takes room.
        try context.database.deleteRange(.queues, from: queue.keys.all.from, to: queue.keys.all.to)
    }

    /// Changes attributes.
    ///
    /// - Throws: ``QueueError``.
    public func setAttributes(_ name: String, _ attributes: [String: String]) async throws {
        var checked = try queue(name).definition.settings
        try checked.apply(attributes, isNew: false)
        // Only what is given is looked at: a dead-letter queue that is gone does not stand in the way of a delay.
        if attributes["RedrivePolicy"] != nil { try checkRedrive(checked, ofQueue: name) }
        try await change(name) { try $0.settings.apply(attributes, isNew: false) }
    }

    /// Most tags of a queue. AWS recommends no more than 50, its tagging refuses more.
    private static let tagCountMax = 50

    private static func checkTags(_ tags: [String: String]) throws(QueueError) {
        guard tags.count <= tagCountMax else {
            throw QueueError(.invalidParameterValue, "Too many tags: \(tagCountMax) at most")
        }
        guard tags.keys.allSatisfy({ !$0.isEmpty && $0.count <= 128 && !$0.lowercased().hasPrefix("aws:") }),
            tags.values.allSatisfy({ $0.count <= 256 })
        else {
            throw QueueError(
                .invalidParameterValue,
                "Tag keys must be between 1 and 128 characters in length and not begin with aws:, values at most 256.")
        }
    }

    public func tag(_ name: String, adding: [String: String], removing: [String] = []) async throws {
        try await change(name) { definition in
            definition.tags.merge(adding) { _, new in new }
            for key in removing { definition.tags[key] = nil }
            try Self.checkTags(definition.tags)
        }
    }

    /// Adds a statement to the queue's policy. It has no effect: nobody is authorised here.
    public func addPermission(_ name: String, label: String, accounts: [String], actions: [String]) async throws {
        let arn = arn(name)
        try await change(name) { definition in
            var policy =
                try definition.settings.policy.map { text throws(QueueError) in try QueuePolicy(text) }
                ?? QueuePolicy(ofQueue: arn)
            try policy.add(label: label, accounts: accounts, actions: actions, queue: arn)
            definition.settings.policy = policy.text
        }
    }

    public func removePermission(_ name: String, label: String) async throws {
        let arn = arn(name)
        try await change(name) { definition in
            var policy =
                try definition.settings.policy.map { text throws(QueueError) in try QueuePolicy(text) }
                ?? QueuePolicy(ofQueue: arn)
            try policy.remove(label: label)
            definition.settings.policy = policy.isEmpty ? nil : policy.text
        }
    }

    // MARK: Queues of a template

    /// The queue that a template asks for: made when it is new. One that exists gets the template's settings and tags, and
    /// keeps its messages.
    ///
    /// - Throws: ``QueueError`` with code `definitionChanged` when it is of the other type.
    @discardableResult
    public func openQueue(
        _ name: String, _ settings: QueueSettings, tags: [String: String] = [:]
    ) async throws -> Queue {
        guard let queue = try? queue(name) else {
            return try await create(
                QueueDefinition(name: name, settings: settings, tags: tags, createdAt: context.time.now())
            ) { _ in }
        }
        let found = queue.definition
        guard found.settings.isFIFO == settings.isFIFO else {
            throw QueueError(
                .definitionChanged,
                "The queue \(name) is a \(found.settings.isFIFO ? "FIFO" : "standard") queue in the data folder and "
                    + "not in the template; choose another folder with --data or give the queue another name.")
        }
        if found.settings != settings || found.tags != tags {
            try await change(name) { definition in
                definition.settings = settings
                definition.tags = tags
            }
        }
        return queue
    }

    // MARK: One change

    /// Decides and stores a change on the writer's thread, and publishes it once it is committed.
    private func change(
        _ name: String, _ decide: @escaping @Sendable (inout QueueDefinition) throws -> Void
    ) async throws {
        let queue = try queue(name)
        let now = context.time.now()
        _ = try await context.writer.commit(
            { [catalog] transaction -> QueueDefinition in
                guard let found = try catalog.entry(.queue, name, as: QueueDefinition.self, in: transaction) else {
                    throw QueueError.noSuchQueue
                }
                var definition = found.description
                try decide(&definition)
                definition.lastModifiedAt = now
                try catalog.put(.queue, name, definition, in: transaction)
                return definition
            }, committed: { queue.publish($0) })
    }

    /// Whether the dead-letter queue of a redrive policy is there, of the same type, and lets itself be used.
    private func checkRedrive(_ settings: QueueSettings, ofQueue name: String) throws(QueueError) {
        guard let policy = settings.redrivePolicy else { return }
        func refusal(_ reason: String) -> QueueError { .invalidValue(policy.text, "RedrivePolicy", reason) }
        guard let target = registry.find(arn: policy.deadLetterTargetARN) else {
            throw refusal("Dead letter target does not exist.")
        }
        guard target.name != name else {
            throw refusal("Dead letter target must be another queue than the source.")
        }
        guard target.isFIFO == settings.isFIFO else {
            throw refusal("Dead-letter queue must be same type of queue as the source.")
        }
        guard target.definition.settings.redriveAllowPolicy?.allows(arn(name)) ?? true else {
            throw refusal("The dead-letter queue's RedriveAllowPolicy does not allow this source queue.")
        }
    }
}

extension Queue {
    /// Lets new settings hold, for messages that are there too.
    fileprivate func publish(_ definition: QueueDefinition) {
        core.withLock { core in
            let now = now
            let old = core.definition.settings
            core.definition = definition
            core.state.retention = Int64(definition.settings.messageRetentionSeconds) * 1_000
            // On AWS too, a FIFO queue's delay holds for the messages that wait already, and a standard queue's does not.
            if isFIFO, definition.settings.delaySeconds != old.delaySeconds {
                core.state.setDelay(
                    QueueState.milliseconds(Int64(definition.settings.delaySeconds) * 1_000), now: now)
            }
        }
        serve()
    }
}
