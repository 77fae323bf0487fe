import Clocks
import Logs
import Storage
import Testing

@Suite struct LogGroupTests {
    private static let day: Int64 = 86_400_000

    @Test func groupsAndStreamsStayAndGo() async throws {
        let logs = try OpenLogs()
        try await logs.makeGroup("s", "t")
        try await logs.put("s", (0, "gone"))
        await #expect(throws: LogsError(.resourceAlreadyExists, "The specified log group already exists")) {
            try await logs.store.createGroup("g", LogGroupSettings())
        }
        await #expect(throws: LogsError(.resourceAlreadyExists, "The specified log stream already exists")) {
            try await logs.store.createStream("s", inGroup: "g")
        }
        try await logs.store.tagGroup("g", adding: ["a": "1", "b": "2"])
        try await logs.store.tagGroup("g", adding: [:], removing: ["a"])
        try await logs.reopen()
        var group = try logs.store.group("g")
        #expect(group.streams.map(\.name) == ["s", "t"])
        #expect(group.settings.tags == ["b": "2"])
        try await logs.store.deleteStream("s", inGroup: "g")
        try await logs.store.createStream("s", inGroup: "g")
        #expect(try logs.texts() == [])
        try await logs.put("s", (0, "new"))
        try await logs.reopen()
        #expect(try logs.texts() == ["new"])
        try await logs.store.deleteGroup("g")
        #expect(logs.store.groups.isEmpty)
        try await logs.reopen()
        #expect(logs.store.groups.isEmpty)
        try await logs.makeGroup("s")
        group = try logs.store.group("g")
        #expect(group.settings.tags.isEmpty)
        #expect(try logs.texts() == [])
    }

    @Test func aProtectedGroupIsNotDeleted() async throws {
        let logs = try OpenLogs()
        try await logs.store.createGroup("g", LogGroupSettings(isDeletionProtected: true))
        let error = await #expect(throws: LogsError.self) { try await logs.store.deleteGroup("g") }
        #expect(error?.code == .validation)
    }

    @Test func expiredEventsAreNotShownAndThenRemoved() async throws {
        let logs = try OpenLogs()
        try await logs.makeGroup("s")
        try await logs.put("s", (-Self.day / 2, "old"), (0, "new"))
        try await logs.store.changeGroup("g") { $0.retentionInDays = 1 }
        logs.time.advance(by: .seconds(86_400 * 3 / 4))
        #expect(try logs.texts() == ["new"])
        #expect(try logs.page().events.map(\.text) == ["new"])
        #expect(try logs.store.group("g").storedBytes == 29 + 29)
        try await logs.store.removeExpired()
        #expect(try logs.store.group("g").storedBytes == 29)
        // What was removed does not come back when the group keeps longer again.
        try await logs.store.changeGroup("g") { $0.retentionInDays = nil }
        #expect(try logs.texts() == ["new"])
    }

    /// What was removed without what it counts would count for ever.
    @Test func aKillWithinTheRemovalLeavesTheCountRight() async throws {
        let logs = try OpenLogs()
        try await logs.makeGroup("s")
        try await logs.put("s", (-Self.day / 2, "old"), (0, "new"))
        try await logs.store.changeGroup("g") { $0.retentionInDays = 1 }
        logs.time.advance(by: .seconds(86_400 * 3 / 4))
        await logs.refuseCommits()
        await #expect(throws: StorageError.self) { try await logs.store.removeExpired() }
        try await logs.reopen()
        try await logs.store.removeExpired()
        #expect(try logs.store.group("g").storedBytes == 29)
        #expect(try logs.texts() == ["new"])
    }

    @Test func moreThanOneCommitRemovesIsRemoved() async throws {
        let logs = try OpenLogs()
        try await logs.makeGroup("s", retentionInDays: 1)
        // Two of each time, so that a commit ends between them.
        let old = (0..<2_501).map { NewLogEvent(timestamp: logs.now + Int64(($0 + 1) / 2), message: "old") }
        _ = try await logs.store.putEvents(old, stream: "s", inGroup: "g")
        logs.time.advance(by: .seconds(86_400 + 60))
        try await logs.put("s", (0, "new"))
        #expect(try logs.store.group("g").storedBytes == 2_502 * 29)
        try await logs.store.removeExpired()
        #expect(try logs.store.group("g").storedBytes == 29)
        try await logs.store.changeGroup("g") { $0.retentionInDays = nil }
        #expect(try logs.texts() == ["new"])
    }

    @Test func theUpkeepRemovesWhatHasExpired() async throws {
        let logs = try OpenLogs()
        try await logs.makeGroup("s", retentionInDays: 1)
        try await logs.put("s", (0, "x"))
        logs.time.advance(by: .seconds(2 * 86_400))
        let run = Task { await logs.store.run() }
        while logs.time.sleeperCount == 0 { await Task.yield() }
        logs.time.advance(by: .seconds(60))
        while logs.time.sleeperCount == 0 { await Task.yield() }
        run.cancel()
        await run.value
        #expect(try logs.store.group("g").storedBytes == 0)
    }

    @Test func theTemplatesEntryHoldsUntilTheAPIChangesItAndAgainWhenItChanges() async throws {
        let logs = try OpenLogs()
        let entry = LogGroupSettings(retentionInDays: 30, tags: ["team": "orders"])
        try await logs.store.openGroup("t", entry)
        try await logs.store.changeGroup("t") { $0.retentionInDays = 7 }
        try await logs.reopen()
        try await logs.store.openGroup("t", entry)
        #expect(try logs.store.group("t").settings.retentionInDays == 7)
        try await logs.store.deleteGroup("t")
        try await logs.reopen()
        try await logs.store.openGroup("t", entry)
        #expect(throws: LogsError.self) { try logs.store.group("t") }
        try await logs.store.openGroup("t", LogGroupSettings(retentionInDays: 14))
        #expect(try logs.store.group("t").settings == LogGroupSettings(retentionInDays: 14))
    }

    // MARK: Groups that something else writes

    private func openOwned() throws -> (OpenLogs, ScriptedEvents) {
        let logs = try OpenLogs()
        let events = ScriptedEvents()
        logs.owned.groups = [
            OwnedLogGroup(
                name: "g", createdAt: 5, streams: [LogStream(name: "own", createdAt: 5, events: events)])
        ]
        return (logs, events)
    }

    @Test func anOwnedGroupIsReadAndKeepsWhatItIsSetTo() async throws {
        let (logs, events) = try openOwned()
        events.add(logs.now - 2 * Self.day, "old")
        events.add(logs.now, "new")
        #expect(try logs.store.group("g").createdAt == 5)
        #expect(try logs.texts() == ["old", "new"])
        #expect(try logs.page("own") { $0.limit = 1 }.events.map(\.text) == ["new"])
        try await logs.store.changeGroup("g") { $0.retentionInDays = 1 }
        try await logs.reopen()
        #expect(try logs.texts() == ["new"])
        await #expect(throws: LogsError.self) { try await logs.store.createGroup("g", LogGroupSettings()) }
        let refusal = await #expect(throws: LogsError.self) { try await logs.put("own", (0, "x")) }
        #expect(refusal?.message.contains("is written by the engine alone; name a stream of your own") == true)
        await #expect(throws: LogsError.self) { try await logs.store.deleteStream("own", inGroup: "g") }
        // Streams of clients stand beside it.
        try await logs.store.createStream("mine", inGroup: "g")
        try await logs.put("mine", (-1, "between"))
        #expect(try logs.texts() == ["between", "new"])
    }

    @Test func aDeletedOwnedGroupComesBackWithItsNextEvent() async throws {
        let (logs, events) = try openOwned()
        events.add(logs.now - 1, "before")
        try await logs.store.changeGroup("g") { $0.retentionInDays = 7 }
        try await logs.store.createStream("mine", inGroup: "g")
        for _ in 0..<2 {
            try await logs.store.deleteGroup("g")
            #expect(logs.store.groups.isEmpty)
            try await logs.reopen()
            #expect(throws: LogsError.self) { try logs.texts() }
            logs.time.advance(by: .seconds(1))
            events.add(logs.now, "after")
            #expect(try logs.texts() == ["after"])
            let group = try logs.store.group("g")
            #expect(group.settings == LogGroupSettings())
            #expect(group.streams.map(\.name) == ["own"])
            logs.time.advance(by: .seconds(1))
        }
        // A group made anew in the meantime shows nothing of before either.
        try await logs.store.deleteGroup("g")
        try await logs.store.createGroup("g", LogGroupSettings())
        #expect(try logs.texts() == [])
    }
}
