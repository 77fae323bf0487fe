// Seeds: Tests/ItemsTests/PartiQLTests.swift Fuzz/StatementsFuzz.seeds
// Dictionary: Fuzz/ExpressionsFuzz.dict

import Items

/// PartiQL: an accepted statement can be carried out on any item, and the key that it is said to ask for is the only one that
/// meets its filter.
///
/// The input is a statement, a list of parameters as an item's attribute `p`, and an item.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = FuzzInput(start, count) else { return 0 }
    let parameters = (try? Item(json: input.bytes(1)))?["p"]?.list ?? []
    let item = (try? Item(json: input.bytes(2))) ?? Item()
    let text = input.text(0)
    guard let statement = try? PartiQLStatement(text, parameters: parameters) else { return 0 }
    switch statement {
    case .select(let selection):
        if let kept = selection.projection?.apply(to: item), kept.sizeBytes > item.sizeBytes {
            finding("more is kept than there was: \(text)")
        }
        if let filter = selection.filter { check(filter, item, text) }
    case .insert(_, let inserted):
        if (try? Item(json: inserted.json)) != inserted { finding("what is inserted is no item: \(text)") }
    case .update(_, let update, let filter, _):
        check(filter, item, text)
        if let result = try? update.apply(to: item, keyAttributes: ["h", "r"]) {
            if (try? Item(json: result.json)) != result { finding("the result is no item: \(text)") }
            if result["h"] != item["h"] || result["r"] != item["r"] { finding("the key has changed: \(text)") }
        }
    case .delete(_, let filter, _): check(filter, item, text)
    }
    return 0
}

private func check(_ filter: PartiQLStatement.Filter, _ item: Item, _ text: String) {
    let isMet = filter.condition.evaluate(item)
    guard isMet else { return }
    for (name, value) in filter.equalities where item[name] != value {
        finding("an item meets the filter without \(name) = \(value): \(text)")
    }
    let schema = KeySchema(hashKey: .init(name: "h", type: .string), rangeKey: .init(name: "r", type: .number))
    if let key = filter.key(of: schema), key["h"] != item["h"] || key["r"] != item["r"] {
        finding("an item with another key meets the filter: \(text)")
    }
}
