import Logs
import Testing

@Suite struct LogPageTests {
    private func open() async throws -> OpenLogs {
        let logs = try OpenLogs()
        try await logs.makeGroup("s")
        try await logs.put("s", (-50, "a"), (-40, "b"), (-40, "c"), (-30, "d"), (-20, "e"))
        return logs
    }

    @Test func tokensLeadThroughTheStreamAndBack() async throws {
        let logs = try await open()
        var page = try logs.page { ($0.startsFromHead, $0.limit) = (true, 2) }
        #expect(page.events.map(\.text) == ["a", "b"])
        var seen: [String] = []
        var token = page.forward
        while true {
            page = try logs.page { ($0.token, $0.limit) = (try LogToken(token.text), 2) }
            seen += page.events.map(\.text)
            if page.forward == token { break }
            token = page.forward
        }
        #expect(seen == ["c", "d", "e"])
        // At the end the token stays good: what comes later comes with it.
        try await logs.put("s", (-10, "f"))
        #expect(try logs.page { $0.token = token }.events.map(\.text) == ["f"])
        // Back from the empty page.
        page = try logs.page { ($0.token, $0.limit) = (page.backward, 2) }
        #expect(page.events.map(\.text) == ["d", "e"])
        page = try logs.page { ($0.token, $0.limit) = (page.backward, 2) }
        #expect(page.events.map(\.text) == ["b", "c"])
        page = try logs.page { $0.token = page.backward }
        #expect(page.events.map(\.text) == ["a"])
        let first = page.backward
        page = try logs.page { $0.token = first }
        #expect(page.events.isEmpty)
        #expect(page.backward == first)
        #expect(try logs.page { $0.token = page.forward }.events.map(\.text) == ["a", "b", "c", "d", "e", "f"])
    }

    @Test func theLastOnesComeFirstUnlessTheHeadIsAskedFor() async throws {
        let logs = try await open()
        let page = try logs.page { $0.limit = 2 }
        #expect(page.events.map(\.text) == ["d", "e"])
        #expect(try logs.page { ($0.token, $0.limit) = (page.backward, 2) }.events.map(\.text) == ["b", "c"])
        #expect(try logs.page { $0.token = page.forward }.events.isEmpty)
    }

    @Test func theRangeIncludesItsStartAndNotItsEnd() async throws {
        let logs = try await open()
        func texts(_ start: Int64?, _ end: Int64?, fromHead: Bool) throws -> [String] {
            try logs.page {
                ($0.startTime, $0.endTime) = (start.map { $0 + logs.now }, end.map { $0 + logs.now })
                $0.startsFromHead = fromHead
            }.events.map(\.text)
        }
        for fromHead in [true, false] {
            #expect(try texts(-40, -20, fromHead: fromHead) == ["b", "c", "d"])
            #expect(try texts(-40, nil, fromHead: fromHead) == ["b", "c", "d", "e"])
            #expect(try texts(nil, -40, fromHead: fromHead) == ["a"])
            #expect(try texts(-20, -40, fromHead: fromHead) == [])
        }
    }

    @Test func aTokenThatLeadsInFrontOfTheRangePassesNothingOver() throws {
        let logs = try OpenLogs()
        let events = ScriptedEvents()
        logs.owned.groups = [
            OwnedLogGroup(name: "g", createdAt: 5, streams: [LogStream(name: "s", createdAt: 5, events: events)])
        ]
        for number in 0..<1_000 { events.add(logs.now - 1_000 + Int64(number), "\(number)") }
        let head = try logs.page { ($0.startsFromHead, $0.limit) = (true, 1) }
        let tail = try logs.page { $0.limit = 1 }
        var visits = events.visitCount
        #expect(
            try logs.page { ($0.token, $0.startTime) = (head.forward, logs.now - 2) }.events.map(\.text) == [
                "998", "999",
            ])
        #expect(events.visitCount - visits == 3)
        visits = events.visitCount
        #expect(
            try logs.page { ($0.token, $0.endTime) = (tail.backward, logs.now - 998) }.events.map(\.text) == [
                "0", "1",
            ])
        #expect(events.visitCount - visits == 3)
    }

    @Test func anEmptyStreamsTokenIsGoodForWhatComes() async throws {
        for fromHead in [true, false] {
            let logs = try OpenLogs()
            try await logs.makeGroup("s")
            let page = try logs.page { $0.startsFromHead = fromHead }
            #expect(page.events.isEmpty)
            try await logs.put("s", (0, "x"))
            #expect(try logs.page { $0.token = page.forward }.events.map(\.text) == ["x"])
        }
    }

    @Test func aPageHoldsAMegabyte() async throws {
        let logs = try OpenLogs()
        try await logs.makeGroup("s")
        let text = String(repeating: "x", count: 400_000)
        for time in 0..<3 { try await logs.put("s", (Int64(time), text)) }
        let page = try logs.page { $0.startsFromHead = true }
        #expect(page.events.count == 2)
        #expect(try logs.page { $0.token = page.forward }.events.count == 1)
        let first = try logs.store.search(group: "g", LogSearchRequest())
        #expect(first.events.count == 2)
        var rest = LogSearchRequest()
        rest.after = first.next
        #expect(try logs.store.search(group: "g", rest).events.count == 1)
    }

    @Test(
        arguments: [
            "", "f/", "f/12", "x/" + String(repeating: "0", count: 56), "f/" + String(repeating: "9", count: 56),
            "f/" + String(repeating: "a", count: 56),
            "f/000000000000000099999999999999999999" + String(repeating: "0", count: 20),
            "b/" + String(repeating: "0", count: 55) + "1",
        ])
    func whatIsNoTokenIsRefused(text: String) {
        #expect(throws: LogsError(.invalidParameter, "The specified nextToken is invalid.")) { try LogToken(text) }
    }
}
