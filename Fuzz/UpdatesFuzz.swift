// Sources: Fuzz/ExpressionCase.swift
// Seeds: Tests/ItemsTests/UpdateExpressionTests.swift Fuzz/UpdatesFuzz.seeds
// Dictionary: Fuzz/ExpressionsFuzz.dict

@testable import Items

/// Updates: what they say of an attribute is so afterwards, and what they do not name is as before.
///
/// The input is an expression, an item whose attributes are the values `:a` to `:z`, and the item that is changed.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = FuzzInput(start, count), let case_ = ExpressionCase(input) else { return 0 }
    var placeholders = case_.placeholders
    let text = input.text(0)
    guard let update = try? UpdateExpression(text, placeholders: &placeholders) else { return 0 }
    let item = case_.item
    let targets = update.targets
    guard let result = try? update.apply(to: item, keyAttributes: ["k"]) else { return 0 }
    if result["k"] != item["k"] { finding("the key has changed: \(text)") }
    if (try? Item(json: result.json)) != result { finding("the result is no item: \(text)") }
    if result.sizeBytes < 0 { finding("a negative size: \(text)") }
    let roots = targets.map(\.root)
    func isNamed(_ name: String) -> Bool { roots.contains { $0.utf8.elementsEqual(name.utf8) } }
    for attribute in item.attributes where !isNamed(attribute.name) && result[attribute.name] != attribute.value {
        finding("\(attribute.name) is not named and has changed: \(text)")
    }
    for attribute in result.attributes where !isNamed(attribute.name) && item[attribute.name] == nil {
        finding("\(attribute.name) is not named and has come: \(text)")
    }
    for (path, value) in update.sets where path.steps.isEmpty {
        guard case .value(let value) = value else { continue }
        if result[path.root] != value { finding("\(path.root) is not what it was set to: \(text)") }
    }
    for path in update.removals where path.steps.isEmpty && result[path.root] != nil {
        finding("\(path.root) is still there: \(text)")
    }
    for (path, value) in update.additions where path.steps.isEmpty {
        checkAddition(item[path.root], value, result[path.root])
    }
    for (path, value) in update.deletions where path.steps.isEmpty { checkDeletion(value, result[path.root]) }
    checkTouched(update, item, result)
    return 0
}

private func checkAddition(_ old: AttributeValue?, _ value: AttributeValue, _ new: AttributeValue?) {
    switch (old, value, new) {
    case (nil, _, _): if new != value { finding("what was added to nothing is not there") }
    case (.number(let old)?, .number(let value), .number(let new)?):
        if (try? new.subtracting(value)) != old { finding("\(old) + \(value) is not \(new)") }
    case (.stringSet(let old)?, .stringSet(let value), .stringSet(let new)?):
        checkUnion(old, value, new) { Array($0.utf8) }
    case (.numberSet(let old)?, .numberSet(let value), .numberSet(let new)?): checkUnion(old, value, new) { $0 }
    case (.binarySet(let old)?, .binarySet(let value), .binarySet(let new)?): checkUnion(old, value, new) { $0 }
    default: finding("ADD takes \(value.typeName) to \(old?.typeName ?? "nothing")")
    }
}

private func checkUnion<Member, Identity: Hashable>(
    _ old: [Member], _ value: [Member], _ new: [Member], _ identity: (Member) -> Identity
) {
    if Set(new.map(identity)) != Set((old + value).map(identity)) || Set(new.map(identity)).count != new.count {
        finding("a set with others added is no union of them")
    }
}

private func checkDeletion(_ value: AttributeValue, _ new: AttributeValue?) {
    switch (value, new) {
    case (.stringSet(let gone), .stringSet(let new)?):
        if !Set(new.map { Array($0.utf8) }).isDisjoint(with: gone.map { Array($0.utf8) }) {
            finding("a member is still there")
        }
    case (.numberSet(let gone), .numberSet(let new)?):
        if !Set(new).isDisjoint(with: gone) { finding("a member is still there") }
    case (.binarySet(let gone), .binarySet(let new)?):
        if !Set(new).isDisjoint(with: gone) { finding("a member is still there") }
    case (_, nil): break
    default: finding("DELETE takes \(value.typeName) from \(new?.typeName ?? "nothing")")
    }
}

/// What an answer shows of the change is a part of the item before, or after.
private func checkTouched(_ update: UpdateExpression, _ before: Item, _ after: Item) {
    for item in [before, after] {
        let touched = update.touched(in: item)
        for attribute in touched.attributes where item[attribute.name]?.typeName != attribute.value.typeName {
            finding("\(attribute.name) is shown and is not in the item")
        }
        if touched.sizeBytes > item.sizeBytes { finding("more is shown than there is") }
    }
    if !update.touched(in: nil).isEmpty { finding("something is shown of nothing") }
}
