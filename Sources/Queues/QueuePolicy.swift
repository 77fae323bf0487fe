import Foundation

/// A queue's policy: who may do what. Kept and shown; nobody asks it, because nobody is authorised here.
struct QueuePolicy {
    private var members: [String: Any]

    /// Longest text of an attribute that is JSON, bytes. Twice what IAM's policies have on AWS; read, it takes some fifty times
    /// its room.
    static let textBytesMax = 64 << 10

    /// - Throws: ``QueueError`` for what is no JSON object, or too long.
    init(_ text: String) throws(QueueError) {
        guard text.utf8.count <= Self.textBytesMax,
            let value = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        else {
            throw QueueError(.invalidAttributeValue, "Invalid value for the parameter Policy.")
        }
        members = value
    }

    /// The policy that AddPermission begins with.
    init(ofQueue arn: String) {
        members = ["Version": "2008-10-17", "Id": "\(arn)/SQSDefaultPolicy", "Statement": [Any]()]
    }

    private var statements: [[String: Any]] {
        get { members["Statement"] as? [[String: Any]] ?? (members["Statement"] as? [String: Any]).map { [$0] } ?? [] }
        set { members["Statement"] = newValue }
    }

    var isEmpty: Bool { statements.isEmpty }

    /// JSON with its members in the order of their names.
    var text: String {
        // JSON that was read can be written.
        let data = try? JSONSerialization.data(
            withJSONObject: members, options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    /// Most actions of a label and most labels of a policy. AWS: 7 and 20.
    static let actionCountMax = 7
    static let labelCountMax = 20

    mutating func add(label: String, accounts: [String], actions: [String], queue arn: String) throws(QueueError) {
        guard actions.count <= Self.actionCountMax, statements.count < Self.labelCountMax else {
            throw QueueError(
                .overLimit,
                "\(actions.count) Actions were found, maximum allowed is \(Self.actionCountMax); a policy has at most "
                    + "\(Self.labelCountMax) labels.")
        }
        guard !statements.contains(where: { $0["Sid"] as? String == label }) else {
            throw .invalidValue(label, "Label", "Already exists.")
        }
        func oneOrAll(_ texts: [String]) -> Any { texts.count == 1 ? texts[0] : texts }
        statements.append([
            "Sid": label, "Effect": "Allow",
            "Principal": ["AWS": oneOrAll(accounts.map { "arn:aws:iam::\($0):root" })],
            "Action": oneOrAll(actions.map { "SQS:\($0)" }), "Resource": arn,
        ])
    }

    mutating func remove(label: String) throws(QueueError) {
        let kept = statements.filter { $0["Sid"] as? String != label }
        guard kept.count < statements.count else { throw .invalidValue(label, "Label", "can't find label.") }
        statements = kept
    }
}
