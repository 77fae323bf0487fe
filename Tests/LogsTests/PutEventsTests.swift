import Logs
import Testing

@Suite struct PutEventsTests {
    @Test func eventsSurviveAKillInTheOrderOfTheirTimes() async throws {
        let logs = try OpenLogs()
        try await logs.makeGroup("s")
        try await logs.put("s", (-10, "b"), (-5, "c"), (-5, "d"))
        try await logs.put("s", (-20, "a"), (-5, "e"))
        try await logs.reopen()
        #expect(try logs.page { $0.startsFromHead = true }.events.map(\.text) == ["a", "b", "c", "d", "e"])
        let event = try #require(try logs.page().events.first)
        #expect(event.head.timestamp == logs.now - 20)
        #expect(event.head.ingestionTime == logs.now)
        #expect(try logs.store.group("g").storedBytes == 5 * 27)
        // Numbers go on where they were.
        try await logs.put("s", (-5, "f"))
        #expect(try logs.texts() == ["a", "b", "c", "d", "e", "f"])
    }

    @Test func whatIsTooOldExpiredOrTooNewIsRejectedAndTheRestTaken() async throws {
        let logs = try OpenLogs()
        try await logs.makeGroup("s", retentionInDays: 3)
        let (day, hour): (Int64, Int64) = (86_400_000, 3_600_000)
        let rejected = try await logs.put(
            "s", (-15 * day, "too old"), (-4 * day, "expired"), (-3 * day + 1, "kept"), (-3 * day + 2, "kept too"),
            (2 * hour + 1, "too new"))
        #expect(rejected?.tooOldEnd == 1)
        #expect(rejected?.expiredEnd == 2)
        #expect(rejected?.tooNewStart == 4)
        #expect(try logs.texts() == ["kept", "kept too"])
        #expect(try await logs.put("s", (0, "now"), (2 * hour, "soon")) == nil)
        // The whole of a day's span is allowed, and of the taken events alone.
        #expect(try await logs.put("s", (-15 * day, "old"), (-day, "x"), (0, "y"))?.tooOldEnd == 1)
        try await logs.store.changeGroup("g") { $0.retentionInDays = nil }
        #expect(try await logs.put("s", (-14 * day, "oldest")) == nil)
        #expect(try await logs.put("s", (-14 * day - 1, "older"))?.tooOldEnd == 1)
    }

    @Test func whatIsNoBatchIsRefusedWhole() async throws {
        let logs = try OpenLogs()
        try await logs.makeGroup("s")
        func refusal(_ events: (Int64, String)...) async -> String? {
            await #expect(throws: LogsError.self) {
                try await logs.store.putEvents(
                    events.map { NewLogEvent(timestamp: logs.now + $0.0, message: $0.1) }, stream: "s", inGroup: "g")
            }?.message
        }
        #expect(
            await refusal((0, "a"), (-1, "b"))
                == "Log events in a single PutLogEvents request must be in chronological order.")
        #expect(
            await refusal((-86_400_001, "a"), (0, "b"))
                == "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
        let long = String(repeating: "x", count: LogLimits.putBytesMax - 26)
        #expect(await refusal((0, long + "x")) == "Upload too large: 1048577 bytes exceeds limit of 1048576")
        #expect(try await logs.put("s", (0, long)) == nil)
        #expect(try logs.texts().map(\.utf8.count) == [LogLimits.putBytesMax - 26])
    }

    @Test func aStreamAndItsGroupMustBeThere() async throws {
        let logs = try OpenLogs()
        await #expect(throws: LogsError(.resourceNotFound, "The specified log group does not exist.")) {
            try await logs.put("s", (0, "a"))
        }
        try await logs.makeGroup()
        await #expect(throws: LogsError(.resourceNotFound, "The specified log stream does not exist.")) {
            try await logs.put("s", (0, "a"))
        }
    }
}
