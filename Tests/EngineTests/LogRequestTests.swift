import Foundation
import Functions
import Gateway
import Testing

@testable import Engine

struct LogRequestTests {
    /// What a client sends may be any number; a moment holds fewer.
    @Test(arguments: [Int64.min, -1, .max / 1_000 + 1, .max])
    func aTimeBeyondAllBoundsFindsNothing(since: Int64) throws {
        let request = try JSONDecoder().decode(LogRequest.self, from: Data("{\"since\":\(since)}".utf8))
        #expect(try request.page(of: LogReader(path: "/nowhere/nothing.log")).lines.isEmpty)
    }

    /// A log may have a hundred million lines.
    @Test func anAnswerShowsSoManyOfTheLastLinesAtMost() throws {
        try withLog(String(repeating: "\n", count: LogRequest.linesMax + 1)) { log in
            func request(_ lines: Int) throws -> LogRequest {
                try JSONDecoder().decode(LogRequest.self, from: Data(#"{"lines":\#(lines)}"#.utf8))
            }
            let most = try request(LogRequest.linesMax).page(of: log)
            #expect(most.lines.count == LogRequest.linesMax)
            let refusal = #expect(throws: ControlError.self) {
                try request(LogRequest.linesMax + 1).page(of: log)
            }
            #expect(refusal?.description.hasPrefix("10001 lines are too many for one answer; ask for 10000") == true)
        }
    }

    /// Ten thousand lines may be the whole log.
    @Test func anAnswerHasEightMegabytesOfTheLastLinesAtMostAndSaysSo() throws {
        let line = String(repeating: "x", count: 99_999) + "\n"
        try withLog(String(repeating: line, count: 90)) { log in
            func report(_ lines: Int) throws -> LogPageReport {
                try JSONDecoder().decode(LogRequest.self, from: Data(#"{"lines":\#(lines)}"#.utf8)).page(of: log)
            }
            let most = try report(LogRequest.linesMax)
            #expect(most.lines.count == (8 << 20) / 100_000)
            #expect(most.hasGap)
            #expect(most.isAtEnd)
            #expect(try !report(10).hasGap)
        }
    }

    /// Several pipes may write to one file: what one of them has filled it with is not looked through for another.
    @Test func theTimesOfAStreamAreLookedForNearTheEndsOfItsLog() throws {
        let others = String(repeating: String(repeating: "x", count: 99_999) + "\n", count: 11)
        func hasTimes(_ text: String) throws -> Bool {
            var isKnown = false
            try withLog(text) { isKnown = FileEvents($0, marker: "own").times != nil }
            return isKnown
        }
        #expect(try !hasTimes(others + "own\n" + others))
        #expect(try hasTimes("own\n" + others))
        #expect(try hasTimes(others + "own\n"))
        #expect(try !hasTimes(others))
    }

    @Test func linesOfOthersAreNoEvents() throws {
        try withLog("other\n\nown\n") { log in
            #expect(FileEvents(log, marker: "own").times != nil)
            #expect(FileEvents(log, marker: "nobody's").times == nil)
        }
    }

    private func withLog(_ text: String, _ body: (LogReader) throws -> Void) throws {
        let path = "\(NSTemporaryDirectory())/sluice-log-request-\(UUID().uuidString).log"
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(LogReader(path: path))
    }

    @Test(arguments: ["999999999-01-01T00:00:00Z", "299999-01-01T00:00:00Z", "10000-01-01T00:00:00Z"])
    func aReplayFromAYearOfManyDigitsIsRefused(text: String) {
        #expect(throws: (any Error).self) { try ControlService.position(text) }
    }
}
