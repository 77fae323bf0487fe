import Storage

/// A message attribute: what a sender says of a message beside its body.
public struct MessageAttribute: Hashable, Sendable {
    public enum Value: Hashable, Sendable {
        case string(String)
        case binary([UInt8])
    }

    public var name: String
    /// `String`, `Number` or `Binary`, with a dot and a label of the sender's own if it likes.
    public var type: String
    public var value: Value

    public init(name: String, type: String, value: Value) {
        self.name = name
        self.type = type
        self.value = value
    }

    /// What counts of it into a message's size.
    public var sizeBytes: Int {
        let valueBytes =
            switch value {
            case .string(let text): text.utf8.count
            case .binary(let bytes): bytes.count
            }
        return name.utf8.count + type.utf8.count + valueBytes
    }

    // MARK: Checking

    /// Most attributes of a message. AWS: 10.
    static let countMax = 10
    private static let nameBytesMax = 256

    /// - Throws: ``QueueError`` in AWS's words.
    func check() throws(QueueError) {
        guard !name.isEmpty, name.utf8.count <= Self.nameBytesMax else {
            throw QueueError(
                .invalidParameterValue, "Message (user) attribute names must be shorter than 256 Bytes")
        }
        guard name.utf8.allSatisfy(Self.isNameByte) else {
            throw QueueError(
                .invalidParameterValue,
                "Message (user) attributes name can only contain upper and lower score characters, digits, periods, "
                    + "hyphens and underscores. ")
        }
        let lower = name.lowercased()
        guard !lower.hasPrefix("aws."), !lower.hasPrefix("amazon."), !name.hasPrefix("."), !name.hasSuffix("."),
            !name.contains("..")
        else {
            throw QueueError(
                .invalidParameterValue,
                "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved "
                    + "for internal use. Additionally, they cannot start or end with '.'.")
        }
        guard type.utf8.count <= Self.nameBytesMax else {
            throw QueueError(
                .invalidParameterValue, "Message (user) attribute types must be shorter than 256 Bytes")
        }
        let base = type.prefix { $0 != "." }
        switch (base, value) {
        case ("String", .string(let text)), ("Number", .string(let text)):
            guard !text.isEmpty else { throw isEmpty(base) }
            try MessageText.check(text.utf8, of: .attribute)
            if base == "Number", !Self.isNumber(text) {
                throw QueueError(
                    .invalidParameterValue, "Can't cast the value of message (user) attribute '\(name)' to a number.")
            }
        case ("Binary", .binary(let bytes)): if bytes.isEmpty { throw isEmpty(base) }
        case ("String", _), ("Number", _), ("Binary", _): throw isEmpty(base)
        default:
            throw QueueError(
                .invalidParameterValue,
                "The message attribute '\(name)' has an invalid message attribute type, the set of supported type "
                    + "prefixes is Binary, Number, and String.")
        }
    }

    private func isEmpty(_ base: Substring) -> QueueError {
        QueueError(
            .invalidParameterValue,
            "Message (user) attribute '\(name)' must contain a non-empty value of type '\(base)'.")
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// Whether a text is a decimal number, with a sign, a fraction and an exponent if it likes.
    private static func isNumber(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                true
            default: false
            }
        } && Double(text) != nil
    }

    // MARK: The MD5

    /// The MD5 of attributes as SQS has it: by name, each part with its length in four bytes before it.
    static func md5(_ attributes: [MessageAttribute]) -> MD5 {
        var bytes: [UInt8] = []
        func append(_ part: some Collection<UInt8>) {
            bytes.appendBigEndian(UInt32(part.count))
            bytes.append(contentsOf: part)
        }
        for attribute in attributes.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
            append(attribute.name.utf8)
            append(attribute.type.utf8)
            switch attribute.value {
            case .string(let text):
                bytes.append(1)
                append(text.utf8)
            case .binary(let value):
                bytes.append(2)
                append(value)
            }
        }
        return MD5(of: bytes)
    }
}

/// The characters that a message may hold: those of XML 1.0.
enum MessageText {
    enum Part { case body, attribute }

    /// - Throws: ``QueueError`` that names the first character outside the set.
    static func check(_ text: String.UTF8View, of part: Part) throws(QueueError) {
        // Of what UTF-8 can write, the control characters and the last two of the first plane are not allowed: the
        // first are single bytes, the others EF BF BE and EF BF BF.
        var before: (UInt8, UInt8) = (0, 0)
        for byte in text {
            if byte < 0x20, byte != 0x09, byte != 0x0A, byte != 0x0D {
                throw refusal(UInt32(byte), part)
            }
            if byte >= 0xBE, byte <= 0xBF, before == (0xEF, 0xBF) { throw refusal(0xFFC0 | UInt32(byte & 0x3F), part) }
            before = (before.1, byte)
        }
    }

    private static func refusal(_ character: UInt32, _ part: Part) -> QueueError {
        QueueError(
            part == .body ? .invalidMessageContents : .invalidParameterValue,
            "Invalid binary character '#x\(String(character, radix: 16, uppercase: true))' was found in the "
                + (part == .body ? "message body" : "message attribute value")
                + ", the set of allowed characters is #x9 | #xA | #xD | [#x20 to #xD7FF] | [#xE000 to #xFFFD] | "
                + "[#x10000 to #x10FFFF]")
    }
}
