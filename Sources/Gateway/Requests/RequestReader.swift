import Items

/// Reads a request by its shape, in one pass. The first value of another JSON type ends it, in AWS's words; members that no
/// shape names are passed over, as AWS does. It recurses no deeper than the shape, however deep a hostile text nests.
struct RequestReader {
    /// What holds a value: AWS words the same fault differently in a structure's member and in a list.
    private enum Holder { case member, list }

    private let bytes: [UInt8]
    private var cursor = JSONCursor(position: 0)

    /// Reads a whole body, one object; nothing but white space may follow it.
    ///
    /// - Throws: `.malformedJSON`, or `.serialization` with AWS's message.
    static func read(_ body: [UInt8], _ members: [Shape.Member]) throws(ItemError) -> RequestValue {
        var reader = RequestReader(bytes: body)
        guard reader.cursor.peek(body.span.bytes) == UInt8(ascii: "{") else {
            throw reader.cursor.malformed(body.span.bytes)
        }
        let request = try reader.object(members)
        guard reader.cursor.peek(body.span.bytes) == nil else { throw reader.cursor.malformed(body.span.bytes) }
        return request
    }

    private mutating func value(_ shape: Shape, in holder: Holder) throws(ItemError) -> RequestValue {
        guard let first = cursor.peek(bytes.span.bytes) else { throw cursor.malformed(bytes.span.bytes) }
        if first == UInt8(ascii: "n") {
            try cursor.word("null", bytes.span.bytes)
            return .null
        }
        switch shape {
        case .string: return .string(try cursor.string(bytes.span.bytes))
        case .integer(let type, _):
            guard first == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
                throw cursor.unexpected(expected: type.rawValue, bytes.span.bytes)
            }
            let start = cursor.position
            try cursor.skipValue(bytes.span.bytes)
            return .number(String(decoding: bytes[start..<cursor.position], as: UTF8.self))
        case .boolean:
            guard first != UInt8(ascii: "\"") else { throw Self.fault("Unexpected token received from parser") }
            return .boolean(try cursor.bool(bytes.span.bytes))
        case .list(let element, _): return try list(element, first)
        case .structure(let name, let members):
            switch first {
            case UInt8(ascii: "{"): return try object(members)
            case UInt8(ascii: "["):
                throw Self.fault("Unrecognized collection type class com.amazonaws.dynamodb.v20120810.\(name)")
            default:
                throw Self.fault(
                    holder == .list ? "Unexpected value type in payload" : "Unexpected field type")
            }
        }
    }

    private mutating func object(_ members: [Shape.Member]) throws(ItemError) -> RequestValue {
        var values: [String: RequestValue] = [:]
        cursor.position += 1
        if cursor.take(UInt8(ascii: "}"), bytes.span.bytes) { return .object(values) }
        repeat {
            guard cursor.peek(bytes.span.bytes) == UInt8(ascii: "\"") else {
                throw cursor.malformed(bytes.span.bytes)
            }
            let name = try cursor.string(bytes.span.bytes)
            try cursor.expect(UInt8(ascii: ":"), bytes.span.bytes)
            if let member = members.first(where: { $0.name == name }) {
                values[name] = try value(member.shape, in: .member)
            } else {
                try cursor.skipValue(bytes.span.bytes)
            }
        } while cursor.take(UInt8(ascii: ","), bytes.span.bytes)
        try cursor.expect(UInt8(ascii: "}"), bytes.span.bytes)
        return .object(values)
    }

    private mutating func list(_ element: Shape, _ first: UInt8) throws(ItemError) -> RequestValue {
        switch first {
        case UInt8(ascii: "["): cursor.position += 1
        case UInt8(ascii: "{"): throw Self.fault("Start of structure or map found where not expected.")
        default: throw Self.fault("Unexpected field type")
        }
        var values: [RequestValue] = []
        if cursor.take(UInt8(ascii: "]"), bytes.span.bytes) { return .list(values) }
        repeat { values.append(try value(element, in: .list)) } while cursor.take(UInt8(ascii: ","), bytes.span.bytes)
        try cursor.expect(UInt8(ascii: "]"), bytes.span.bytes)
        return .list(values)
    }

    private static func fault(_ message: String) -> ItemError { ItemError(code: .serialization, message: message) }
}
