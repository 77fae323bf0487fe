import CArchive
import Items

extension WireValue {
    /// The JSON protocol's body.
    struct NotJSON: Error {}

    /// Deepest nesting of JSON.
    private static let depthMax = 32

    /// - Throws: ``NotJSON``.
    init(json bytes: [UInt8]) throws(NotJSON) {
        var cursor = JSONCursor(position: 0)
        var valueCount = 0
        do {
            self = try Self.value(&cursor, bytes.span.bytes, depth: 0, &valueCount)
        } catch {
            throw NotJSON()
        }
        guard cursor.peek(bytes.span.bytes) == nil else { throw NotJSON() }
    }

    private static func value(
        _ cursor: inout JSONCursor, _ json: RawSpan, depth: Int, _ valueCount: inout Int
    ) throws -> WireValue {
        valueCount += 1
        guard depth < depthMax, valueCount <= RequestTree.valuesMax, let first = cursor.peek(json) else {
            throw NotJSON()
        }
        switch first {
        case UInt8(ascii: "{"):
            var members: [String: WireValue] = [:]
            cursor.position += 1
            if cursor.take(UInt8(ascii: "}"), json) { return .members([:]) }
            repeat {
                guard cursor.peek(json) == UInt8(ascii: "\"") else { throw NotJSON() }
                let name = try cursor.string(json)
                try cursor.expect(UInt8(ascii: ":"), json)
                members[name] = try value(&cursor, json, depth: depth + 1, &valueCount)
            } while cursor.take(UInt8(ascii: ","), json)
            try cursor.expect(UInt8(ascii: "}"), json)
            return .members(members)
        case UInt8(ascii: "["):
            var elements: [WireValue] = []
            cursor.position += 1
            if cursor.take(UInt8(ascii: "]"), json) { return .list([]) }
            repeat {
                elements.append(try value(&cursor, json, depth: depth + 1, &valueCount))
            } while cursor.take(UInt8(ascii: ","), json)
            try cursor.expect(UInt8(ascii: "]"), json)
            return .list(elements)
        case UInt8(ascii: "\""): return .text(try cursor.string(json))
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean(try cursor.bool(json))
        case UInt8(ascii: "n"):
            try cursor.word("null", json)
            return .null
        default:
            let start = cursor.position
            try cursor.skipValue(json)
            let text = json.extracting(start..<cursor.position).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
            if let integer = Int64(text) { return .integer(integer) }
            guard let number = Double(text) else { throw NotJSON() }
            return .number(number)
        }
    }

    /// The query protocol's form: `Metrics.member.1.Name=x`; maps are `Map.entry.1.key=x&Map.entry.1.value=y`.
    init(form: [String: FormTree]) { self = .members(form.mapValues(Self.value)) }

    private static func value(_ node: FormTree) -> WireValue {
        switch node {
        case .text(let text): return .text(text)
        case .parts(let parts):
            guard parts.count == 1, let (name, inner) = parts.first, case .parts(let elements) = inner else {
                return WireValue(form: parts)
            }
            switch name {
            case "member": return .list(FormTree.inOrder(elements).map(value))
            case "entry":
                let pairs = FormTree.inOrder(elements).compactMap { entry -> (String, WireValue)? in
                    guard case .parts(let entry) = entry, case .text(let key)? = entry["key"] else { return nil }
                    return (key, entry["value"].map(value) ?? .null)
                }
                return .members(Dictionary(pairs) { first, _ in first })
            default: return WireValue(form: parts)
            }
        }
    }
}

/// Bodies that were compressed: SDKs compress metrics from 10 KB on.
enum GzipReader {
    /// - Returns: nil for what is no gzip, or is larger than `bytesMax` when it is unpacked.
    static func read(_ bytes: [UInt8], bytesMax: Int) -> [UInt8]? {
        bytes.withUnsafeBytes { source in
            guard let archive = archive_read_new() else { return nil }
            defer { archive_read_free(archive) }
            archive_read_support_filter_gzip(archive)
            archive_read_support_format_raw(archive)
            var entry: OpaquePointer?
            guard archive_read_open_memory(archive, source.baseAddress, source.count) == ARCHIVE_OK,
                archive_read_next_header(archive, &entry) == ARCHIVE_OK,
                archive_filter_count(archive) > 1
            else { return nil }
            var plain: [UInt8] = []
            let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
            defer { piece.deallocate() }
            while true {
                let count = archive_read_data(archive, piece.baseAddress, piece.count)
                guard count > 0 else { return count == 0 ? plain : nil }
                guard plain.count + count <= bytesMax else { return nil }
                plain += piece[..<count]
            }
        }
    }
}
