import Logs

/// Tags, by ARN and in the older form by name.
extension LogOperations {
    func tagResource(_ body: [UInt8]) async throws -> [UInt8] {
        let request = try Self.read(body, LogShapes.tagResource)
        return try await add(request["tags"]?.texts ?? [:], to: try Self.resource(request))
    }

    func untagResource(_ body: [UInt8]) async throws -> [UInt8] {
        let request = try Self.read(body, LogShapes.untagResource)
        return try await remove(request["tagKeys"], from: try Self.resource(request))
    }

    func listTagsForResource(_ body: [UInt8]) throws -> [UInt8] {
        try list(try Self.resource(try Self.read(body, [LogShapes.resource])))
    }

    func tagGroup(_ body: [UInt8]) async throws -> [UInt8] {
        let request = try Self.read(body, LogShapes.tagLogGroup)
        return try await add(request["tags"]?.texts ?? [:], to: try Self.groupName(request))
    }

    func untagGroup(_ body: [UInt8]) async throws -> [UInt8] {
        let request = try Self.read(body, LogShapes.untagLogGroup)
        return try await remove(request["tags"], from: try Self.groupName(request))
    }

    func listTagsOfGroup(_ body: [UInt8]) throws -> [UInt8] {
        try list(try Self.groupName(try Self.read(body, [LogShapes.group])))
    }

    private static func resource(_ request: RequestValue) throws(ServiceError) -> String {
        try groupName(arn: request["resourceArn"]?.text ?? "")
    }

    private func add(_ tags: [String: String], to group: String) async throws -> [UInt8] {
        try await store.tagGroup(group, adding: try TagsRequest.tags(tags))
        return []
    }

    private func remove(_ keys: RequestValue?, from group: String) async throws -> [UInt8] {
        try await store.tagGroup(group, adding: [:], removing: Set((keys?.elements ?? []).compactMap(\.text)))
        return []
    }

    private func list(_ group: String) throws -> [UInt8] {
        let tags = try store.group(group).settings.tags
        return Self.json { $0.tags("tags", tags) }
    }
}
