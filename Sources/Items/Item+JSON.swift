// DynamoDB JSON, both ways.

extension Item {
    /// Reads DynamoDB JSON such as `{"orderId":{"S":"o-1"},"amount":{"N":"139.12"}}`; nothing but white space may
    /// follow. One pass; of two attributes with one name the later stays.
    ///
    /// Size and keys are not checked: see `sizeBytes` and `KeySchema`.
    /// - Throws: `.malformedJSON`, `.serialization` or `.validation`, with DynamoDB's message where it is known.
    public init(json: RawSpan) throws(ItemError) {
        var parser = ItemParser()
        self = try parser.item(json, depth: 1)
        try parser.finish(json)
    }

    public init(json: [UInt8]) throws(ItemError) { try self.init(json: json.span.bytes) }

    /// Reads the item that begins at `position` of a larger text and moves `position` behind it.
    public init(json: RawSpan, at position: inout Int) throws(ItemError) {
        var parser = ItemParser(position: position)
        self = try parser.item(json, depth: 1)
        position = parser.position
    }

    /// The canonical bytes: attributes and sets in order, numbers in canonical form, no white space, and no escapes but
    /// those JSON demands.
    public var json: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1_024)
        appendJSON(to: &bytes)
        return bytes
    }

    /// Appends `json`.
    public func appendJSON(to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        for attribute in attributes {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            JSONText.append(attribute.name, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            attribute.value.appendJSON(to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }
}

extension AttributeValue {
    /// Reads one value such as `{"N":"1"}`; throws as `Item(json:)` does.
    public init(json: RawSpan, at position: inout Int) throws(ItemError) {
        var parser = ItemParser(position: position)
        self = try parser.value(json, depth: 1)
        position = parser.position
    }

    /// Appends canonical DynamoDB JSON such as `{"N":"1"}`.
    public func appendJSON(to bytes: inout [UInt8]) {
        switch self {
        case .string(let value):
            JSONText.appendLiteral("{\"S\":", to: &bytes)
            JSONText.append(value, to: &bytes)
        case .number(let value):
            JSONText.appendLiteral("{\"N\":\"", to: &bytes)
            value.appendText(to: &bytes)
            bytes.append(UInt8(ascii: "\""))
        case .binary(let value):
            JSONText.appendLiteral("{\"B\":\"", to: &bytes)
            Base64.append(value, to: &bytes)
            bytes.append(UInt8(ascii: "\""))
        case .bool(let value):
            JSONText.appendLiteral(value ? "{\"BOOL\":true" : "{\"BOOL\":false", to: &bytes)
        case .null:
            JSONText.appendLiteral("{\"NULL\":true", to: &bytes)
        case .map(let item):
            JSONText.appendLiteral("{\"M\":", to: &bytes)
            item.appendJSON(to: &bytes)
        case .list(let elements):
            JSONText.appendLiteral("{\"L\":", to: &bytes)
            JSONText.appendArray(elements, to: &bytes) { element, bytes in element.appendJSON(to: &bytes) }
        case .stringSet(let members):
            JSONText.appendLiteral("{\"SS\":", to: &bytes)
            JSONText.appendArray(members, to: &bytes) { member, bytes in JSONText.append(member, to: &bytes) }
        case .numberSet(let members):
            JSONText.appendLiteral("{\"NS\":", to: &bytes)
            JSONText.appendArray(members, to: &bytes) { member, bytes in
                bytes.append(UInt8(ascii: "\""))
                member.appendText(to: &bytes)
                bytes.append(UInt8(ascii: "\""))
            }
        case .binarySet(let members):
            JSONText.appendLiteral("{\"BS\":", to: &bytes)
            JSONText.appendArray(members, to: &bytes) { member, bytes in
                bytes.append(UInt8(ascii: "\""))
                Base64.append(member, to: &bytes)
                bytes.append(UInt8(ascii: "\""))
            }
        }
        bytes.append(UInt8(ascii: "}"))
    }
}

/// Pieces of JSON text.
package enum JSONText {
    package static func appendLiteral(_ literal: StaticString, to bytes: inout [UInt8]) {
        literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// A quoted string. Escapes the quote, the backslash and control characters, nothing else (RFC 8259, section 7).
    package static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { utf8 in
            // Runs without escapes are copied whole; most strings are one run.
            var start = 0
            for index in 0..<utf8.count where needsEscape(utf8[index]) {
                bytes.append(contentsOf: utf8[start..<index])
                appendEscape(utf8[index], to: &bytes)
                start = index + 1
            }
            bytes.append(contentsOf: start == 0 ? utf8[...] : utf8[start...])
        }
        if isDone == nil {
            for byte in text.utf8 {
                if needsEscape(byte) { appendEscape(byte, to: &bytes) } else { bytes.append(byte) }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    package static func appendArray<Element>(
        _ elements: [Element], to bytes: inout [UInt8], _ append: (Element, inout [UInt8]) -> Void
    ) {
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(element, &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    @inline(__always)
    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func appendEscape(_ byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        default:
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        }
    }
}
