import Foundation
import Functions
import Testing

@testable import Engine

struct LogRequestTests {
    /// What a client sends may be any number; a moment holds fewer.
    @Test(arguments: [Int64.min, -1, .max / 1_000 + 1, .max])
    func aTimeBeyondAllBoundsFindsNothing(since: Int64) throws {
        let request = try JSONDecoder().decode(LogRequest.self, from: Data("{\"since\":\(since)}".utf8))
        #expect(request.page(of: LogReader(path: "/nowhere/nothing.log")).lines.isEmpty)
    }

    @Test(arguments: ["999999999-01-01T00:00:00Z", "299999-01-01T00:00:00Z", "10000-01-01T00:00:00Z"])
    func aReplayFromAYearOfManyDigitsIsRefused(text: String) {
        #expect(throws: (any Error).self) { try ControlService.position(text) }
    }
}
