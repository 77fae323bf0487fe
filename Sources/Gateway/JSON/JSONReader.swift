import Items

/// Reads the body of a request in one pass, member by member, as AWS's JSON protocol does.
///
/// A member that is null counts as absent; the last of two with one name stays; members nobody asks for are passed over
/// with `skipValue()`. Each read allocates for nothing but what it returns, and none recurses deeper than the shape
/// that is read, however deep a hostile text nests. Linear in the body.
///
///     var reader = JSONReader(body)
///     var name: String?
///     try reader.request { reader, member throws(ItemError) in
///         switch member {
///         case "TableName": name = try reader.string()
///         default: try reader.skipValue()
///         }
///     }
///
/// - Throws: all reads throw `ItemError`: `.malformedJSON` for bytes that are no JSON or no UTF-8, `.serialization` for
///   JSON of another shape, with DynamoDB's message, and `.validation` for an attribute value DynamoDB refuses.
struct JSONReader {
    typealias Member = (inout JSONReader, JSONName) throws(ItemError) -> Void

    private let bytes: [UInt8]
    private var cursor: JSONCursor

    /// What is wrong with the first attribute value that DynamoDB refuses, by where it was given. AWS reports it only
    /// after what is wrong with the parameters themselves, so `item()` and its kin note it here and read on.
    private(set) var refusals = Refusals()

    struct Refusals {
        var item: ItemError?
        var expressionValue: ItemError?
    }

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        cursor = JSONCursor(position: 0)
    }

    /// Reads the whole body, one object; nothing but white space may follow it.
    mutating func request(_ member: Member) throws(ItemError) {
        guard peek() == UInt8(ascii: "{") else { throw malformed }
        try members(member)
        guard peek() == nil else { throw malformed }
    }

    /// Reads a structure that is a member of another.
    /// - Parameter type: AWS's name of it, such as "ProvisionedThroughput", for the message.
    mutating func object(_ type: StaticString, _ member: Member) throws(ItemError) {
        try expectObject(orList: "class com.amazonaws.dynamodb.v20120810.\(type)", orScalar: "Unexpected field type")
        try members(member)
    }

    /// Reads a structure that is an element of a list or a value of a map: AWS words its refusal in another way.
    mutating func element(_ type: StaticString, _ member: Member) throws(ItemError) {
        try expectObject(
            orList: "class com.amazonaws.dynamodb.v20120810.\(type)", orScalar: "Unexpected value type in payload")
        try members(member)
    }

    /// Reads an object with names that the client chooses.
    /// - Parameters:
    ///   - type: AWS's Java name of a value, such as "java.lang.String", for the message.
    ///   - most: how many entries it may have. An entry may take ten bytes of the request, and fifty to a hundred when
    ///     it is kept under its name.
    mutating func map(
        of type: @autoclosure () -> String, atMost most: Int = RequestTree.valuesMax,
        _ entry: (inout JSONReader, String) throws(ItemError) -> Void
    ) throws(ItemError) {
        try expectObject(orList: "java.util.Map<java.lang.String, \(type())>", orScalar: "Unexpected field type")
        var count = 0
        try members { reader, name throws(ItemError) in
            try Self.checkRoom(behind: count, atMost: most)
            count += 1
            guard let name = name.text else {
                throw ItemError(
                    code: .malformedJSON, message: "Invalid UTF-8 in a name before byte \(reader.cursor.position)")
            }
            try entry(&reader, name)
        }
    }

    /// - Throws: `.serialization` where as many values as there may be have been read, and another follows.
    private static func checkRoom(behind count: Int, atMost most: Int) throws(ItemError) {
        guard count < most else {
            throw ItemError(code: .serialization, message: "The request has more than \(most) values")
        }
    }

    /// Where a list or a map stands, as far as the words for another JSON type depend on it.
    enum Place {
        case member
        /// In a list or a map of such.
        case element

        fileprivate var refusal: String {
            switch self {
            case .member: "Unexpected field type"
            // Recorded on AWS, where the reflection of its service shows through.
            case .element:
                "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class "
                    + "java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and "
                    + "java.lang.Class are in module java.base of loader 'bootstrap')"
            }
        }
    }

    /// Reads a list.
    mutating func array(
        in place: Place = .member, _ element: (inout JSONReader) throws(ItemError) -> Void
    ) throws(ItemError) {
        switch peek() {
        case UInt8(ascii: "["): cursor.position += 1
        case UInt8(ascii: "{"): throw Self.unexpectedObject
        case nil: throw malformed
        default: throw .init(code: .serialization, message: place.refusal)
        }
        if take(UInt8(ascii: "]")) { return }
        repeat { try element(&self) } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
    }

    private mutating func members(_ member: Member) throws(ItemError) {
        cursor.position += 1
        if take(UInt8(ascii: "}")) { return }
        repeat {
            let name =
                switch try rawString() {
                case .plain(let range): JSONName(bytes, range)
                case .unescaped(let unescaped): JSONName(unescaped, 0..<unescaped.count)
                }
            try expect(UInt8(ascii: ":"))
            if peek() == UInt8(ascii: "n") {
                try skipValue()
            } else {
                try member(&self, name)
            }
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
    }

    private mutating func expectObject(
        orList type: @autoclosure () -> String, orScalar message: @autoclosure () -> String
    ) throws(ItemError) {
        switch peek() {
        case UInt8(ascii: "{"): return
        case nil: throw malformed
        case UInt8(ascii: "["):
            throw ItemError(code: .serialization, message: "Unrecognized collection type \(type())")
        default: throw ItemError(code: .serialization, message: message())
        }
    }

    // A span of `bytes` borrows the whole of `self`, which the cursor must change: hence a copy of the reference.

    private mutating func peek() -> UInt8? {
        let bytes = bytes
        return cursor.peek(bytes.span.bytes)
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        let bytes = bytes
        return cursor.take(byte, bytes.span.bytes)
    }

    private mutating func expect(_ byte: UInt8) throws(ItemError) {
        guard take(byte) else { throw malformed }
    }

    private mutating func rawString() throws(ItemError) -> JSONCursor.RawString {
        let bytes = bytes
        return try cursor.rawString(bytes.span.bytes)
    }

    private var malformed: ItemError { cursor.malformed(bytes.span.bytes) }

    private static let unexpectedObject = ItemError(
        code: .serialization, message: "Start of structure or map found where not expected")
}

