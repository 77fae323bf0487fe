import Foundation
import Queues

/// A request of SQS's older protocol, form-encoded: translated into the JSON of the newer one.
///
/// Lists and maps are written flat there, `Attribute.1.Name=...&Attribute.1.Value=...`.
struct FormRequest {
    let action: String
    let json: [UInt8]

    /// A parameter's parts by their names.
    private indirect enum Node {
        case text(String)
        case parts([String: Node])
    }

    /// Deepest nesting: `Entry.1.MessageAttribute.1.Value.StringValue` and one more.
    private static let depthMax = 8

    /// - Parameter path: where the request was sent: a queue's path stands for its URL.
    /// - Throws: ``QueueError`` for a body that is no form.
    init(_ body: [UInt8], path: String) throws(QueueError) {
        var root: [String: Node] = [:]
        for pair in body.split(separator: UInt8(ascii: "&")) {
            let sides = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(sides[0]), let value = Self.decoded(sides.count > 1 ? sides[1] : []) else {
                throw QueueError(.invalidParameterValue, "The request's body is no form in UTF-8.")
            }
            let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard parts.count <= Self.depthMax else { continue }
            Self.set(value, at: parts[...], in: &root)
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

    private static func decoded(_ text: ArraySlice<UInt8>) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard rest.count >= 2,
                    let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
                else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func set(_ value: String, at path: ArraySlice<String>, in parts: inout [String: Node]) {
        guard let name = path.first else { return }
        guard path.count > 1 else {
            parts[name] = .text(value)
            return
        }
        var inner: [String: Node] = [:]
        if case .parts(let known)? = parts[name] { inner = known }
        parts[name] = nil
        set(value, at: path.dropFirst(), in: &inner)
        parts[name] = .parts(inner)
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

    private static func write(_ parts: [String: Node], to json: inout JSONWriter) {
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

    private static func write(_ name: String, _ parts: [String: Node], to json: inout JSONWriter) {
        let elements = parts.sorted { (Int($0.key) ?? 0, $0.key) < (Int($1.key) ?? 0, $1.key) }.map(\.value)
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

    private static func text(_ node: Node) -> String? {
        if case .text(let text) = node { text } else { nil }
    }
}
