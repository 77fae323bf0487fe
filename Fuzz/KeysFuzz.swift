// Seeds: Tests/ItemsTests/KeyCodingTests.swift Fuzz/ItemsFuzz.seeds
// Dictionary: Fuzz/ItemsFuzz.dict

import Items

/// Keys as bytes: whatever is read is written again as the same value, and bytes sort as their values do.
///
/// The input is either bytes to be read, or two values in DynamoDB JSON.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = FuzzInput(start, count) else { return 0 }
    if input.flag(0) { readBytes(input.rest) } else { compare(input) }
    return 0
}

private func readBytes(_ bytes: [UInt8]) {
    var position = 0
    while position < bytes.count {
        let begin = position
        guard let value = try? KeyCoding.decode(from: bytes, at: &position) else { return }
        if position <= begin || position > bytes.count { finding("a key ends where it cannot") }
        let written = encoded(value)
        var end = 0
        guard (try? KeyCoding.decode(from: written, at: &end)) == value, end == written.count else {
            finding("\(value) is written as another key")
        }
        // Two ways to write one number would be two places for one item.
        if written != Array(bytes[begin..<position]) {
            finding("\(value) has a second encoding: \(bytes[begin..<position])")
        }
    }
}

private func compare(_ input: FuzzInput) {
    func value(_ index: Int) -> AttributeValue? {
        let json = input.bytes(index)
        var position = 0
        guard let value = try? AttributeValue(json: json.span.bytes, at: &position) else { return nil }
        switch value {
        case .string, .number, .binary: return value
        default:
            var bytes: [UInt8] = []
            if (try? KeyCoding.append(value, to: &bytes)) != nil { finding("\(value.typeName) is taken for a key") }
            return nil
        }
    }
    guard let left = value(0), let right = value(1) else { return }
    let (leftKey, rightKey) = (encoded(left), encoded(right))
    if left == right {
        if leftKey != rightKey { finding("\(left) has two keys") }
    } else {
        if leftKey == rightKey { finding("\(left) and \(right) have one key") }
        if leftKey.starts(with: rightKey) || rightKey.starts(with: leftKey) {
            finding("the key of \(left) begins that of \(right), or the other way round")
        }
    }
    if left.typeName == right.typeName, leftKey.lexicographicallyPrecedes(rightKey) != isLess(left, right) {
        finding("the keys of \(left) and \(right) sort another way")
    }
}

private func isLess(_ left: AttributeValue, _ right: AttributeValue) -> Bool {
    switch (left, right) {
    case (.number(let left), .number(let right)): left < right
    case (.string(let left), .string(let right)): Array(left.utf8).lexicographicallyPrecedes(Array(right.utf8))
    case (.binary(let left), .binary(let right)): left.lexicographicallyPrecedes(right)
    default: false
    }
}

private func encoded(_ value: AttributeValue) -> [UInt8] {
    var bytes: [UInt8] = []
    do { try KeyCoding.append(value, to: &bytes) } catch { finding("\(value) is no key: \(error)") }
    return bytes
}
