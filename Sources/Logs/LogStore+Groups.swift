import Clocks
import Storage
import Synchronization

/// What makes, changes and deletes groups. All is stored when it returns, and survives kill -9 and power loss.
extension LogStore {
    /// - Throws: ``LogsError`` with code `resourceAlreadyExists`, and what the store throws.
    public func createGroup(_ name: String, _ settings: LogGroupSettings) async throws {
        guard (try? group(name)) == nil else { throw LogsError.groupExists }
        let now = now.milliseconds
        try await change(name) { stored throws(LogsError) in
            guard stored == nil || stored?.isDeleted == true else { throw .groupExists }
            return StoredLogGroup(
                createdAt: now, settings: settings, template: stored?.template, hiddenThrough: stored?.hiddenThrough)
        }
    }

    /// Makes the template's group, or gives it what its entry says now, where that has changed.
    ///
    /// What the API has changed or deleted since stays so for as long as the entry is the same.
    ///
    /// - Throws: what the store throws.
    public func openGroup(_ name: String, _ template: LogGroupSettings) async throws {
        guard known.withLock({ $0[name]?.group.template }) != template else { return }
        let now = now.milliseconds
        try await change(name) { stored in
            var group = stored ?? StoredLogGroup(createdAt: now, settings: template)
            (group.settings, group.template, group.isDeleted) = (template, template, false)
            return group
        }
    }

    /// - Throws: ``LogsError`` with code `resourceNotFound`, what `body` throws, and what the store throws.
    public func changeGroup(
        _ name: String, _ body: @escaping @Sendable (inout LogGroupSettings) throws(LogsError) -> Void
    ) async throws {
        let found = try group(name)
        try await change(name) { stored throws(LogsError) in
            var group = stored ?? Self.stored(found)
            if group.isDeleted { group = Self.stored(found, template: group.template) }
            try body(&group.settings)
            return group
        }
    }

    /// Adds tags.
    ///
    /// - Throws: ``LogsError`` with code `tooManyTags`, and as ``changeGroup(_:_:)``.
    public func tagGroup(_ name: String, adding: [String: String], removing: Set<String> = []) async throws {
        try await changeGroup(name) { settings throws(LogsError) in
            let tags = settings.tags.filter { !removing.contains($0.key) }.merging(adding) { _, new in new }
            guard tags.count <= LogLimits.tagCountMax else {
                throw LogsError(
                    .tooManyTags, "The log group would have \(tags.count) tags; \(LogLimits.tagCountMax) are allowed.")
            }
            settings.tags = tags
        }
    }

    /// Deletes a group with its streams and events. One that is written by something else comes back, as a new one, with the
    /// next event that is written to it.
    ///
    /// - Throws: ``LogsError`` with code `resourceNotFound`, or `validation` when it is protected; what the store throws.
    public func deleteGroup(_ name: String) async throws {
        let found = try group(name)
        guard !found.settings.isDeletionProtected else {
            throw LogsError(
                .validation,
                "The log group \(name) is protected against deletion; turn its deletion protection off first.")
        }
        let isOwned = owned.groups.contains { $0.name == name }
        let now = now.milliseconds
        let number = try await writer.commit { [self] transaction -> UInt32? in
            guard let known = known.withLock({ $0[name] }) else {
                guard isOwned else { return nil }
                var group = Self.stored(found)
                (group.isDeleted, group.hiddenThrough) = (true, now)
                try put(name, group, in: transaction)
                return nil
            }
            for stream in known.streams.keys {
                try catalog.remove(.logStream, Self.entryName(name, stream), in: transaction)
            }
            if isOwned || known.group.template != nil {
                var group = known.group
                (group.settings, group.isDeleted) = (.init(), true)
                group.hiddenThrough = isOwned ? now : group.hiddenThrough
                try catalog.put(.logGroup, name, group, in: transaction)
                note(name, Known(number: known.number, group: group), former: known, transaction)
            } else {
                try catalog.remove(.logGroup, name, in: transaction)
                note(name, nil, former: known, transaction)
            }
            return known.number
        }
        guard let number else { return }
        let range = StoredEvents.range(ofGroup: number)
        try database.deleteRange(.logs, from: range.from, to: range.to, durability: .synced)
    }

    static func stored(_ group: LogGroup, template: LogGroupSettings? = nil) -> StoredLogGroup {
        StoredLogGroup(
            createdAt: group.createdAt, settings: group.settings, template: template, hiddenThrough: group.hiddenThrough
        )
    }

    private func change(
        _ name: String, _ body: @escaping @Sendable (StoredLogGroup?) throws(LogsError) -> StoredLogGroup
    ) async throws {
        _ = try await writer.commit { [self] transaction in
            try put(name, try body(known.withLock { $0[name]?.group }), in: transaction)
        }
    }

    /// Stores a group, on the writer's thread.
    @discardableResult
    func put(_ name: String, _ group: StoredLogGroup, in transaction: Transaction) throws -> Known {
        let former = known.withLock { $0[name] }
        let number = try catalog.put(.logGroup, name, group, in: transaction).number
        let known = Known(number: number, group: group, streams: former?.streams ?? [:])
        note(name, known, former: former, transaction)
        return known
    }

    /// Makes known what a transaction stores, for as long as it comes to be.
    func note(_ name: String, _ group: Known?, former: Known?, _ transaction: Transaction) {
        known.withLock { $0[name] = group }
        transaction.whenTakenBack { [self] in known.withLock { $0[name] = former } }
    }
}
