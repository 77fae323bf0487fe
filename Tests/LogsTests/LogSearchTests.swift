import Foundation
import LogPatterns
import Logs
import TestSupport
import Testing

@Suite struct LogSearchTests {
    private func open() async throws -> OpenLogs {
        let logs = try OpenLogs()
        try await logs.makeGroup("a1", "a2", "b")
        try await logs.put("a1", (-50, "ERROR 1"), (-30, "INFO 3"), (-30, "ERROR 4"), (-10, "INFO 8"))
        try await logs.put("a2", (-40, "INFO 2"), (-30, "ERROR 5"), (-20, "ERROR 7"))
        try await logs.put("b", (-30, "INFO 6"), (-5, "ERROR 9"))
        return logs
    }

    private static func numbers(_ texts: [String]) -> String { String(texts.compactMap(\.last)) }

    @Test func streamsAreInterleavedByTimeThenByName() async throws {
        #expect(Self.numbers(try await open().texts()) == "123456789")
    }

    @Test(arguments: 1...9) func pagesOfAnySizeHoldEachEventOnce(limit: Int) async throws {
        let logs = try await open()
        for pattern in [nil, "ERROR", "-ERROR", "nothing"] {
            var request = LogSearchRequest()
            request.limit = limit
            request.pattern = try pattern.map { try LogPattern($0) }
            var (texts, ids): ([String], [String]) = ([], [])
            repeat {
                let page = try logs.store.search(group: "g", request)
                #expect(page.events.count <= limit)
                texts += page.events.map(\.text)
                ids += page.events.map(\.id)
                request.after = page.next
            } while request.after != nil
            let expected = [nil: "123456789", "ERROR": "14579", "-ERROR": "2368", "nothing": ""][pattern]
            #expect(Self.numbers(texts) == expected)
            #expect(Set(ids).count == ids.count)
            #expect(ids.allSatisfy { $0.utf8.count == 56 && $0.allSatisfy(\.isNumber) })
        }
    }

