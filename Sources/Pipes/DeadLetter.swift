import Clocks
import Foundation

/// The message that a pipe puts into its dead-letter queue: pointers into the stream, no record contents.
struct DeadLetter: Encodable {
    struct Context: Encodable {
        let partnerResourceArn: String
        let condition: String
    }

    struct BatchInfo: Encodable {
        let shardId: String
        let startSequenceNumber: String
        let endSequenceNumber: String
        let approximateArrivalOfFirstRecord: String
        let approximateArrivalOfLastRecord: String
        let batchSize: Int
        let streamArn: String
    }

    let context: Context
    let version = "1.0"
    let timestamp: String
    let batch: BatchInfo

    enum CodingKeys: String, CodingKey {
        case context, version, timestamp
        case batch = "DDBStreamBatchInfo"
    }

    /// - Parameter records: the given-up records in stream order, at least one.
    init(
        records: [SourceRecord], condition: DeadLetterCondition, pipeARN: String, shard: any StreamShard, now: Timestamp
    ) {
        let first = records[0]
        let last = records[records.count - 1]
        context = Context(partnerResourceArn: pipeARN, condition: condition.rawValue)
        timestamp = now.text(milliseconds: true)
        batch = BatchInfo(
            shardId: shard.shardID(of: first.sequence),
            startSequenceNumber: shard.sequenceNumber(first.sequence),
            endSequenceNumber: shard.sequenceNumber(last.sequence),
            approximateArrivalOfFirstRecord: first.arrival.text(milliseconds: false),
            approximateArrivalOfLastRecord: last.arrival.text(milliseconds: false),
            batchSize: records.count,
            streamArn: shard.streamARN)
    }

    var body: String {
        let encoder = JSONEncoder()
        // Sorted: without it the order of the members changes from one process to the next.
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        // Strings and integers only: encoding cannot fail.
        return String(decoding: try! encoder.encode(self), as: UTF8.self)
    }
}
