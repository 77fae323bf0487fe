// Seeds: Tests/ItemsTests/ItemJSONTests.swift Tests/ItemsTests/ItemCodableTests.swift
// Dictionary: Fuzz/ItemsFuzz.dict

import Foundation
import Items

/// DynamoDB JSON: what is read is JSON for Foundation too, and its canonical form says the same and never changes again.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let json = Array(UnsafeBufferPointer(start: start, count: count))
    guard let item = try? Item(json: json) else { return 0 }
    // What nobody asks for is passed over, and need not be UTF-8 then.
    let isText = String(validating: json, as: UTF8.self) != nil
    let given = try? JSONSerialization.jsonObject(with: Data(json)) as? [String: Any]
    if isText, given == nil { finding("an item is read that is no JSON object for Foundation") }
    let canonical = item.json
    guard let again = try? Item(json: canonical) else { finding("the canonical form is refused") }
    if again != item || again.hashValue != item.hashValue { finding("the canonical form is another item") }
    if again.json != canonical { finding("the canonical form has a canonical form of its own") }
    if again.sizeBytes != item.sizeBytes { finding("an item's size changes") }
    guard let written = try? JSONSerialization.jsonObject(with: Data(canonical)) as? [String: Any] else {
        finding("the canonical form is no JSON for Foundation")
    }
    if let given, !names(written).isSubset(of: names(given)) { finding("the canonical form has names of its own") }
    if !hasShape(written, of: item) { finding("Foundation reads another item in the canonical form") }
    guard let decoded = try? JSONDecoder().decode(Item.self, from: Data(canonical)), decoded == item else {
        finding("the decoder reads another item in the canonical form")
    }
    guard let encoded = try? JSONEncoder().encode(item), (try? Item(json: Array(encoded))) == item else {
        finding("the encoder writes another item")
    }
    return 0
}

/// By their bytes: Foundation's keys are equal where Unicode says so.
private func names(_ object: [String: Any]) -> Set<[UInt8]> { Set(object.keys.map { Array($0.utf8) }) }

private func hasShape(_ object: [String: Any], of item: Item) -> Bool {
    // Names that Unicode takes for one are two here and one for Foundation.
    let isPlain = Set(item.attributes.map(\.name)).count == item.count
    guard isPlain else { return true }
    return object.count == item.count
        && item.attributes.allSatisfy { attribute in
            (object[attribute.name] as? [String: Any]).map { isSame($0, attribute.value) } ?? false
        }
}

private func isSame(_ value: [String: Any], _ expected: AttributeValue) -> Bool {
    guard value.count == 1, let (type, inner) = value.first, type == expected.typeName else { return false }
    switch expected {
    case .string(let text): return (inner as? String).map { Array($0.utf8) == Array(text.utf8) } ?? false
    case .number(let number): return inner as? String == number.text
    case .binary(let bytes): return (inner as? String).flatMap { Data(base64Encoded: $0) } == Data(bytes)
    case .bool(let flag): return inner as? Bool == flag
    case .null: return inner as? Bool == true
    case .map(let item): return (inner as? [String: Any]).map { hasShape($0, of: item) } ?? false
    case .list(let elements):
        guard let list = inner as? [[String: Any]], list.count == elements.count else { return false }
        return zip(list, elements).allSatisfy { isSame($0, $1) }
    case .stringSet(let members): return (inner as? [String])?.count == members.count
    case .numberSet(let members): return (inner as? [String])?.elementsEqual(members.map(\.text)) ?? false
    case .binarySet(let members):
        return (inner as? [String])?.map { Data(base64Encoded: $0) } == members.map { Data($0) }
    }
}
