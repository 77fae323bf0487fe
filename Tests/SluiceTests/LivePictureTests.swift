import Engine
import Foundation
import Testing

@testable import sluice

@Suite struct LivePictureTests {
    private static func report(changes: Int, read: Int, calls: Int, messages: Int = 0) throws -> EngineReport {
        let json = """
            {"dataPath": "/d", "tables": [{"name": "Orders", "changes": \(changes)}, {"name": "Quiet", "changes": 0}],
             "queues": [{"name": "inventory", "approximateNumberOfMessages": \(messages)},
                        {"name": "payment", "approximateNumberOfMessages": 0}],
             "pipes": [{"name": "standard", "currentState": "RUNNING", "read": \(read), "filteredOut": \(read / 4 * 3),
                        "delivered": \(read / 4), "deadLettered": 2, "dropped": 0, "inFlight": 0, "retried": 0,
                        "invocations": \(calls), "behind": 1234, "lagSeconds": 1.25,
                        "latencyMilliseconds": {"p50": 1.5, "p99": 120, "max": 130}}],
             "functions": [{"name": "handler", "environments": 2, "busy": 1, "waiting": 0, "invocations": \(calls),
                            "errors": 3, "throttles": 0}],
             "alarms": [{"name": "dead letters", "state": "ALARM", "since": 60000}, {"name": "slow", "state": "OK", "since": 0}]}
            """
        return try JSONDecoder().decode(EngineReport.self, from: Data(json.utf8))
    }

    private static func figures() throws -> LiveFigures {
        LiveFigures(
            try report(changes: 2_000, read: 1_600, calls: 50, messages: 7),
            since: try report(changes: 1_000, read: 800, calls: 20), seconds: 2)
    }

    @Test func ratesAreThoseBetweenTwoReports() throws {
        let figures = try Self.figures()
        #expect(figures.tables.map(\.changesPerSecond) == [500, 0])
        #expect(figures.pipes[0].readPerSecond == 400)
        #expect(figures.pipes[0].deliveredPerSecond == 100)
        #expect(figures.pipes[0].filteredOutShare == 0.75)
        #expect(figures.functions[0].invocationsPerSecond == 15)
        // Nothing to compare with, and counters of another run.
        let first = LiveFigures(try Self.report(changes: 1, read: 0, calls: 0), since: nil, seconds: 0)
        #expect(first.tables[0].changesPerSecond == nil)
        #expect(first.pipes[0].filteredOutShare == nil)
        let anew = LiveFigures(
            try Self.report(changes: 1, read: 0, calls: 1), since: try Self.report(changes: 9, read: 0, calls: 5),
            seconds: 1)
        #expect(anew.functions[0].invocationsPerSecond == nil)
    }

    @Test func aPictureTellsWhatConcernsSomebody() throws {
        let text = LivePicture(figures: try Self.figures()).lines(now: 240_000).map(\.text).joined(separator: "\n")
        let expected = """
            TABLE   CHANGES/S  CHANGES
            Orders        500    2,000

            PIPE        STATE  READ/S  FILTERED  DELIVERED/S  RETRIED/S  DEAD  DROPPED  IN FLIGHT  BEHIND    LAG     P50     P99
            standard  RUNNING     400    75.0 %          100          0     2        0          0   1,234  1.2 s  1.5 ms  120 ms

            FUNCTION  CALLS/S  ERRORS  THROTTLES  PROCESSES  BUSY  WAITING
            handler        15       3          0          2     1        0

            QUEUE      MESSAGES
            inventory         7
            1 queue has none

            ALARMS
            ALARM  dead letters, for 3 min
            1 OK
            """
        #expect(text == expected)
    }

    @Test func allOfItFitsInOneLine() throws {
        #expect(
            LivePicture(figures: try Self.figures()).summary
                == "500 changes/s · standard 100/s, 75.0 % filtered out, 1,234 to go · 2 dead-lettered · ALARM dead letters"
        )
    }

    @Test func linesAreCutAndColoured() {
        #expect(TextLine("abcdef").shown(width: 4, isColoured: true) == "abc…")
        #expect(TextLine("abcd").shown(width: 4, isColoured: true) == "abcd")
        #expect(TextLine("a", style: .alert).shown(width: 4, isColoured: true) == "\u{1B}[1;31ma\u{1B}[0m")
        #expect(TextLine("a", style: .alert).shown(width: 4, isColoured: false) == "a")
    }
}
