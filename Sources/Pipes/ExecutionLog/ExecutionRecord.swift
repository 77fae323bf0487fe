import Clocks

/// One record of a pipe's execution log, with AWS's members (EventBridge's user guide, on the schema of pipes' logs).
struct ExecutionRecord {
    /// Texts of JSON that show what is in a batch.
    struct Data {
        var payload: [UInt8]?
        var awsRequest: [UInt8]?
        var awsResponse: [UInt8]?
    }

    struct Failure: Hashable {
        var httpStatusCode: Int?
        var message: String
        var details = ""
        var awsService: String
        var requestID: String?
    }

    /// Largest record. AWS: 256 KB.
    static let bytesMax = 256 * 1_024

    let executionID: String
    let timestamp: Timestamp
    let step: ExecutionStep
    let pipeARN: String
    var data = Data()
    var failure: Failure?

    /// The record as a line of JSON. Where it would be too long, payload, request and response are cut, in this order, from
    /// their ends.
    var line: String {
        let fields = [("payload", data.payload), ("awsRequest", data.awsRequest), ("awsResponse", data.awsResponse)]
            .compactMap { name, text in text.map { (name: name, text: Self.escaped($0)) } }
        let frame = Self.json(head: head, fields: [], truncated: fields.map(\.name), tail: tail).count
        let framed = fields.reduce(frame) { $0 + $1.text.count + $1.name.utf8.count + 6 }
        var excess = framed - Self.bytesMax
        var truncated: [String] = []
        var cut: [(name: String, text: ArraySlice<UInt8>)] = []
        for (name, text) in fields {
            let kept = excess > 0 ? Self.prefix(of: text, atMost: max(0, text.count - excess)) : text[...]
            if kept.count < text.count { truncated.append(name) }
            excess -= text.count - kept.count
            cut.append((name, kept))
        }
        return String(
            decoding: Self.json(head: head, fields: cut, truncated: truncated, tail: tail), as: UTF8.self)
    }

    private var head: [UInt8] {
        var json = Array(#"{"executionId":"#.utf8)
        json.append(jsonString: executionID)
        json += Array(#","timestamp":\#(timestamp.milliseconds),"messageType":"#.utf8)
        json.append(jsonString: step.messageType)
        json += Array(#","resourceArn":"#.utf8)
        json.append(jsonString: pipeARN)
        json += Array(#","logLevel":"\#(step.level.name)""#.utf8)
        return json
    }

    private var tail: [UInt8] {
        guard let failure else { return [] }
        var json = Array(#","error":{"httpStatusCode":\#(failure.httpStatusCode.map(String.init) ?? "null"),"#.utf8)
        json += Array(#""message":"#.utf8)
        json.append(jsonString: failure.message)
        json += Array(#","details":"#.utf8)
        json.append(jsonString: failure.details)
        json += Array(#","awsService":"#.utf8)
        json.append(jsonString: failure.awsService)
        json += Array(#","requestId":"#.utf8)
        if let requestID = failure.requestID {
            json.append(jsonString: requestID)
        } else {
            json += Array("null".utf8)
        }
        return json + [UInt8(ascii: "}")]
    }

    private static func json(
        head: [UInt8], fields: [(name: String, text: ArraySlice<UInt8>)], truncated: [String], tail: [UInt8]
    ) -> [UInt8] {
        var json = head
        for (name, text) in fields {
            json += Array(#","\#(name)":""#.utf8)
            json += text
            json.append(UInt8(ascii: "\""))
        }
        let names = truncated.map { #""\#($0)""# }.joined(separator: ",")
        json += Array(#","truncatedFields":\#(truncated.isEmpty ? "null" : "[\(names)]")"#.utf8)
        return json + tail + [UInt8(ascii: "}")]
    }

    /// What a function answered may be no UTF-8; the log is.
    private static func escaped(_ text: [UInt8]) -> [UInt8] {
        var escaped: [UInt8] = []
        escaped.reserveCapacity(text.count + text.count / 4)
        escaped.append(jsonEscaping: String(decoding: text, as: UTF8.self).utf8)
        return escaped
    }

    /// The beginning of an escaped text, cut neither within a character nor within an escape.
    private static func prefix(of text: [UInt8], atMost count: Int) -> ArraySlice<UInt8> {
        var end = count
        while end > 0, end < text.count, text[end] & 0xC0 == 0x80 { end -= 1 }
        // An escape is a backslash and one sign more, or `u` and four digits.
        let start = text[max(0, end - 5)..<end].lastIndex(of: UInt8(ascii: "\\"))
        guard let start, text[..<start].reversed().prefix(while: { $0 == UInt8(ascii: "\\") }).count % 2 == 0
        else { return text[..<end] }
        let length = start + 1 < text.count && text[start + 1] == UInt8(ascii: "u") ? 6 : 2
        return text[..<(start + length > end ? start : end)]
    }
}

extension [UInt8] {
    fileprivate mutating func append(jsonString text: String) {
        append(UInt8(ascii: "\""))
        append(jsonEscaping: text.utf8)
        append(UInt8(ascii: "\""))
    }
}
