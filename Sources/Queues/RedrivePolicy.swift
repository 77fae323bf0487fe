import Foundation

/// Where messages go that were received too often.
public struct RedrivePolicy: Codable, Sendable, Hashable {
    public var deadLetterTargetARN: String
    /// How often a message may be received, 1 to 1,000.
    public var maxReceiveCount: Int

    public init(deadLetterTargetARN: String, maxReceiveCount: Int) {
        self.deadLetterTargetARN = deadLetterTargetARN
        self.maxReceiveCount = maxReceiveCount
    }

    private static let maxReceiveCountDefault = 10

    /// The attribute RedrivePolicy; AWS takes its number as a text too.
    init(_ text: String) throws(QueueError) {
        func refusal(_ reason: String) -> QueueError { .invalidValue(text, "RedrivePolicy", reason) }
        guard let members = JSONObject(text) else {
            throw refusal("Redrive policy is not a valid JSON map.")
        }
        guard let arn = members.text("deadLetterTargetArn") else {
            throw refusal("Redrive policy does not contain mandatory attribute: deadLetterTargetArn.")
        }
        guard QueueARN(arn) != nil else { throw refusal("Invalid value for deadLetterTargetArn.") }
        let count =
            members.has("maxReceiveCount") ? members.integer("maxReceiveCount") : Self.maxReceiveCountDefault
        guard let count, (1...1_000).contains(count) else {
            throw refusal(
                "Invalid value for maxReceiveCount: \(members.text("maxReceiveCount") ?? "none"), valid values are from 1 "
                    + "to 1000 both inclusive.")
        }
        self.init(deadLetterTargetARN: arn, maxReceiveCount: count)
    }

    /// As AWS shows it.
    var text: String {
        #"{"deadLetterTargetArn":"\#(deadLetterTargetARN)","maxReceiveCount":\#(maxReceiveCount)}"#
    }
}

/// Which queues may name this one in their ``RedrivePolicy``.
public enum RedriveAllowPolicy: Codable, Sendable, Hashable {
    case allowAll
    case denyAll
    /// At most 10 ARNs.
    case byQueue([String])

    private static let sourceCountMax = 10

    init(_ text: String) throws(QueueError) {
        func refusal(_ reason: String) -> QueueError { .invalidValue(text, "RedriveAllowPolicy", reason) }
        guard let members = JSONObject(text) else { throw refusal("Amazon SQS can't create the redrive allow policy.") }
        let sources = members.texts("sourceQueueArns")
        switch (members.text("redrivePermission"), sources) {
        case ("allowAll", nil): self = .allowAll
        case ("denyAll", nil): self = .denyAll
        case ("byQueue", let sources?):
            guard (1...Self.sourceCountMax).contains(sources.count), sources.allSatisfy({ QueueARN($0) != nil }) else {
                throw refusal("sourceQueueArns takes 1 to 10 ARNs of queues.")
            }
            self = .byQueue(sources)
        case ("allowAll", _), ("denyAll", _), ("byQueue", nil):
            throw refusal("sourceQueueArns belongs to the redrivePermission byQueue.")
        default: throw refusal("redrivePermission must be allowAll, denyAll or byQueue.")
        }
    }

    var text: String {
        switch self {
        case .allowAll: #"{"redrivePermission":"allowAll"}"#
        case .denyAll: #"{"redrivePermission":"denyAll"}"#
        case .byQueue(let sources):
            #"{"redrivePermission":"byQueue","sourceQueueArns":["#
                + sources.map { "\"\($0)\"" }.joined(separator: ",") + "]}"
        }
    }

    func allows(_ source: String) -> Bool {
        switch self {
        case .allowAll: true
        case .denyAll: false
        case .byQueue(let sources): sources.contains(source)
        }
    }
}

/// The members of a JSON object in an attribute's text.
struct JSONObject {
    private let members: [String: Any]

    init?(_ text: String) {
        guard text.utf8.count <= QueuePolicy.textBytesMax,
            let value = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        else { return nil }
        members = value
    }

    func has(_ name: String) -> Bool { members[name] != nil }

    /// A number as its digits, too.
    func text(_ name: String) -> String? {
        members[name] as? String ?? (members[name] as? NSNumber).map { "\($0)" }
    }

    func integer(_ name: String) -> Int? { text(name).flatMap { Int($0) } }

    func texts(_ name: String) -> [String]? { members[name] as? [String] }
}

/// `arn:PARTITION:sqs:REGION:ACCOUNT:NAME`.
struct QueueARN: Hashable {
    let name: String

    /// Nil for what is no queue's ARN.
    init?(_ text: String) {
        let fields = text.split(separator: ":", maxSplits: 6, omittingEmptySubsequences: false)
        // By bytes: a quotation mark with an accent on it is another character. It goes into JSON as it stands.
        guard fields.count == 6, fields[0] == "arn", fields[2] == "sqs", fields.dropFirst().allSatisfy({ !$0.isEmpty }),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
        else { return nil }
        name = String(fields[5])
    }
}
