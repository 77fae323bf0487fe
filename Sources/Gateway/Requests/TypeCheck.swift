/// Checks that each value of a request has the JSON type of its shape. AWS does so while it reads; its answer to the first
/// fault is a SerializationException. Members that no shape names are ignored, as AWS ignores them.
enum TypeCheck {
    /// What holds a value: AWS words the same fault differently in a structure's member and in a list.
    private enum Holder { case member, list }

    private static let collectionFault = "Start of structure or map found where not expected"

    /// - Throws: a SerializationException for the first value of another type, in the order of the shape's members.
    static func check(_ request: RequestValue, _ members: [Shape.Member]) throws(ServiceError) {
        for member in members {
            guard let value = request[member.name] else { continue }
            try check(value, member.shape, in: .member)
        }
    }

    private static func check(_ value: RequestValue, _ shape: Shape, in holder: Holder) throws(ServiceError) {
        switch (shape, value) {
        case (_, .null), (.string, .string), (.integer, .number), (.boolean, .boolean): return
        case (.list(let element, _), .list(let values)):
            for value in values { try check(value, element, in: .list) }
        case (.structure(_, let members), .object):
            try check(value, members)
        case (.string, _), (.integer, _), (.boolean, _):
            throw .serialization(scalarFault(value, shape))
        case (.list, .object): throw .serialization(collectionFault)
        case (.list, _): throw .serialization("Unexpected field type")
        case (.structure(let name, _), .list):
            throw .serialization("Unrecognized collection type class com.amazonaws.dynamodb.v20120810.\(name)")
        case (.structure, _):
            throw .serialization(holder == .list ? "Unexpected value type in payload" : "Unexpected field type")
        }
    }

    private static func scalarFault(_ value: RequestValue, _ shape: Shape) -> String {
        let type =
            switch shape {
            case .boolean: "Boolean"
            case .integer(let type, _): type.rawValue
            default: "String"
            }
        switch value {
        case .list: return "Unrecognized collection type class java.lang.\(type)"
        case .object: return collectionFault
        case .string where type == "Boolean": return "Unexpected token received from parser"
        case .string: return "STRING_VALUE cannot be converted to \(type)"
        case .boolean(let flag): return "\(flag ? "TRUE" : "FALSE")_VALUE cannot be converted to \(type)"
        case .number(let text):
            let isWhole = text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || (48...57).contains($0) }
            return "\(isWhole ? "NUMBER" : "DECIMAL")_VALUE cannot be converted to \(type)"
        case .null: return "Unexpected token received from parser"
        }
    }
}