extension JSONReader {
    mutating func string() throws(ItemError) -> String {
        let bytes = bytes
        return try cursor.string(bytes.span.bytes)
    }

    mutating func bool() throws(ItemError) -> Bool {
        let bytes = bytes
        return try cursor.bool(bytes.span.bytes)
    }

    /// A JSON number; a fraction is cut off, and what is beyond `Int32`'s range is taken for its end.
    mutating func int() throws(ItemError) -> Int {
        let first = peek()
        guard first == UInt8(ascii: "-") || first.map({ $0 >= 0x30 && $0 <= 0x39 }) == true else {
            let bytes = bytes
            throw cursor.unexpected(.scalar("Integer"), bytes.span.bytes)
        }
        let start = cursor.position
        try skipValue()
        // Numbers in requests are seldom and short: the text is worth a `Double`.
        guard let number = Double(String(decoding: bytes[start..<cursor.position], as: UTF8.self)) else {
            cursor.position = start
            throw malformed
        }
        return Int(min(max(number, Double(Int32.min)), Double(Int32.max)))
    }

    /// Bytes in base64.
    mutating func blob() throws(ItemError) -> [UInt8] {
        guard peek() == UInt8(ascii: "\"") else {
            let bytes = bytes
            throw cursor.unexpected(.blob, bytes.span.bytes)
        }
        return switch try rawString() {
        case .plain(let range): try Base64.decode(bytes.span.bytes.extracting(range))
        case .unescaped(let unescaped): try Base64.decode(unescaped.span.bytes)
        }
    }

    /// Passes over any value, without recursion.
    mutating func skipValue() throws(ItemError) {
        let bytes = bytes
        try cursor.skipValue(bytes.span.bytes)
    }

    /// Attributes by name, `{"orderId":{"S":"o-1"}}`; an empty item for one that is noted in `refusals`.
    mutating func item(in place: Place = .member) throws(ItemError) -> Item {
        let (item, refusal) = try itemOrRefusal(in: place)
        if refusals.item == nil { refusals.item = refusal }
        return item
    }

    /// As `item()`, but what DynamoDB refuses comes back and is not noted.
    mutating func itemOrRefusal(in place: Place = .member) throws(ItemError) -> (item: Item, refusal: ItemError?) {
        try expectObject(
            orList: "java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>",
            orScalar: place.refusal)
        let (bytes, start) = (bytes, cursor.position)
        do {
            return (try Item(json: bytes.span.bytes, at: &cursor.position), nil)
        } catch {
            return (Item(), try passOver(error, from: start, known: nil))
        }
    }

