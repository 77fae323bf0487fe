// Sources: Fuzz/ExpressionCase.swift
// Seeds: Tests/ItemsTests/ProjectionExpressionTests.swift Fuzz/ConditionsFuzz.seeds
// Dictionary: Fuzz/ExpressionsFuzz.dict

import Items

/// Projections: what is kept is a part of the item, and all of what is named without a path.
///
/// The input is an expression, an item that stands for no values, and the item that is projected.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = FuzzInput(start, count), let case_ = ExpressionCase(input) else { return 0 }
    var placeholders = case_.placeholders
    let text = input.text(0)
    guard let projection = try? ProjectionExpression(text, placeholders: &placeholders) else { return 0 }
    let item = case_.item
    let kept = projection.apply(to: item)
    if !isPart(.map(kept), of: .map(item)) { finding("what is kept is no part of the item: \(text)") }
    if kept.sizeBytes > item.sizeBytes { finding("more is kept than there was: \(text)") }
    if (try? Item(json: kept.json)) != kept { finding("what is kept is no item: \(text)") }
    let names = Set(projection.attributeNames.map { Array($0.utf8) })
    for attribute in kept.attributes where !names.contains(Array(attribute.name.utf8)) {
        finding("\(attribute.name) is kept and not named: \(text)")
    }
    guard text.utf8.allSatisfy({ $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "[") }) else { return 0 }
    for attribute in item.attributes where names.contains(Array(attribute.name.utf8)) {
        if kept[attribute.name] != attribute.value { finding("\(attribute.name) is named and not kept: \(text)") }
    }
    if projection.apply(to: kept) != kept { finding("projected again it is another item: \(text)") }
    return 0
}

private func isPart(_ part: AttributeValue, of whole: AttributeValue) -> Bool {
    switch (part, whole) {
    case (.map(let part), .map(let whole)):
        return part.attributes.allSatisfy { member in whole[member.name].map { isPart(member.value, of: $0) } ?? false }
    case (.list(let part), .list(let whole)):
        // In order, without those left out.
        var rest = whole[...]
        return part.allSatisfy { element in
            guard let place = rest.firstIndex(where: { isPart(element, of: $0) }) else { return false }
            rest = rest[(place + 1)...]
            return true
        }
    default: return part == whole
    }
}
