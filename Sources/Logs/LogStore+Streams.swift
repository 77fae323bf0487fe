import Clocks
import Storage
import Synchronization

extension LogStore {
    /// - Throws: ``LogsError`` with code `resourceNotFound` for the group or `resourceAlreadyExists`; what the store throws.
    public func createStream(_ name: String, inGroup groupName: String) async throws {
        let found = try group(groupName)
        guard !found.streams.contains(where: { $0.name == name }) else { throw LogsError.streamExists }
        let now = now.milliseconds
        try await writer.commit { [self] transaction in
            let former = known.withLock { $0[groupName] }
            if let former, !former.group.isDeleted {
                guard former.streams[name] == nil else { throw LogsError.streamExists }
            } else {
                try put(groupName, Self.stored(found, template: former?.group.template), in: transaction)
            }
            var stream = StoredStream(createdAt: now)
            stream.number = try catalog.put(.logStream, Self.entryName(groupName, name), stream, in: transaction).number
            guard var group = known.withLock({ $0[groupName] }) else { throw LogsError.noSuchGroup }
            let before = group
            group.streams[name] = stream
            note(groupName, group, former: before, transaction)
        }
    }

    /// Deletes a stream with its events.
    ///
    /// - Throws: ``LogsError`` with code `resourceNotFound`, or `invalidParameter` for one that clients do not write; what the
    ///   store throws.
    public func deleteStream(_ name: String, inGroup groupName: String) async throws {
        let stream = try group(groupName).stream(name)
        guard stream.isStored else { throw Self.isOwned(name) }
        let events = try await writer.commit { [self] transaction -> StoredEvents in
            guard var group = known.withLock({ $0[groupName] }) else { throw LogsError.noSuchGroup }
            let former = group
            guard let stream = group.streams.removeValue(forKey: name) else { throw LogsError.noSuchStream }
            try catalog.remove(.logStream, Self.entryName(groupName, name), in: transaction)
            note(groupName, group, former: former, transaction)
            return StoredEvents(database: database, group: group.number, stream: stream.number)
        }
        try database.deleteRange(.logs, from: events.accountKey, to: events.end, durability: .synced)
    }

    static func isOwned(_ stream: String) -> LogsError {
        LogsError(
            .invalidParameter,
            "The log stream \(stream) is written by the engine alone; name a stream of your own, or delete its group.")
    }
}
