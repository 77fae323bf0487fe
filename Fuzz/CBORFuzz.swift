// Seeds: Fuzz/CBORFuzz.seeds
// Dictionary: Fuzz/CBORFuzz.dict

import Clocks
@testable import Gateway

/// CBOR and JSON as trees: what is read is written as CBOR that reads as the same tree.
///
/// The input is CBOR, or JSON where it begins with a brace or white space.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let value = (try? CBORReader.read(bytes)) ?? (try? WireValue(json: bytes)) else { return 0 }
    let written = CBORWriter.bytes(of: value)
    guard let again = try? CBORReader.read(written) else { finding("what is written is no CBOR: \(value)") }
    // Numbers that are none differ from themselves.
    if CBORWriter.bytes(of: again) != written || (again != value && !hasNaN(value)) {
        finding("\(value) is written as \(again)")
    }
    _ = (value.asText, value.asInteger, value.asNumber, value.asFlag, value.asTimestamp, value.asList, value.asMembers)
    if let moment = value.asTimestamp, moment.microseconds % 1_000 == 0 {
        let text = moment.iso8601Text
        if Timestamp(iso8601Text: text) != moment { finding("\(moment) is written as \(text)") }
    }
    return 0
}

private func hasNaN(_ value: WireValue) -> Bool {
    switch value {
    case .number(let number): number.isNaN
    case .list(let elements): elements.contains(where: hasNaN)
    case .members(let members): members.values.contains(where: hasNaN)
    default: false
    }
}
