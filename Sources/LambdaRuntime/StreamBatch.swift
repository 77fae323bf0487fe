public import Items

/// A batch of stream records: what a pipe sends (an array), or a Lambda event source mapping (`{"Records":[...]}`).
///
/// Each record is read by itself, so that one which cannot be read fails alone.
public struct StreamBatch: Sendable {
    /// One record, read or not.
    public struct Entry: Sendable {
        /// Its `eventID`; empty when it has none.
        public let eventID: String
        /// Its `dynamodb.SequenceNumber`; empty when it has none.
        public let sequenceNumber: String
        /// Which item it is of.
        public let item: ItemIdentity
        public let record: Result<StreamRecord, ItemError>
    }

    /// Equal for records of one item.
    public enum ItemIdentity: Hashable, Sendable {
        case keys(Item)
        /// Keys that cannot be read, as they came.
        case bytes([UInt8])
        /// No keys at all: nobody's but this record's.
        case unknown(index: Int)
    }

    public let entries: [Entry]

    /// - Throws: `ItemError` when the event is no batch: then nobody can say which record failed, and all of it has.
    public init(json: [UInt8]) throws(ItemError) {
        let span = json.span.bytes
        var cursor = JSONCursor(position: 0)
        var entries: [Entry] = []
        if cursor.peek(span) == UInt8(ascii: "{") {
            var hasRecords = false
            try cursor.members(span) { name, cursor, json throws(ItemError) in
                guard name == "Records" else { return try cursor.skipValue(json) }
                hasRecords = true
                entries = try Self.entries(&cursor, json)
            }
            guard hasRecords else {
                throw ItemError(code: .serialization, message: "The event is no array of records and has no Records")
            }
        } else {
            entries = try Self.entries(&cursor, span)
        }
        guard cursor.peek(span) == nil else { throw cursor.malformed(span) }
        self.entries = entries
    }

    private static func entries(_ cursor: inout JSONCursor, _ json: RawSpan) throws(ItemError) -> [Entry] {
        var entries: [Entry] = []
        try cursor.expect(UInt8(ascii: "["), json)
        if cursor.take(UInt8(ascii: "]"), json) { return entries }
        repeat {
            entries.append(try Entry(&cursor, json, index: entries.count))
        } while cursor.take(
            UInt8(ascii: ","), json)
        try cursor.expect(UInt8(ascii: "]"), json)
        return entries
    }
}

extension StreamBatch.Entry {
    fileprivate init(_ cursor: inout JSONCursor, _ json: RawSpan, index: Int) throws(ItemError) {
        _ = cursor.peek(json)
        let start = cursor.position
        do throws(ItemError) {
            let record = try StreamRecord(json: json, at: &cursor.position)
            eventID = record.eventID
            sequenceNumber = record.dynamodb.sequenceNumber
            item = .keys(record.dynamodb.keys)
            self.record = .success(record)
        } catch {
            // It fails by itself where it is JSON at all: what names it is looked for, and the rest passed over.
            cursor.position = start
            var names = RecordNames()
            try names.read(&cursor, json)
            eventID = names.eventID
            sequenceNumber = names.sequenceNumber
            item = names.item(json) ?? .unknown(index: index)
            record = .failure(error)
        }
    }
}

/// What names a record that cannot be read.
private struct RecordNames {
    var eventID = ""
    var sequenceNumber = ""
    private var keys: Range<Int>?

    mutating func read(_ cursor: inout JSONCursor, _ json: RawSpan) throws(ItemError) {
        guard cursor.peek(json) == UInt8(ascii: "{") else { return try cursor.skipValue(json) }
        var found = self
        try cursor.members(json) { name, cursor, json throws(ItemError) in
            switch name {
            case "eventID": found.eventID = try Self.text(&cursor, json)
            case "dynamodb" where cursor.peek(json) == UInt8(ascii: "{"):
                try cursor.members(json) { name, cursor, json throws(ItemError) in
                    switch name {
                    case "SequenceNumber": found.sequenceNumber = try Self.text(&cursor, json)
                    case "Keys":
                        _ = cursor.peek(json)
                        let start = cursor.position
                        try cursor.skipValue(json)
                        found.keys = start..<cursor.position
                    default: try cursor.skipValue(json)
                    }
                }
            default: try cursor.skipValue(json)
            }
        }
        self = found
    }

    /// A string, or nothing for another value.
    private static func text(_ cursor: inout JSONCursor, _ json: RawSpan) throws(ItemError) -> String {
        guard cursor.peek(json) == UInt8(ascii: "\"") else {
            try cursor.skipValue(json)
            return ""
        }
        return try cursor.string(json)
    }

    func item(_ json: RawSpan) -> StreamBatch.ItemIdentity? {
        guard let keys else { return nil }
        let bytes = json.extracting(keys)
        do throws(ItemError) {
            return .keys(try Item(json: bytes))
        } catch {
            return .bytes(bytes.withUnsafeBytes { Array($0) })
        }
    }
}
