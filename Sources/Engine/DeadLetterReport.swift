import Foundation
import Pipes
import Queues

/// A dead letter of a pipe with what is kept beside it.
public struct DeadLetterReport: Codable, Sendable, Hashable {
    /// The message's id.
    public var id: String
    public var queue: String
    /// Empty for a message that no pipe has sent.
    public var pipe: String
    /// When it was sent, in milliseconds since 1970.
    public var sentTimestamp: Int64
    /// `RetryAttemptsExhausted` or `RecordAgeExceeded`.
    public var condition: String
    /// The items' keys, one text a record, such as `orderId=A-1 timestamp=1`. Empty where no records are kept.
    public var keys: [String]
    public var lastError: String?
    public var requestId: String?
    public var attempts: Int
    /// The message as a receiver gets it.
    public var body: String
    /// The records as the function received them, in stream order; empty in a list.
    public var records: [String]

    private struct Body: Decodable {
        struct Context: Decodable {
            let partnerResourceArn: String
            let condition: String
        }
        let context: Context
    }

    init(_ message: QueueMessage, queue: String, showsRecords: Bool) {
        let dead = DeadRecords(message)
        let context = (try? JSONDecoder().decode(Body.self, from: Data(message.body.utf8)))?.context
        let pipeInBody = context?.partnerResourceArn.split(separator: "/").last.map(String.init)
        let records = dead?.records ?? []
        id = message.messageID
        self.queue = queue
        pipe = dead?.pipe ?? pipeInBody ?? ""
        sentTimestamp = message.sentTimestamp
        condition = context?.condition ?? ""
        keys = records.map { RecordImages($0.json).keysText }
        lastError = dead?.lastError
        requestId = dead?.requestID
        attempts = dead?.attempts ?? 0
        body = message.body
        self.records = showsRecords ? records.map { String(decoding: $0.json, as: UTF8.self) } : []
    }
}

extension DeadRecords {
    /// What is kept beside a message; nil when it holds none.
    init?(_ message: QueueMessage) {
        guard let attachment = message.attachment,
            let records = try? JSONDecoder().decode(DeadRecords.self, from: Data(attachment.utf8))
        else { return nil }
        self = records
    }
}

/// Which dead letters to deliver again.
struct RedriveRequest: Decodable, Sendable {
    var ids: [String]
    /// Also those with an item that has been sent in a newer state.
    var force: Bool?
    /// Only say what would be done.
    var isDryRun: Bool?
}

/// What became of one dead letter.
public struct RedriveResult: Codable, Sendable, Hashable {
    public enum Outcome: String, Codable, Sendable {
        /// Delivered, and gone from the queue.
        case redriven
        /// Would be delivered: a dry run.
        case wouldBeRedriven
        /// An item has been sent in a newer state since; it stays in the queue.
        case heldBack
        /// The target failed again, or no records are kept with the message; it stays in the queue.
        case failed
        /// There is no such dead letter: it expired, or somebody else redrove it.
        case unknown
    }

    public var id: String
    public var outcome: Outcome
    /// Why, where that is not plain.
    public var reason: String?
}
