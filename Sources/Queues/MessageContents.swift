import Storage

/// What a message holds, as it lies on the disk.
struct MessageContents: Hashable, Sendable {
    var id: MessageID
    var body: [UInt8]
    var bodyMD5: MD5
    var attributes: [MessageAttribute] = []
    /// The system attribute AWSTraceHeader.
    var traceHeader: String?
    var groupID: String?
    var deduplicationID: String?
    /// The queue that it was moved from by a redrive policy.
    var deadLetterSourceARN: String?
    /// What the sender keeps with the message; no receiver gets it.
    var attachment: String?

    init(id: MessageID, body: [UInt8]) {
        self.id = id
        self.body = body
        bodyMD5 = MD5(of: body)
    }
}

/// Parts follow each other, each with a tag and its length; what is absent takes no room.
extension MessageContents {
    private enum Tag: UInt8 {
        case body = 1
        case attribute, traceHeader, groupID, deduplicationID, deadLetterSource, attachment
    }

    private static let md5Bytes = 16
    private static let partHeaderBytes = 5

    var encoded: [UInt8] {
        var bytes = id.bytes
        bytes.reserveCapacity(bytes.count + Self.md5Bytes + Self.partHeaderBytes + body.count + 64)
        bytes.append(contentsOf: bodyMD5.bytes)
        Self.append(.body, body, to: &bytes)
        for attribute in attributes { Self.append(.attribute, attribute.encoded, to: &bytes) }
        let texts: [(Tag, String?)] = [
            (.traceHeader, traceHeader), (.groupID, groupID), (.deduplicationID, deduplicationID),
            (.deadLetterSource, deadLetterSourceARN), (.attachment, attachment),
        ]
        for (tag, text) in texts {
            if let text { Self.append(tag, Array(text.utf8), to: &bytes) }
        }
        return bytes
    }

    private static func append(_ tag: Tag, _ part: [UInt8], to bytes: inout [UInt8]) {
        bytes.append(tag.rawValue)
        bytes.appendBigEndian(UInt32(part.count))
        bytes.append(contentsOf: part)
    }

    /// - Throws: ``StorageError`` for bytes that are no message.
    init(_ bytes: RawSpan) throws {
        guard bytes.byteCount >= MessageID.byteCount + Self.md5Bytes else { throw Self.damaged }
        id = MessageID(bytes)
        bodyMD5 = MD5(
            bytes: bytes.extracting(MessageID.byteCount..<MessageID.byteCount + Self.md5Bytes).bytes())
        body = []
        var offset = MessageID.byteCount + Self.md5Bytes
        while offset < bytes.byteCount {
            guard offset + Self.partHeaderBytes <= bytes.byteCount,
                let tag = Tag(rawValue: bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
            else { throw Self.damaged }
            let count = Int(
                UInt32(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset + 1, as: UInt32.self)))
            offset += Self.partHeaderBytes
            guard offset + count <= bytes.byteCount else { throw Self.damaged }
            let part = bytes.extracting(offset..<offset + count).bytes()
            offset += count
            switch tag {
            case .body: body = part
            case .attribute: attributes.append(try MessageAttribute(part[...]))
            case .traceHeader: traceHeader = String(decoding: part, as: UTF8.self)
            case .groupID: groupID = String(decoding: part, as: UTF8.self)
            case .deduplicationID: deduplicationID = String(decoding: part, as: UTF8.self)
            case .deadLetterSource: deadLetterSourceARN = String(decoding: part, as: UTF8.self)
            case .attachment: attachment = String(decoding: part, as: UTF8.self)
            }
        }
    }

    static let damaged = StorageError(
        .damaged, "A message of a queue cannot be read; restore the data folder from a backup.")
}

extension MessageAttribute {
    fileprivate var encoded: [UInt8] {
        var bytes: [UInt8] = []
        for text in [name, type] {
            bytes.appendBigEndian(UInt16(truncatingIfNeeded: text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        }
        switch value {
        case .string(let text): bytes += [1] + text.utf8
        case .binary(let value): bytes += [2] + value
        }
        return bytes
    }

    fileprivate init(_ bytes: ArraySlice<UInt8>) throws {
        var rest = bytes
        func text() throws -> String {
            guard rest.count >= 2 else { throw MessageContents.damaged }
            let count = Int(UInt16(bigEndianBytes: rest))
            rest = rest.dropFirst(2)
            guard rest.count >= count else { throw MessageContents.damaged }
            defer { rest = rest.dropFirst(count) }
            return String(decoding: rest.prefix(count), as: UTF8.self)
        }
        name = try text()
        type = try text()
        guard let kind = rest.popFirst() else { throw MessageContents.damaged }
        value = kind == 1 ? .string(String(decoding: rest, as: UTF8.self)) : .binary(Array(rest))
    }
}