    /// What `nextToken` holds, as somebody else may write it.
    @Test(arguments: [
        (#"{"timestamp":9223372036854775807,"stream":"z","place":{"first":0,"second":0}}"#, ""),
        (#"{"timestamp":-9223372036854775808,"stream":"","place":{"first":0,"second":0}}"#, "123456789"),
        (
            #"{"timestamp":0,"stream":"a1","place":{"first":18446744073709551615,"second":18446744073709551615}}"#,
            "25679"
        ),
    ])
    func aPlaceThatNoPageHasEndedAtIsAPlaceAllTheSame(json: String, numbers: String) async throws {
        var request = LogSearchRequest()
        request.after = try JSONDecoder().decode(LogSearchPlace.self, from: Data(json.utf8))
        #expect(Self.numbers(try await open().texts(request)) == numbers)
    }

    @Test func streamsAndTimesNarrowIt() async throws {
        let logs = try await open()
        func numbers(_ change: (inout LogSearchRequest) -> Void) throws -> String {
            var request = LogSearchRequest()
            change(&request)
            return Self.numbers(try logs.texts(request))
        }
        #expect(try numbers { $0.streamNamePrefix = "a" } == "1234578")
        #expect(try numbers { $0.streamNames = ["b", "a2"] } == "25679")
        // Both ends are included.
        #expect(try numbers { ($0.startTime, $0.endTime) = (logs.now - 30, logs.now - 20) } == "34567")
        #expect(throws: LogsError(.resourceNotFound, "The specified log stream does not exist.")) {
            try numbers { $0.streamNames = ["b", "none"] }
        }
    }

    @Test func whatComesLaterIsFoundFromTheSameTimeOnWithTheSameIdentifiers() async throws {
        let logs = try await open()
        var request = LogSearchRequest()
        request.startTime = logs.now - 5
        let before = try logs.store.search(group: "g", request).events.map(\.id)
        try await logs.put("b", (-5, "ERROR 0"))
        let after = try logs.store.search(group: "g", request).events
        #expect(Array(after.map(\.id).prefix(1)) == before)
        #expect(Self.numbers(after.map(\.text)) == "90")
    }

    /// Of 64 streams each gets a megabyte of what a search may look through.
    @Test func whatIsPassedOverCountsAsLookedThrough() throws {
        let logs = try OpenLogs()
        let (other, early) = (ScriptedEvents(), ScriptedEvents())
        // Of 26 bytes each.
        for _ in 0..<50_000 { other.add(logs.now - 20, "") }
        other.add(logs.now, "found 1")
        for _ in 0..<4 { early.add(logs.now - 10, String(repeating: "x", count: 600_000)) }
        early.add(logs.now, "found 2")
        func serve(_ events: ScriptedEvents) {
            let streams = (0..<64).map { number in
                LogStream(name: "s\(number)", createdAt: 5, events: number == 0 ? events : ScriptedEvents())
            }
            logs.owned.groups = [OwnedLogGroup(name: "g", createdAt: 5, streams: streams)]
        }
        func texts(_ request: LogSearchRequest) throws -> [[String]] {
            var request = request
            var pages: [[String]] = []
            repeat {
                let page = try logs.store.search(group: "g", request)
                pages.append(page.events.map(\.text))
                request.after = page.next
            } while request.after != nil
            return pages
        }
        // What is no event of the stream.
        serve(other)
        #expect(try texts(LogSearchRequest()) == [[], ["found 1"]])
        // What lies in front of the range, where a client has written the place.
        serve(early)
        let place = #"{"timestamp":0,"stream":"s0","place":{"first":7,"second":0}}"#
        var request = LogSearchRequest()
        request.startTime = logs.now
        request.after = try JSONDecoder().decode(LogSearchPlace.self, from: Data(place.utf8))
        #expect(try texts(request) == [[], ["found 2"]])
    }

    /// Lines of a file do not rise in time where the clock was set back. Such a line comes behind those in front of it.
    @Test(arguments: 1...9) func aClockThatWasSetBackLosesNothing(limit: Int) throws {
        let logs = try OpenLogs()
        let written: [(String, [(Int64, String)])] = [
            ("a", [(-50, "a1"), (-10, "a2"), (-40, "a3"), (-30, "a4"), (-90, "early"), (-5, "a5")]),
            ("b", [(-45, "b1"), (-35, "b2"), (-10, "b3"), (-7, "b4")]),
        ]
        let streams = written.map { name, lines in
            let events = ScriptedEvents()
            for (time, text) in lines { events.add(logs.now + time, text) }
            return LogStream(name: name, createdAt: 5, events: events)
        }
        logs.owned.groups = [OwnedLogGroup(name: "g", createdAt: 5, streams: streams)]
        var request = LogSearchRequest()
        (request.startTime, request.limit) = (logs.now - 60, limit)
        var found: [String] = []
        repeat {
            let page = try logs.store.search(group: "g", request)
            #expect(page.events.count <= limit)
            found += page.events.map(\.text)
            request.after = page.next
        } while request.after != nil
        #expect(found == ["a1", "b1", "b2", "a2", "a3", "a4", "b3", "b4", "a5"])
    }

    /// Where looking ends at a line that is older than the range, what was found in front of it is not dropped.
    @Test func lookingEndsAtAnyLineWithoutLoss() throws {
        let logs = try OpenLogs()
        let events = ScriptedEvents()
        let long = String(repeating: "x", count: 1_100_000)
        let written: [(Int64, String)] = [(-10, "a"), (-5, "b"), (-100, long), (-100, long), (0, "c")]
        for (time, text) in written { events.add(logs.now + time, text) }
        // Of 64 streams each gets a megabyte.
        let streams = (0..<64).map { number in
            LogStream(name: "s\(number)", createdAt: 5, events: number == 0 ? events : ScriptedEvents())
        }
        logs.owned.groups = [OwnedLogGroup(name: "g", createdAt: 5, streams: streams)]
        var request = LogSearchRequest()
        request.startTime = logs.now - 20
        var pages: [[String]] = []
        repeat {
            let page = try logs.store.search(group: "g", request)
            pages.append(page.events.map(\.text))
            request.after = page.next
        } while request.after != nil
        #expect(pages == [["a", "b"], [], ["c"]])
    }

    /// Random streams in random pages against the plain sorted list.
    @Test(arguments: 1...10) func agreesWithAPlainSort(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let logs = try OpenLogs()
        try await logs.makeGroup("x", "y", "z")
        var all: [(Int64, String, Int, String)] = []
        for number in 0..<60 {
            let (time, stream) = (
                Int64.random(in: -8...0, using: &random), ["x", "y", "z"].randomElement(using: &random)!
            )
            try await logs.put(stream, (time, "n\(number)"))
            all.append((time, stream, number, "n\(number)"))
        }
        let expected = all.sorted { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }.map(\.3)
        var request = LogSearchRequest()
        var found: [String] = []
        repeat {
            request.limit = .random(in: 1...9, using: &random)
            let page = try logs.store.search(group: "g", request)
            found += page.events.map(\.text)
            request.after = page.next
        } while request.after != nil
        #expect(found == expected)
    }
}
