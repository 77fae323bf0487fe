// Sources: Fuzz/ExpressionCase.swift
// Seeds: Tests/ItemsTests/KeyConditionExpressionTests.swift Fuzz/KeyConditionsFuzz.seeds
// Dictionary: Fuzz/ExpressionsFuzz.dict

import Items

/// Key conditions: the range of keys that one reads holds an item's key when the same text, as a condition, holds for it.
///
/// The input is an expression on the keys `h` and `r`, an item whose attributes are the values `:a` to `:z`, and an item. The
/// flags choose the types of the keys.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = FuzzInput(start, count), let case_ = ExpressionCase(input) else { return 0 }
    let types = KeySchema.ScalarType.allCases
    let schema = KeySchema(
        hashKey: .init(name: "h", type: types[Int(input.flags & 3) % 3]),
        rangeKey: input.flag(4) ? nil : .init(name: "r", type: types[Int(input.flags >> 2 & 3) % 3]))
    var placeholders = case_.placeholders
    let text = input.text(0)
    guard let expression = try? KeyConditionExpression(text, placeholders: &placeholders),
        let keys = try? expression.keyCondition(for: schema)
    else { return 0 }
    guard let bounds = try? keys.bounds(after: [7]) else { finding("an accepted key condition has no bounds: \(text)") }
    if bounds.upper.lexicographicallyPrecedes(bounds.lower) { finding("the bounds are the wrong way round: \(text)") }
    placeholders = case_.placeholders
    guard let condition = try? ConditionExpression(text, placeholders: &placeholders) else {
        finding("a key condition is no condition: \(text)")
    }
    var key: [UInt8] = [7]
    guard (try? schema.encode(case_.item, to: &key)) != nil else { return 0 }
    let isInside = !key.lexicographicallyPrecedes(bounds.lower) && key.lexicographicallyPrecedes(bounds.upper)
    if isInside != condition.evaluate(case_.item) { finding("the bounds say \(isInside), the condition not: \(text)") }
    return 0
}
