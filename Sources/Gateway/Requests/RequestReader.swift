import Items

/// Reads a request by its shape, in one pass. The first value of another JSON type ends it, in AWS's words; members that no
/// shape names are passed over, as AWS does. It recurses no deeper than the shape, however deep a hostile text nests.
struct RequestReader {
    /// What holds a value: AWS words the same fault differently in a structure's member and in a list.
    private enum Holder { case member, list }

    private var cursor = JSONCursor(position: 0)
    private let model: String
    private var valueCount = 0

    /// Reads a whole body, one object; nothing but white space may follow it.
    ///
    /// - Parameter model: AWS's package for the structures, which its messages show.
    /// - Throws: `.malformedJSON`, or `.serialization` with AWS's message.
    static func read(
        _ body: [UInt8], _ members: [Shape.Member], model: String = "com.amazonaws.dynamodb.v20120810"
    ) throws(ItemError) -> RequestValue {
        let json = body.span.bytes
        var reader = RequestReader(model: model)
        guard reader.cursor.peek(json) == UInt8(ascii: "{") else {
            throw reader.cursor.malformed(json)
        }
        let request = try reader.object(members, json)
        guard reader.cursor.peek(json) == nil else { throw reader.cursor.malformed(json) }
        return request
    }

    private mutating func value(
        _ shape: Shape, in holder: Holder, _ json: RawSpan
    ) throws(ItemError) -> RequestValue {
        guard let first = cursor.peek(json) else { throw cursor.malformed(json) }
        valueCount += 1
        guard valueCount <= RequestTree.valuesMax else {
            throw Self.fault("The request has more than \(RequestTree.valuesMax) values")
        }
        if first == UInt8(ascii: "n") {
            try cursor.word("null", json)
            return .null
        }
        switch shape {
        case .string: return .string(try cursor.string(json))
        case .integer(let type, _):
            guard first == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
                throw cursor.unexpected(.scalar(type.rawValue), json)
            }
            let start = cursor.position
            try cursor.skipValue(json)
            let text = json.extracting(start..<cursor.position).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
            return .number(text)
        case .boolean: return .boolean(try cursor.bool(json))
        case .list(let element, _): return try list(element, first, json)
        case .map(_, let element, _):
            guard first == UInt8(ascii: "{") else { throw Self.fault("Unexpected field type") }
            return try map(.string(element), json)
        case .structure(let name, let members):
            switch first {
            case UInt8(ascii: "{"): return try object(members, json)
            case UInt8(ascii: "["):
                throw Self.fault("Unrecognized collection type class \(model).\(name)")
            default:
                throw Self.fault(
                    holder == .list ? "Unexpected value type in payload" : "Unexpected field type")
            }
        }
    }

    private mutating func object(_ members: [Shape.Member], _ json: RawSpan) throws(ItemError) -> RequestValue {
        var values: [String: RequestValue] = [:]
        cursor.position += 1
        if cursor.take(UInt8(ascii: "}"), json) { return .object(values) }
        repeat {
            guard cursor.peek(json) == UInt8(ascii: "\"") else {
                throw cursor.malformed(json)
            }
            let name = try cursor.string(json)
            try cursor.expect(UInt8(ascii: ":"), json)
            if let member = members.first(where: { $0.name == name }) {
                values[name] = try value(member.shape, in: .member, json)
            } else {
                try cursor.skipValue(json)
            }
        } while cursor.take(UInt8(ascii: ","), json)
        try cursor.expect(UInt8(ascii: "}"), json)
        return .object(values)
    }

    private mutating func map(_ element: Shape, _ json: RawSpan) throws(ItemError) -> RequestValue {
        var values: [String: RequestValue] = [:]
        cursor.position += 1
        if cursor.take(UInt8(ascii: "}"), json) { return .object(values) }
        repeat {
            guard cursor.peek(json) == UInt8(ascii: "\"") else { throw cursor.malformed(json) }
            let name = try cursor.string(json)
            try cursor.expect(UInt8(ascii: ":"), json)
            values[name] = try value(element, in: .member, json)
        } while cursor.take(UInt8(ascii: ","), json)
        try cursor.expect(UInt8(ascii: "}"), json)
        return .object(values)
    }

    private mutating func list(
        _ element: Shape, _ first: UInt8, _ json: RawSpan
    ) throws(ItemError) -> RequestValue {
        switch first {
        case UInt8(ascii: "["): cursor.position += 1
        case UInt8(ascii: "{"): throw Self.fault("Start of structure or map found where not expected")
        default: throw Self.fault("Unexpected field type")
        }
        var values: [RequestValue] = []
        if cursor.take(UInt8(ascii: "]"), json) { return .list(values) }
        repeat { values.append(try value(element, in: .list, json)) } while cursor.take(UInt8(ascii: ","), json)
        try cursor.expect(UInt8(ascii: "]"), json)
        return .list(values)
    }

    private static func fault(_ message: String) -> ItemError { ItemError(code: .serialization, message: message) }
}
