import Clocks
import EventPatterns

@testable import Pipes

/// Records and configurations as the tests need them.
enum Samples {
    static let start = Timestamp(seconds: 1_700_000_000)
    static let arn = "arn:aws:pipes:eu-west-1:123456789012:pipe/orders"

    /// AWS's text for a sequence: 21 digits.
    static func sequenceNumber(_ sequence: UInt64) -> String { "1" + padded(sequence, to: 20) }

    /// A record's identifier: 32 characters, as in a stream.
    static func eventID(_ sequence: UInt64) -> String { padded(sequence, to: 32) }

    /// - Parameter bytes: the least size of the record's JSON.
    static func record(
        _ sequence: UInt64, item: UInt64 = 0, arrival: Timestamp = start, name: String = "INSERT", bytes: Int = 0
    ) -> SourceRecord {
        let head =
            #"{"eventID":"\#(eventID(sequence))","eventName":"\#(name)","dynamodb":{"SequenceNumber":""#
            + #"\#(sequenceNumber(sequence))","Padding":""#
        let tail = #""}}"#
        let padding = String(repeating: "x", count: max(0, bytes - head.utf8.count - tail.utf8.count))
        return SourceRecord(
            sequence: sequence, itemKey: item, arrival: arrival, json: Array((head + padding + tail).utf8))
    }

    static func records(_ sequences: ClosedRange<UInt64>, item: UInt64 = 0) -> [SourceRecord] {
        sequences.map { record($0, item: item) }
    }

    static func configuration(
        patterns: [String] = [], batchSize: Int = 10, window: Duration = .zero, lanes: Int = 1,
        position: PipeConfiguration.StartingPosition = .trimHorizon, retries: Int = -1, age: Duration? = nil,
        bisects: Bool = false, deadLetters: Bool = true
    ) throws -> PipeConfiguration {
        PipeConfiguration(
            name: "orders", arn: arn, criteria: try FilterCriteria(patterns: patterns), batchSize: batchSize,
            maximumBatchingWindow: window, parallelizationFactor: lanes, startingPosition: position,
            maximumRetryAttempts: retries, maximumRecordAge: age, bisectsBatches: bisects,
            hasDeadLetterQueue: deadLetters)
    }

    private static func padded(_ number: UInt64, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: width - digits.count) + digits
    }
}

extension [SourceRecord] {
    /// What tests compare instead of whole records.
    var sequences: [UInt64] { map(\.sequence) }
}
