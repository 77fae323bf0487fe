import EventPatterns
import Foundation
import Pipes

/// What the engine has stored about an item, before anything is concluded from it.
struct TraceFacts: Sendable {
    struct Record: Sendable {
        var sequence: UInt64
        /// Milliseconds since 1970.
        var arrival: Int64
        var json: [UInt8]
    }

    struct Pipe: Sendable {
        var name: String
        /// The function or queue that it delivers to.
        var target: String
        var criteria: FilterCriteria
        var patterns: [String]
        var dialect: PatternDialect
        /// Milliseconds since 1970: when it was made, and when it was changed last.
        var createdAt: Int64
        var changedAt: Int64
        /// Whether it began behind what existed when it was made.
        var beganAtLatest: Bool
        /// The places up to which everything is settled and read; nil while it cannot run.
        var settled: UInt64?
        var read: UInt64?
        var setbacks: [PipeSetback] = []
        var log: [LogLine] = []
    }

    struct LogLine: Sendable {
        var function: String
        var timestamp: Int64?
        var text: String
    }

    struct DeadLetter: Sendable {
        var report: TraceDeadLetter
        var sequences: [UInt64]
    }

    var table: String
    var hashKey: String
    var exists: Bool
    var records: [Record]
    var pipes: [Pipe]
    var deadLetters: [DeadLetter]
    var messages: [TraceMessage]
    /// Whether the stream holds older records than these.
    var areRecordsCut = false
    /// Whether there are more dead letters, messages or lines of logs than these.
    var isRestCut = false
}
