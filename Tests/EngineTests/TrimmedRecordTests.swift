import Foundation
import Tables
import Testing

@testable import Engine

/// A stream keeps records for 24 hours, and a pipe that has not read them by then loses them: not at a start, and not in
/// silence.
@Suite(.timeLimit(.minutes(2))) struct TrimmedRecordTests {
    private let house: PipelineHouse

    init() throws { house = try PipelineHouse() }

    @Test func whatIsTooOldAtAStartIsReadAllTheSame() async throws {
        try await house.run(hasTestClock: true) { engine in
            try await engine.stop()
            try await engine.put(0..<500)
        }
        let warnings = Warnings()
        try await house.run(hasTestClock: true, clockAhead: .seconds(30 * 3_600), warnings: warnings) { engine in
            try await engine.start()
            try await until("all are sent") { try engine.sent(to: "first").count == 500 }
        }
        #expect(warnings.all.isEmpty, "\(warnings.all)")
    }

    @Test func whatAPipeHasNotReadInADayIsCountedWhenItGoes() async throws {
        let warnings = Warnings()
        try await house.run(shards: 1, hasTestClock: true, warnings: warnings) { engine in
            try await engine.put(0..<2)
            _ = try await engine.settled("flow", 2)
            try await engine.stop()
            try await engine.put(2..<5)
            try engine.advance(by: .seconds(20 * 3_600))
            try await engine.put(5..<6)
            try engine.advance(by: .seconds(5 * 3_600))
            let lineage = try #require(try engine.tables.table("Orders").stream?.lineages.first)
            try await until("they go") { try lineage.backlog(after: 0) == 1 }
            // Nothing goes with another trim, though the pipe still stands before what went.
            let trimmed = TrimmedRecords(
                pipes: engine.pipes, checkpoints: engine.administration.fitter.checkpoints, logger: warnings.logger)
            try await engine.tables.trimStreams(trimmed.warn)
            try await engine.start()
            try await until("what is left is sent") { try engine.sent(to: "first") == [0, 1, 5] }
        }
        #expect(warnings.all.count == 1)
        let warning = try #require(warnings.all.first)
        #expect(warning.hasPrefix("a stream forgets records after 24 hours that a pipe has not read"))
        #expect(warning.contains("pipe=flow"))
        #expect(warning.contains("unread=3"))
    }
}
