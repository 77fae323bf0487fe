import Clocks
import Foundation
import Logs
import Storage
import Synchronization

/// The log groups of a folder of its own, opened, closed and opened again by a test.
///
/// `@unchecked Sendable`: only the test itself opens and closes.
final class OpenLogs: @unchecked Sendable {
    static let start = Timestamp(seconds: 1_700_000_000)

    let time = ManualTime(start: start)
    let owned = ScriptedLogs()
    private var paths: [String]
    private var opened: (database: Database, writer: GroupCommitWriter, store: LogStore)?

    var store: LogStore { opened!.store }
    var database: Database { opened!.database }
    var now: Int64 { time.now().milliseconds }

    init() throws {
        // In memory where there is such a folder: each write waits for a sync.
        let memory = "/dev/shm/"
        let folder = FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
        paths = ["\(folder)sluice-logs-\(UUID().uuidString)"]
        try open()
    }

    deinit { for path in paths { try? FileManager.default.removeItem(atPath: path) } }

    private func open() throws {
        let database = try Database(folder: DataFolder(path: paths.last!))
        let writer = GroupCommitWriter(database: database)
        opened = (database, writer, try LogStore(database: database, writer: writer, time: time, owned: owned))
    }

    /// Opens what lies on the disk at this moment, as after a kill.
    func reopen() async throws {
        await opened?.writer.close()
        // A copy: a test that still holds an old store holds its folder too.
        paths.append("\(paths[0])-\(paths.count)")
        try FileManager.default.copyItem(atPath: paths[paths.count - 2], toPath: paths[paths.count - 1])
        try open()
    }

    /// Refuses commits from now on, as if the process ended. What goes past the writer is still written.
    func refuseCommits() async { await opened?.writer.close() }

    /// A group `g` with streams of these names.
    func makeGroup(_ streams: String..., retentionInDays: Int? = nil) async throws {
        try await store.createGroup("g", LogGroupSettings(retentionInDays: retentionInDays))
        for stream in streams { try await store.createStream(stream, inGroup: "g") }
    }

    /// Puts events at times relative to now.
    @discardableResult
    func put(_ stream: String, _ events: (Int64, String)...) async throws -> RejectedLogEvents? {
        try await store.putEvents(
            events.map { NewLogEvent(timestamp: now + $0.0, message: $0.1) }, stream: stream, inGroup: "g"
        ).rejected
    }

    func texts(_ request: LogSearchRequest = LogSearchRequest()) throws -> [String] {
        try store.search(group: "g", request).events.map(\.text)
    }

    /// Serves events as a stream `s` that something else writes.
    func serve(_ events: ScriptedEvents) {
        owned.groups = [
            OwnedLogGroup(name: "g", createdAt: 5, streams: [LogStream(name: "s", createdAt: 5, events: events)])
        ]
    }

    func page(_ stream: String = "s", _ change: (inout LogPageRequest) throws -> Void = { _ in }) throws -> LogPage {
        var request = LogPageRequest()
        try change(&request)
        return try store.page(ofStream: stream, inGroup: "g", request)
    }
}

/// Groups that something else writes, as a test needs them.
final class ScriptedLogs: OwnedLogs {
    private let state = Mutex<[OwnedLogGroup]>([])
    var groups: [OwnedLogGroup] {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

/// Events in memory.
final class ScriptedEvents: LogEvents {
    private let events = Mutex<[(time: Int64, text: String, isPassedOver: Bool)]>([])
    private let visits = Mutex(0)

    /// How often something has been visited.
    var visitCount: Int { visits.withLock { $0 } }

    /// Without a text, and where it is passed over, what stands there is no event.
    func add(_ time: Int64, _ text: String, isPassedOver: Bool = false) {
        events.withLock { $0.append((time, text, isPassedOver || text.isEmpty)) }
    }

    var identity: UInt64 { 0 }
    var times: LogTimesOfStream? {
        events.withLock { events in
            guard let first = events.first, let last = events.last else { return nil }
            return LogTimesOfStream(first: first.time, last: last.time, lastIngestion: last.time)
        }
    }

    func visit(
        from start: LogStart, backwards: Bool, _ body: (_ head: LogEventHead, _ message: RawSpan) throws -> Bool
    ) throws {
        let all = Array(events.withLock { $0 }.enumerated())
        var hasBegun = false
        for (index, event) in backwards ? all.reversed() : all {
            switch start {
            case .time(let time): if !hasBegun, backwards ? event.time >= time : event.time < time { continue }
            case .place(let place, let isIncluded):
                let first = Int(place.second)
                if index == first, !isIncluded { continue }
                if backwards ? index > first : index < first { continue }
            }
            hasBegun = true
            let message = Array(event.text.utf8)
            let head = LogEventHead(
                timestamp: event.time, ingestionTime: event.time, place: LogPlace(7, UInt64(index)),
                isPassedOver: event.isPassedOver)
            visits.withLock { $0 += 1 }
            guard try body(head, message.span.bytes) else { return }
        }
    }
}

extension LogEvent {
    var text: String { String(decoding: message, as: UTF8.self) }
}

extension FoundLogEvent {
    var text: String { event.text }
}
