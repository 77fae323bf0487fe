/// The name of a member of a JSON object, compared with literals where it lies: no `String` is made for it.
///
///     switch name {
///     case "TableName": tableName = try reader.string()
///     default: try reader.skipValue()
///     }
struct JSONName {
    private let bytes: [UInt8]
    private let range: Range<Int>

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        self.range = range
    }

    static func ~= (literal: StaticString, name: JSONName) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard name.range.count == count else { return false }
        return name.bytes.withUnsafeBufferPointer { bytes in
            let start = name.range.lowerBound
            for offset in 0..<count where bytes[start + offset] != literal.utf8Start[offset] { return false }
            return true
        }
    }

    /// The name as text; nil when it is no UTF-8.
    var text: String? { String(validating: bytes[range], as: UTF8.self) }
}
