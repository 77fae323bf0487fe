import Foundation

/// An answer of SQS's older protocol: the XML of what the newer one says in JSON.
enum XMLAnswer {
    private static let namespace = "http://queue.amazonaws.com/doc/2012-11-05/"

    /// - Parameter json: the answer's object; an answer without members has no result.
    static func success(_ action: String, _ json: [UInt8], requestID: String) -> [UInt8] {
        let members = (try? JSONSerialization.jsonObject(with: Data(json))) as? [String: Any] ?? [:]
        var xml = XMLWriter()
        xml.open("\(action)Response", namespace: namespace)
        if !members.isEmpty {
            xml.element("\(action)Result") { write(members, action, to: &$0) }
        }
        xml.element("ResponseMetadata") { $0.element("RequestId", requestID) }
        xml.close("\(action)Response")
        return xml.bytes
    }

    static func failure(_ error: ServiceError, requestID: String) -> [UInt8] {
        // The query protocol's own words for it.
        let isUnknownQueue = error.kind == .ofQueues("QueueDoesNotExist")
        var xml = XMLWriter()
        xml.open("ErrorResponse", namespace: namespace)
        xml.element("Error") { xml in
            xml.element("Type", error.faultName)
            xml.element("Code", error.kind.queryCode ?? error.kind.type)
            xml.element(
                "Message",
                isUnknownQueue ? "The specified queue does not exist for this wsdl version." : error.message ?? "")
            xml.element("Detail", "")
        }
        xml.element("RequestId", requestID)
        xml.close("ErrorResponse")
        return xml.bytes
    }

    /// What the elements of a list are called.
    private static func elementName(_ list: String, _ action: String) -> String {
        switch list {
        case "Messages": "Message"
        case "Failed": "BatchResultErrorEntry"
        case "QueueUrls", "queueUrls": "QueueUrl"
        default: "\(action)ResultEntry"
        }
    }

    private static func write(_ members: [String: Any], _ action: String, to xml: inout XMLWriter) {
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            switch value {
            case let elements as [Any]:
                for element in elements {
                    if let members = element as? [String: Any] {
                        xml.element(elementName(name, action)) { write(members, action, to: &$0) }
                    } else {
                        xml.element(elementName(name, action), "\(element)")
                    }
                }
            case let map as [String: Any]: write(map: map, name, action, to: &xml)
            // The one flag of all answers, which Foundation may take for a number.
            case let flag as Bool where name == "SenderFault": xml.element(name, flag ? "true" : "false")
            default: xml.element(name, "\(value)")
            }
        }
    }

    private static func write(map: [String: Any], _ name: String, _ action: String, to xml: inout XMLWriter) {
        let (entry, key) = name == "Tags" ? ("Tag", "Key") : (String(name.dropLast()), "Name")
        for (name, value) in map.sorted(by: { $0.key < $1.key }) {
            xml.element(entry) { xml in
                xml.element(key, name)
                if let members = value as? [String: Any] {
                    xml.element("Value") { write(members, action, to: &$0) }
                } else {
                    xml.element("Value", "\(value)")
                }
            }
        }
    }
}

/// Appends XML to bytes, in the order of the calls.
struct XMLWriter {
    private(set) var bytes = Array(#"<?xml version="1.0"?>"#.utf8)

    mutating func open(_ name: String, namespace: String) {
        bytes.append(contentsOf: #"<\#(name) xmlns="\#(namespace)">"#.utf8)
    }

    mutating func close(_ name: String) { bytes.append(contentsOf: "</\(name)>".utf8) }

    mutating func element(_ name: String, _ content: (inout XMLWriter) -> Void) {
        bytes.append(contentsOf: "<\(name)>".utf8)
        content(&self)
        close(name)
    }

    mutating func element(_ name: String, _ text: String) {
        element(name) { $0.append(text) }
    }

    /// Text within an element. A carriage return is written as a reference: readers would make a line feed of it.
    mutating func append(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
            case 0x0D: bytes.append(contentsOf: "&#xD;".utf8)
            default: bytes.append(byte)
            }
        }
    }
}
