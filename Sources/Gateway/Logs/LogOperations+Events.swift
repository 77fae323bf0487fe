import LogPatterns
import Logs

extension LogOperations {
    func putEvents(_ body: [UInt8]) async throws -> [UInt8] {
        let request = try Self.read(body, LogShapes.putLogEvents)
        let events = (request["logEvents"]?.elements ?? []).map { event in
            NewLogEvent(timestamp: Int64(event["timestamp"]?.integer ?? 0), message: event["message"]?.text ?? "")
        }
        let (rejected, next) = try await store.putEvents(
            events, stream: request["logStreamName"]?.text ?? "", inGroup: try Self.groupName(request))
        return Self.json { json in
            // Nobody needs it any more; AWS gives one all the same.
            let digits = String(next)
            json.member("nextSequenceToken", "4" + String(repeating: "0", count: 55 - digits.count) + digits)
            guard let rejected else { return }
            json.member("rejectedLogEventsInfo") { json in
                if let index = rejected.tooNewStart { json.member("tooNewLogEventStartIndex", index) }
                if let index = rejected.tooOldEnd { json.member("tooOldLogEventEndIndex", index) }
                if let index = rejected.expiredEnd { json.member("expiredLogEventEndIndex", index) }
            }
        }
    }

    func getEvents(_ body: [UInt8]) throws -> [UInt8] {
        let request = try Self.read(body, LogShapes.getLogEvents)
        var wanted = LogPageRequest()
        wanted.startTime = Self.time(request["startTime"])
        wanted.endTime = Self.time(request["endTime"])
        wanted.token = try request["nextToken"]?.text.map { try LogToken($0) }
        wanted.startsFromHead = request["startFromHead"]?.flag ?? false
        wanted.limit = request["limit"]?.integer ?? LogLimits.pageCountMax
        let page = try store.page(
            ofStream: request["logStreamName"]?.text ?? "", inGroup: try Self.groupName(request), wanted)
        return Self.json { json in
            json.member("events", page.events) { json, event in json.object { Self.write(event, to: &$0) } }
            json.member("nextForwardToken", page.forward.text)
            json.member("nextBackwardToken", page.backward.text)
        }
    }

    func filterEvents(_ body: [UInt8]) throws -> [UInt8] {
        let request = try Self.read(body, LogShapes.filterLogEvents)
        var wanted = LogSearchRequest()
        wanted.streamNames = request["logStreamNames"]?.elements?.compactMap(\.text)
        if let prefix = request["logStreamNamePrefix"]?.text {
            guard wanted.streamNames == nil else {
                throw ServiceError.ofLogs(
                    "logStreamNames and logStreamNamePrefix cannot be given together; leave one out.")
            }
            wanted.streamNamePrefix = prefix
        }
        wanted.startTime = Self.time(request["startTime"])
        wanted.endTime = Self.time(request["endTime"])
        wanted.pattern = try request["filterPattern"]?.text.map { text throws(LogPatternError) in try LogPattern(text) }
        wanted.after = try Self.place(request)
        wanted.limit = request["limit"]?.integer ?? LogLimits.pageCountMax
        let page = try store.search(group: try Self.groupName(request), wanted)
        let next = try page.next.map { try Self.token($0) }
        return Self.json { json in
            json.member("events", page.events) { json, found in
                json.object { json in
                    json.member("logStreamName", found.streamName)
                    Self.write(found.event, to: &json)
                    json.member("eventId", found.id)
                }
            }
            json.member("searchedLogStreams", []) { (_: inout JSONWriter, _: Never) in }
            if let next { json.member("nextToken", next) }
        }
    }

    private static func write(_ event: LogEvent, to json: inout JSONWriter) {
        json.member("timestamp", Int(event.head.timestamp))
        json.member("message", String(decoding: event.message, as: UTF8.self))
        json.member("ingestionTime", Int(event.head.ingestionTime))
    }

    private static func time(_ value: RequestValue?) -> Int64? { value?.integer.map(Int64.init) }
}
