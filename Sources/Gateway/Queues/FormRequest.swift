import Foundation
import Queues

/// A request of SQS's older protocol, form-encoded: translated into the JSON of the newer one.
///
/// Lists and maps are written flat there, `Attribute.1.Name=...&Attribute.1.Value=...`.
struct FormRequest {
    let action: String
    let json: [UInt8]

    /// - Parameter path: where the request was sent: a queue's path stands for its URL.
    /// - Throws: ``QueueError`` for a body that is no form.
    init(_ body: [UInt8], path: String) throws(QueueError) {
        guard var root = FormTree.read(body) else {
            throw QueueError(.invalidParameterValue, "The request's body is no form in UTF-8.")
        }
        if root["QueueUrl"] == nil, QueueURL.isPath(path) { root["QueueUrl"] = .text(path) }
        guard case .text(let action)? = root["Action"] else {
            throw QueueError(.missingParameter, "The request must contain the parameter Action.")
        }
        self.action = action
        var json = JSONWriter()
        Self.write(root, to: &json)
        self.json = json.bytes
    }

    // MARK: Writing JSON

    private static let lists = [
        "AttributeName": "AttributeNames", "MessageAttributeName": "MessageAttributeNames",
        "MessageSystemAttributeName": "MessageSystemAttributeNames", "TagKey": "TagKeys",
        "AWSAccountId": "AWSAccountIds",
        "ActionName": "Actions",
    ]
    private static let maps = [
        "Attribute": ("Attributes", "Name"), "MessageAttribute": ("MessageAttributes", "Name"),
        "MessageSystemAttribute": ("MessageSystemAttributes", "Name"), "Tag": ("Tags", "Key"),
    ]
    private static let entries: Set = [
        "SendMessageBatchRequestEntry", "DeleteMessageBatchRequestEntry", "ChangeMessageVisibilityBatchRequestEntry",
    ]
    private static let numbers: Set = [
        "DelaySeconds", "MaxNumberOfMessages", "VisibilityTimeout", "WaitTimeSeconds", "MaxResults",
        "MaxNumberOfMessagesPerSecond",
    ]

    private static func write(_ parts: [String: FormTree], to json: inout JSONWriter) {
        json.object { json in
            for (name, node) in parts.sorted(by: { $0.key < $1.key }) {
                switch node {
                case .text(let text):
                    // A number that is none is left as a text, which the operation refuses.
                    if numbers.contains(name), let number = Int(text) {
                        json.member(name, number)
                    } else {
                        json.member(name, text)
                    }
                case .parts(let inner): write(name, inner, to: &json)
                }
            }
        }
    }

    private static func write(_ name: String, _ parts: [String: FormTree], to json: inout JSONWriter) {
        let elements = FormTree.inOrder(parts)
        if let list = lists[name] {
            json.member(list, elements.compactMap(text)) { $0.string($1) }
        } else if let (map, key) = maps[name] {
            json.member(map) { json in
                for case .parts(let entry) in elements {
                    guard let name = entry[key].flatMap(text), let value = entry["Value"] else { continue }
                    json.name(name)
                    switch value {
                    case .text(let text): json.string(text)
                    case .parts(let inner): write(inner, to: &json)
                    }
                }
            }
        } else if entries.contains(name) {
            json.member("Entries", elements) { json, element in
                if case .parts(let entry) = element { write(entry, to: &json) } else { json.object { _ in } }
            }
        } else {
            json.name(name)
            write(parts, to: &json)
        }
    }

    private static func text(_ node: FormTree) -> String? {
        if case .text(let text) = node { text } else { nil }
    }
}
