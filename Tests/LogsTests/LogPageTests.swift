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

    // MARK: What something else writes

    /// The texts of page after page, from a first page on, until the token that leads on is handed back.
    private func texts(
        _ logs: OpenLogs, _ first: LogPage, backwards: Bool = false,
        _ change: (inout LogPageRequest) -> Void = { _ in }
    ) throws -> [[String]] {
        var pages = [first.events.map(\.text)]
        var token = backwards ? first.backward : first.forward
        // More than any of these streams has.
        for _ in 0..<10 {
            let page = try logs.page {
                change(&$0)
                $0.token = token
            }
            let next = backwards ? page.backward : page.forward
            if next == token { return pages }
            pages.append(page.events.map(\.text))
            token = next
        }
        Issue.record("The pages have no end: \(pages)")
        return pages
    }

    /// Lines of a file do not rise in time where the clock was set back.
    @Test func pagesGoOnBehindAClockThatWasSetBack() throws {
        let logs = try OpenLogs()
        let events = ScriptedEvents()
        let written: [(Int64, String)] = [(-100, "a"), (-95, "b"), (-94, "c"), (-130, "early"), (-90, "d"), (-85, "e")]
        for (time, text) in written { events.add(logs.now + time, text) }
        logs.serve(events)
        let from = logs.now - 105
        for limit in 1...5 {
            func change(_ request: inout LogPageRequest) { (request.startTime, request.limit) = (from, limit) }
            let first = try logs.page {
                change(&$0)
                $0.startsFromHead = true
            }
            #expect(try Array(texts(logs, first, change).joined()) == ["a", "b", "c", "d", "e"])
        }
    }

    /// As much as 72 MB, of which a page looks through 64.
    private static let others = (count: 120, text: String(repeating: "x", count: 600_000))

    @Test func aTokenThatLeadsFarInFrontOfTheRangeLeadsThereInPages() throws {
        let logs = try OpenLogs()
        let events = ScriptedEvents()
        logs.serve(events)
        events.add(logs.now - 20, "first")
        for _ in 0..<Self.others.count { events.add(logs.now - 10, Self.others.text) }
        for text in ["x", "y"] { events.add(logs.now, text) }
        let head = try logs.page { ($0.startsFromHead, $0.limit) = (true, 1) }
        let since = logs.now
        func page(_ token: LogToken) throws -> LogPage { try logs.page { ($0.token, $0.startTime) = (token, since) } }
        let before = events.visitCount
        let empty = try page(head.forward)
        #expect(empty.events.isEmpty)
        #expect((100..<Self.others.count).contains(events.visitCount - before))
        #expect(empty.forward != head.forward)
        let found = try page(empty.forward)
        #expect(found.events.map(\.text) == ["x", "y"])
        // At the end the token is handed back; and in front of the range there is nothing.
        #expect(try page(found.forward).forward == found.forward)
        #expect(try page(found.backward).events.isEmpty)
        // The same from behind.
        let tail = try logs.page { $0.limit = 1 }
        func back(_ token: LogToken) throws -> LogPage {
            try logs.page { ($0.token, $0.endTime) = (token, since - 10) }
        }
        let gap = try back(tail.backward)
        #expect(gap.events.isEmpty)
        #expect(try back(gap.backward).events.map(\.text) == ["first"])
    }

    @Test func whatOthersWriteIsLookedThroughInPages() throws {
        let logs = try OpenLogs()
        let events = ScriptedEvents()
        logs.serve(events)
        func addOthers() {
            for _ in 0..<Self.others.count { events.add(logs.now, Self.others.text, isPassedOver: true) }
        }
        // Nothing but others': pages without an event, and an end.
        addOthers()
        let before = events.visitCount
        let head = try logs.page { $0.startsFromHead = true }
        let tail = try logs.page()
        #expect(head.events.isEmpty && tail.events.isEmpty)
        #expect((200..<2 * Self.others.count).contains(events.visitCount - before))
        #expect(try texts(logs, head) == [[]])
        #expect(try texts(logs, tail, backwards: true) == [[]])
        // What comes later comes with the token that leads there.
        events.add(logs.now, "own")
        addOthers()
        #expect(try texts(logs, head) == [[], ["own"]])
        #expect(try logs.page { $0.token = tail.forward }.events.map(\.text) == ["own"])
        #expect(try texts(logs, logs.page(), backwards: true) == [[], ["own"]])
        // From the page that has it both ways lead on: behind it has been looked already, in front of it not yet.
        let own = try logs.page { $0.token = head.forward }
        #expect(try texts(logs, own) == [["own"]])
        #expect(try texts(logs, own, backwards: true) == [["own"], []])
    }

    // MARK: Bounds

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
