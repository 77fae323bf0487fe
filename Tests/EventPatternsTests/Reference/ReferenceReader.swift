/// Reads JSON by the grammar of RFC 8259, rule by rule, into a tree. Nothing may stand around the value.
struct ReferenceReader {
    struct Malformed: Error {}

    /// Most levels of objects and arrays in a pattern and in an event, as the module under test documents them.
    static let patternDepthMax = 256
    static let eventDepthMax = 1_000

    private let text: [UInt8]
    private let depthMax: Int
    private var at = 0

    static func read(_ text: [UInt8], depthMax: Int) throws(Malformed) -> ReferenceValue {
        var reader = ReferenceReader(text: text, depthMax: depthMax)
        reader.space()
        let value = try reader.value(depth: 0)
        reader.space()
        guard reader.at == text.count else { throw Malformed() }
        return value
    }

    private init(text: [UInt8], depthMax: Int) {
        self.text = text
        self.depthMax = depthMax
    }

    private func isNext(_ wanted: Unicode.Scalar) -> Bool { at < text.count && text[at] == wanted.value }

    private mutating func take(_ wanted: Unicode.Scalar) -> Bool {
        guard isNext(wanted) else { return false }
        at += 1
        return true
    }

    private mutating func expect(_ wanted: Unicode.Scalar) throws(Malformed) {
        guard take(wanted) else { throw Malformed() }
    }

    private mutating func space() {
        while take(" ") || take("\n") || take("\r") || take("\t") {}
    }

    private mutating func value(depth: Int) throws(Malformed) -> ReferenceValue {
        if isNext("{") { return .object(try object(depth: depth + 1)) }
        if isNext("[") { return .array(try array(depth: depth + 1)) }
        if isNext("\"") { return .string(try string()) }
        for word in ["true", "false", "null"] where text[at...].starts(with: word.utf8) {
            at += word.utf8.count
            return .word(word)
        }
        return .number(try number())
    }

    private mutating func object(depth: Int) throws(Malformed) -> [(name: [UInt8], value: ReferenceValue)] {
        guard depth <= depthMax else { throw Malformed() }
        try expect("{")
        space()
        if take("}") { return [] }
        var members: [(name: [UInt8], value: ReferenceValue)] = []
        while true {
            let name = try string()
            space()
            try expect(":")
            space()
            members.append((name, try value(depth: depth)))
            space()
            if take("}") { return members }
            try expect(",")
            space()
        }
    }

    private mutating func array(depth: Int) throws(Malformed) -> [ReferenceValue] {
        guard depth <= depthMax else { throw Malformed() }
        try expect("[")
        space()
        if take("]") { return [] }
        var elements: [ReferenceValue] = []
        while true {
            elements.append(try value(depth: depth))
            space()
            if take("]") { return elements }
            try expect(",")
            space()
        }
    }

    /// A string, by way of its UTF-16 units, in which JSON's escapes are written.
    private mutating func string() throws(Malformed) -> [UInt8] {
        try expect("\"")
        var units: [UInt16] = []
        while !take("\"") {
            if take("\\") {
                units.append(try escape())
                continue
            }
            let start = at
            while at < text.count, text[at] >= 0x20, text[at] != 0x22, text[at] != 0x5C { at += 1 }
            // Standing still means a control character or the end.
            guard at > start, let run = String(validating: text[start..<at], as: UTF8.self) else { throw Malformed() }
            units += Array(run.utf16)
        }
        return TextUnits.bytes(units)
    }

    private mutating func escape() throws(Malformed) -> UInt16 {
        let plain: [(Unicode.Scalar, UInt16)] = [
            ("\"", 0x22), ("\\", 0x5C), ("/", 0x2F), ("b", 8), ("f", 12), ("n", 10), ("r", 13), ("t", 9),
        ]
        for (letter, unit) in plain where take(letter) { return unit }
        try expect("u")
        guard at + 4 <= text.count else { throw Malformed() }
        let digits = String(decoding: text[at..<at + 4], as: UTF8.self)
        guard digits.allSatisfy({ $0.isASCII && $0.isHexDigit }), let unit = UInt16(digits, radix: 16) else {
            throw Malformed()
        }
        at += 4
        return unit
    }

    private mutating func number() throws(Malformed) -> [UInt8] {
        let start = at
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        return Array(text[start..<at])
    }

    /// One digit or more.
    private mutating func digits() throws(Malformed) {
        let start = at
        while at < text.count, (0x30...0x39).contains(text[at]) { at += 1 }
        guard at > start else { throw Malformed() }
    }
}
