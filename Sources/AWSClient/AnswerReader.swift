import Items

/// Reads what services answer in one pass, and passes over what it does not know.
struct AnswerReader {
    private var cursor = JSONCursor(position: 0)

    /// - Throws: `ItemError` where the bytes are no JSON object or a member is of another kind than asked for.
    static func members(
        of json: [UInt8], _ body: (String, inout AnswerReader, RawSpan) throws -> Bool
    ) throws {
        let span = json.span.bytes
        var reader = AnswerReader()
        try reader.members(span, body)
        if reader.cursor.peek(span) != nil { throw reader.cursor.malformed(span) }
    }

    /// - Parameter body: gets a name and reads its value; false when it did not.
    mutating func members(
        _ json: RawSpan, _ body: (String, inout AnswerReader, RawSpan) throws -> Bool
    ) throws {
        try cursor.expect(UInt8(ascii: "{"), json)
        if cursor.take(UInt8(ascii: "}"), json) { return }
        repeat {
            let name = try cursor.string(json)
            try cursor.expect(UInt8(ascii: ":"), json)
            if cursor.peek(json) == UInt8(ascii: "n") {
                try cursor.word("null", json)
            } else if try !body(name, &self, json) {
                try cursor.skipValue(json)
            }
        } while cursor.take(UInt8(ascii: ","), json)
        try cursor.expect(UInt8(ascii: "}"), json)
    }

    mutating func elements(_ json: RawSpan, _ body: (inout AnswerReader, RawSpan) throws -> Void) throws {
        try cursor.expect(UInt8(ascii: "["), json)
        if cursor.take(UInt8(ascii: "]"), json) { return }
        repeat { try body(&self, json) } while cursor.take(UInt8(ascii: ","), json)
        try cursor.expect(UInt8(ascii: "]"), json)
    }

    mutating func string(_ json: RawSpan) throws -> String { try cursor.string(json) }

    mutating func bool(_ json: RawSpan) throws -> Bool { try cursor.bool(json) }

    mutating func item(_ json: RawSpan) throws -> Item { try Item(json: json, at: &cursor.position) }

    /// A map of strings.
    mutating func strings(_ json: RawSpan) throws -> [String: String] {
        var values: [String: String] = [:]
        try members(json) { name, reader, json in
            values[name] = try reader.string(json)
            return true
        }
        return values
    }
}

extension AWSError {
    /// What a refused call's answer says.
    init(status: Int, requestID: String?, body: [UInt8]) {
        self.init(code: .unreadableAnswer, message: "", status: status, requestID: requestID)
        var type: String?
        do {
            try AnswerReader.members(of: body) { name, reader, json in
                switch name {
                case "__type": type = try reader.string(json)
                case "message", "Message": message = try reader.string(json)
                case "Item": item = try reader.item(json)
                case "CancellationReasons":
                    try reader.elements(json) { reader, json in
                        cancellationReasons.append(try .init(&reader, json))
                    }
                default: return false
                }
                return true
            }
        } catch {
            message = "The answer, status \(status), is no JSON of this service; is the endpoint the right one?"
            return
        }
        // "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"
        guard let type, let name = type.split(separator: "#").last else {
            message = "The answer, status \(status), names no error; is the endpoint the right one?"
            return
        }
        code = Code(rawValue: String(name))
    }
}

extension AWSError.CancellationReason {
    fileprivate init(_ reader: inout AnswerReader, _ json: RawSpan) throws {
        self.init(code: "None")
        try reader.members(json) { name, reader, json in
            switch name {
            case "Code": code = try reader.string(json)
            case "Message": message = try reader.string(json)
            case "Item": item = try reader.item(json)
            default: return false
            }
            return true
        }
    }
}
