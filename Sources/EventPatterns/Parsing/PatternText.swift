/// A pattern's text as a tree, each value with the place it came from. Patterns are read once, at start-up, so this
/// is plain rather than quick. Two values are equal that say the same, wherever they stand.
struct PatternValue: Hashable, Sendable {
    indirect enum Kind: Hashable, Sendable {
        case object([Member])
        case array([PatternValue])
        case string([UInt8])
        case number(text: [UInt8])
        case bool(Bool)
        case null
    }

    struct Member: Hashable, Sendable {
        var name: [UInt8]
        var offset: Int
        var value: PatternValue

        static func == (a: Member, b: Member) -> Bool { a.name == b.name && a.value == b.value }
        func hash(into hasher: inout Hasher) {
            hasher.combine(name)
            hasher.combine(value)
        }
    }

    var kind: Kind
    var offset: Int

    static func == (a: PatternValue, b: PatternValue) -> Bool { a.kind == b.kind }
    func hash(into hasher: inout Hasher) { hasher.combine(kind) }

    /// The word for messages.
    var kindName: String {
        switch kind {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .number: "a number"
        case .bool: "a boolean"
        case .null: "null"
        }
    }
}

/// Reads a pattern's text into a tree, strictly: nothing may stand before or after the value.
struct PatternReader {
    private var at = 0
    private var place = Place.root
    private var isTooDeep = false

    static func read(_ text: String) throws(PatternError) -> PatternValue {
        let bytes = Array(text.utf8)
        guard bytes.count <= PatternLimits.patternBytesMax else {
            throw Place.root.error(
                .tooLong, "The pattern has \(bytes.count) bytes, more than \(PatternLimits.patternBytesMax),",
                PatternLimits.patternBytesMax, "split it into several")
        }
        var reader = PatternReader()
        do {
            return try reader.document(bytes.span.bytes)
        } catch {
            guard !reader.isTooDeep else {
                throw reader.place.error(.tooDeep, "The pattern \(error.message)", error.offset, "nest less")
            }
            let (what, remedy) = mistake(bytes, error)
            throw reader.place.error(.malformedJSON, "The pattern \(what)", error.offset, remedy)
        }
    }

    /// What is wrong with text that is no JSON, and the repair: the common mistakes in words of their own.
    private static func mistake(_ bytes: [UInt8], _ error: EventError) -> (what: String, remedy: String) {
        let rest = bytes[min(error.offset, bytes.count)...]
        let before = bytes[..<rest.startIndex].last { ![0x20, 0x0A, 0x0D, 0x09].contains($0) }
        let curlyQuotes =
            [[0xE2, 0x80, 0x98], [0xE2, 0x80, 0x99], [0xE2, 0x80, 0x9C], [0xE2, 0x80, 0x9D]] as [[UInt8]]
        if rest.first == UInt8(ascii: "'") || curlyQuotes.contains(where: rest.starts) {
            return ("has a quotation mark that JSON has not", "write names and strings in straight double quotes")
        }
        if let byte = rest.first, [UInt8(ascii: "}"), UInt8(ascii: "]")].contains(byte), before == UInt8(ascii: ",") {
            return ("has a comma with nothing behind it", "remove the comma")
        }
        if rest.startIndex == 0, rest.starts(with: [0xEF, 0xBB, 0xBF]) {
            return ("begins with a byte-order mark", "save it as UTF-8 without one")
        }
        return (error.message, "write it as one JSON object and nothing else")
    }

    private mutating func document(_ bytes: RawSpan) throws(EventError) -> PatternValue {
        let value = try self.value(bytes, depth: 0)
        at = JSONTokens.skipSpace(bytes, at)
        guard at == bytes.byteCount else { throw EventError("goes on after its end", at: at) }
        return value
    }

    private mutating func value(_ bytes: RawSpan, depth: Int) throws(EventError) -> PatternValue {
        at = JSONTokens.skipSpace(bytes, at)
        let offset = at
        guard offset < bytes.byteCount else { throw EventError("ends where a value is due", at: offset) }
        let kind: PatternValue.Kind
        switch bytes.byte(offset) {
        case UInt8(ascii: "{"):
            kind = .object(try members(bytes, depth: depth + 1))
        case UInt8(ascii: "["):
            kind = .array(try elements(bytes, depth: depth + 1))
        case UInt8(ascii: "\""):
            kind = .string(try string(bytes))
        case UInt8(ascii: "t"):
            at = try JSONTokens.word(bytes, offset, "true")
            kind = .bool(true)
        case UInt8(ascii: "f"):
            at = try JSONTokens.word(bytes, offset, "false")
            kind = .bool(false)
        case UInt8(ascii: "n"):
            at = try JSONTokens.word(bytes, offset, "null")
            kind = .null
        default:
            at = try JSONTokens.number(bytes, offset)
            kind = .number(text: (offset..<at).map { bytes.byte($0) })
        }
        return PatternValue(kind: kind, offset: offset)
    }

    private mutating func members(_ bytes: RawSpan, depth: Int) throws(EventError) -> [PatternValue.Member] {
        var members: [PatternValue.Member] = []
        guard try open(bytes, until: UInt8(ascii: "}"), depth: depth) else { return members }
        repeat {
            at = JSONTokens.skipSpace(bytes, at)
            let offset = at
            guard bytes.byte(at) == UInt8(ascii: "\"") else { throw EventError("lacks a field name", at: at) }
            let name = try string(bytes)
            at = JSONTokens.skipSpace(bytes, at)
            guard bytes.byte(at) == UInt8(ascii: ":") else { throw EventError("lacks a colon", at: at) }
            at += 1
            let outer = place
            place = outer.field(String(decoding: name, as: UTF8.self))
            members.append(.init(name: name, offset: offset, value: try value(bytes, depth: depth)))
            place = outer
        } while try goesOn(bytes, until: UInt8(ascii: "}"))
        return members
    }

    private mutating func elements(_ bytes: RawSpan, depth: Int) throws(EventError) -> [PatternValue] {
        var elements: [PatternValue] = []
        guard try open(bytes, until: UInt8(ascii: "]"), depth: depth) else { return elements }
        repeat {
            let outer = place
            place = outer.element(elements.count)
            elements.append(try value(bytes, depth: depth))
            place = outer
        } while try goesOn(bytes, until: UInt8(ascii: "]"))
        return elements
    }

    /// Steps into a container; false, and behind it, when it is empty.
    private mutating func open(_ bytes: RawSpan, until close: UInt8, depth: Int) throws(EventError) -> Bool {
        guard depth <= PatternLimits.patternDepthMax else {
            isTooDeep = true
            throw EventError("is nested deeper than \(PatternLimits.patternDepthMax) levels", at: at)
        }
        at = JSONTokens.skipSpace(bytes, at + 1)
        guard bytes.byte(at) == close else { return true }
        at += 1
        return false
    }

    /// Steps over a comma; false, and behind it, at the container's end.
    private mutating func goesOn(_ bytes: RawSpan, until close: UInt8) throws(EventError) -> Bool {
        at = JSONTokens.skipSpace(bytes, at)
        let byte = bytes.byte(at)
        guard byte == UInt8(ascii: ",") || byte == close else {
            throw EventError("lacks a comma or a closing \(close == UInt8(ascii: "}") ? "brace" : "bracket")", at: at)
        }
        at += 1
        return byte != close
    }

    private mutating func string(_ bytes: RawSpan) throws(EventError) -> [UInt8] {
        let text = try JSONTokens.string(bytes, at, next: &at)
        return EscapedText.decode(bytes, text.start..<text.end)
    }
}
