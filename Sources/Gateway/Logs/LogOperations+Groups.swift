import Logs

extension LogOperations {
    /// Most groups or streams in an answer. AWS: 50.
    private static let pageCountMax = 50

    func createGroup(_ body: [UInt8]) async throws -> [UInt8] {
        let request = try Self.read(body, LogShapes.createLogGroup)
        let name = request["logGroupName"]?.text ?? ""
        guard !name.hasPrefix("aws/") else {
            throw ServiceError.ofLogs(
                "The log group name \(name) begins with aws/, which AWS keeps for itself; choose another.")
        }
        let tags = try request["tags"]?.texts.map { try TagsRequest.tags($0) } ?? [:]
        try await store.createGroup(
            name,
            LogGroupSettings(
                tags: tags, kmsKeyID: request["kmsKeyId"]?.text,
                logGroupClass: request["logGroupClass"]?.text ?? "STANDARD",
                isDeletionProtected: request["deletionProtectionEnabled"]?.flag ?? false))
        return []
    }

    func deleteGroup(_ body: [UInt8]) async throws -> [UInt8] {
        try await store.deleteGroup(try Self.groupName(try Self.read(body, [LogShapes.group])))
        return []
    }

    func describeGroups(_ body: [UInt8]) throws -> [UInt8] {
        let request = try Self.read(body, LogShapes.describeLogGroups)
        let (prefix, part) = (request["logGroupNamePrefix"]?.text, request["logGroupNamePattern"]?.text)
        guard prefix == nil || part == nil else {
            throw ServiceError.ofLogs(
                "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
        }
        let names = try request["logGroupIdentifiers"]?.elements?.compactMap(\.text).map { identifier in
            identifier.hasPrefix("arn:") ? try Self.groupName(arn: identifier) : identifier
        }
        let after = try Self.place(request, as: String.self) ?? ""
        let found = store.groups.filter { group in
            group.name > after && group.name.hasPrefix(prefix ?? "") && (part.map { group.name.contains($0) } ?? true)
                && (names?.contains(group.name) ?? true)
                && (request["logGroupClass"]?.text.map { group.settings.logGroupClass == $0 } ?? true)
        }
        let page = found.prefix(request["limit"]?.integer ?? Self.pageCountMax)
        let next = found.count > page.count ? try page.last.map { try Self.token($0.name) } : nil
        let sizes = part == nil ? try page.map { try $0.storedBytes } : []
        return Self.json { json in
            json.member("logGroups", page.enumerated()) { json, group in
                json.object { json in
                    json.member("logGroupName", group.element.name)
                    json.member("creationTime", Int(group.element.createdAt))
                    json.member("arn", store.arn(group.element.name) + ":*")
                    // By a part of the name AWS shows no more.
                    if part == nil { describe(group.element, storedBytes: sizes[group.offset], to: &json) }
                }
            }
            if let next { json.member("nextToken", next) }
        }
    }

    private func describe(_ group: LogGroup, storedBytes: Int, to json: inout JSONWriter) {
        if let days = group.settings.retentionInDays { json.member("retentionInDays", days) }
        json.member("metricFilterCount", 0)
        json.member("storedBytes", storedBytes)
        if let key = group.settings.kmsKeyID { json.member("kmsKeyId", key) }
        json.member("logGroupClass", group.settings.logGroupClass)
        json.member("logGroupArn", store.arn(group.name))
        json.member("deletionProtectionEnabled", group.settings.isDeletionProtected)
    }

    // MARK: Retention

    func putRetention(_ body: [UInt8]) async throws -> [UInt8] {
        let request = try Self.read(body, LogShapes.putRetentionPolicy)
        let days = request["retentionInDays"]?.integer ?? 0
        guard LogLimits.retentionDays.contains(days) else {
            let all = LogLimits.retentionDays.map { String($0) }.joined(separator: ", ")
            throw ServiceError.ofLogs("Invalid retentionInDays value: \(days). Valid values are: [\(all)].")
        }
        try await store.changeGroup(try Self.groupName(request)) { $0.retentionInDays = days }
        return []
    }

    func deleteRetention(_ body: [UInt8]) async throws -> [UInt8] {
        try await store.changeGroup(try Self.groupName(try Self.read(body, [LogShapes.group]))) {
            $0.retentionInDays = nil
        }
        return []
    }

    // MARK: Streams

    func createStream(_ body: [UInt8]) async throws -> [UInt8] {
        let request = try Self.read(body, LogShapes.stream)
        try await store.createStream(request["logStreamName"]?.text ?? "", inGroup: try Self.groupName(request))
        return []
    }

    func deleteStream(_ body: [UInt8]) async throws -> [UInt8] {
        let request = try Self.read(body, LogShapes.stream)
        try await store.deleteStream(request["logStreamName"]?.text ?? "", inGroup: try Self.groupName(request))
        return []
    }

    /// Where a list of streams goes on: behind a name, or behind a time and a name.
    private struct StreamPlace: Codable {
        var time: Int64
        var name: String
    }

    func describeStreams(_ body: [UInt8]) throws -> [UInt8] {
        let request = try Self.read(body, LogShapes.describeLogStreams)
        let group = try store.group(try Self.groupName(request))
        let isByTime = request["orderBy"]?.text == "LastEventTime"
        let prefix = request["logStreamNamePrefix"]?.text
        guard !isByTime || prefix == nil else {
            throw ServiceError.ofLogs("Cannot order by LastEventTime with a logStreamNamePrefix.")
        }
        let earliest = store.earliest(in: group)
        var found = try group.streams.filter { $0.name.hasPrefix(prefix ?? "") }.map { stream in
            // By name nobody asks for the times of streams on other pages.
            (stream: stream, time: isByTime ? try stream.events.times?.last ?? 0 : 0)
        }
        found.sort { ($0.time, $0.stream.name) < ($1.time, $1.stream.name) }
        let isDescending = request["descending"]?.flag ?? false
        if isDescending { found.reverse() }
        if let after = try Self.place(request, as: StreamPlace.self) {
            found.removeAll { entry in
                let (place, last) = ((entry.time, entry.stream.name), (after.time, after.name))
                return isDescending ? place >= last : place <= last
            }
        }
        let page = found.prefix(request["limit"]?.integer ?? Self.pageCountMax)
        let next =
            found.count > page.count
            ? try page.last.map { try Self.token(StreamPlace(time: $0.time, name: $0.stream.name)) } : nil
        let times = try page.map { try $0.stream.events.times }
        return Self.json { json in
            json.member("logStreams", zip(page, times)) { json, entry in
                let (stream, times) = (entry.0.stream, entry.1)
                json.object { json in
                    json.member("logStreamName", stream.name)
                    json.member("creationTime", Int(stream.createdAt))
                    if let times, times.last >= earliest {
                        json.member("firstEventTimestamp", Int(max(times.first, earliest)))
                        json.member("lastEventTimestamp", Int(times.last))
                        json.member("lastIngestionTime", Int(times.lastIngestion))
                    }
                    json.member("arn", "\(store.arn(group.name)):log-stream:\(stream.name)")
                    json.member("storedBytes", 0)
                }
            }
            if let next { json.member("nextToken", next) }
        }
    }
}
