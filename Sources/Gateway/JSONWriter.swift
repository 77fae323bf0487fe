import Clocks
import Items

/// Appends JSON to bytes, in the order of the calls.
///
/// The caller keeps to JSON's grammar; the writer sets the commas, the quotes and the escapes.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    mutating func reserve(_ byteCount: Int) { bytes.reserveCapacity(byteCount) }

    mutating func object(_ members: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        members(&self)
        close(UInt8(ascii: "}"))
    }

    mutating func array<Element>(_ elements: some Sequence<Element>, _ write: (inout JSONWriter, Element) -> Void) {
        open(UInt8(ascii: "["))
        for element in elements { write(&self, element) }
        close(UInt8(ascii: "]"))
    }

    /// A member's name; its value comes next.
    mutating func name(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func string(_ text: String) {
        comma()
        JSONText.append(text, to: &bytes)
        needsComma = true
    }

    /// A value that is JSON already.
    mutating func raw(_ json: some Sequence<UInt8>) {
        comma()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    mutating func member(_ name: String, _ value: String) {
        self.name(name)
        string(value)
    }

    mutating func member(_ name: String, _ value: Int) { member(name, raw: String(value).utf8) }

    mutating func member(_ name: String, _ value: Bool) { member(name, raw: (value ? "true" : "false").utf8) }

    /// A moment as AWS's JSON has it: seconds since 1970 with milliseconds as the fraction.
    mutating func member(_ name: String, _ value: Timestamp) {
        let (seconds, milliseconds) = (value.seconds, value.milliseconds - value.seconds * 1_000)
        let fraction = String(1_000 + milliseconds).dropFirst()
        member(name, raw: "\(seconds).\(fraction)".utf8)
    }

    mutating func member(_ name: String, raw json: some Sequence<UInt8>) {
        self.name(name)
        raw(json)
    }

    mutating func member(_ name: String, _ members: (inout JSONWriter) -> Void) {
        self.name(name)
        object(members)
    }

    mutating func member<Element>(
        _ name: String, _ elements: some Sequence<Element>, _ write: (inout JSONWriter, Element) -> Void
    ) {
        self.name(name)
        array(elements, write)
    }

    private mutating func open(_ bracket: UInt8) {
        comma()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func comma() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }
}