    /// One value, `{"S":"o-1"}`; NULL for one that is noted in `refusals`.
    /// - Parameter place: what holds it: a structure, or else a list or a map.
    mutating func attributeValue(in place: Place) throws(ItemError) -> AttributeValue {
        let start = cursor.position
        do {
            return try checkedValue(in: place)
        } catch {
            refusals.item = try passOver(error, from: start, known: refusals.item)
            return .null
        }
    }

    private mutating func checkedValue(in place: Place) throws(ItemError) -> AttributeValue {
        try expectObject(
            orList: "class com.amazonaws.dynamodb.v20120810.AttributeValue",
            orScalar: place == .member ? place.refusal : "Unexpected value type in payload")
        let bytes = bytes
        return try AttributeValue(json: bytes.span.bytes, at: &cursor.position)
    }

    /// Passes over a value that was refused, and hands back what to note: the first refusal stays.
    private mutating func passOver(
        _ error: ItemError, from start: Int, known: ItemError?
    ) throws(ItemError) -> ItemError {
        guard error.code == .validation else { throw error }
        cursor.position = start
        try skipValue()
        return known ?? error
    }

    /// Begins a parameter whose refused values are told in a turn of its own.
    /// - Returns: what `resumeRefusals(_:)` takes at the parameter's end.
    mutating func noteRefusalsAnew() -> ItemError? {
        defer { refusals.item = nil }
        return refusals.item
    }

    /// - Returns: the first refusal since.
    mutating func resumeRefusals(_ outside: ItemError?) -> ItemError? {
        defer { refusals.item = outside }
        return refusals.item
    }

    /// Most entries of an object that is read as pairs. Ours: AWS takes 100 tables in a batch and 10 attributes of a
    /// message, and of ten messages in a request each may have so many.
    static let pairsMax = 10_000

    /// Reads an object with names that the client chooses, in their order; of two with one name the last stays. Linear,
    /// and ``pairsMax`` entries at most.
    /// - Parameter type: AWS's Java name of a value, for the message.
    mutating func pairs<Value>(
        of type: @autoclosure () -> String, _ value: (inout JSONReader, String) throws(ItemError) -> Value
    ) throws(ItemError) -> [(name: String, value: Value)] {
        var pairs: [(name: String, value: Value)] = []
        var places: [String: Int] = [:]
        try map(of: type(), atMost: Self.pairsMax) { reader, name throws(ItemError) in
            pairs.append((name, try value(&reader, name)))
            places[name] = pairs.count - 1
        }
        guard places.count < pairs.count else { return pairs }
        return pairs.enumerated().filter { places[$1.name] == $0 }.map(\.element)
    }

    /// Strings by name: `ExpressionAttributeNames`.
    mutating func stringMap() throws(ItemError) -> [String: String] {
        var map: [String: String] = [:]
        try self.map(of: "java.lang.String") { reader, name throws(ItemError) in map[name] = try reader.string() }
        return map
    }

    /// Values by name: `ExpressionAttributeValues`. A refusal names the placeholder.
    mutating func valueMap() throws(ItemError) -> [String: AttributeValue] {
        var map: [String: AttributeValue] = [:]
        try self.map(of: "com.amazonaws.dynamodb.v20120810.AttributeValue") { reader, name throws(ItemError) in
            let start = reader.cursor.position
            do throws(ItemError) {
                map[name] = try reader.checkedValue(in: .element)
            } catch {
                let noted = ItemError(
                    code: error.code,
                    message: "ExpressionAttributeValues contains invalid value: \(error.message) for key \(name)")
                reader.refusals.expressionValue = try reader.passOver(
                    error.code == .validation ? noted : error, from: start, known: reader.refusals.expressionValue)
                map[name] = .null
            }
        }
        return map
    }

    mutating func strings() throws(ItemError) -> [String] {
        var strings: [String] = []
        try array { reader throws(ItemError) in
            try Self.checkRoom(behind: strings.count, atMost: RequestTree.valuesMax)
            strings.append(try reader.string())
        }
        return strings
    }

    /// A list of attribute values; NULL for each that is noted in `refusals`.
    mutating func attributeValues() throws(ItemError) -> [AttributeValue] {
        var values: [AttributeValue] = []
        try array { reader throws(ItemError) in
            try Self.checkRoom(behind: values.count, atMost: RequestTree.valuesMax)
            values.append(try reader.attributeValue(in: .element))
        }
        return values
    }
}
