// Sources: Fuzz/ExpressionCase.swift
// Seeds: Tests/ItemsTests/ConditionExpressionTests.swift Fuzz/ConditionsFuzz.seeds
// Dictionary: Fuzz/ExpressionsFuzz.dict

import Items

/// Conditions and filters: what is accepted can be asked of any item, and obeys the laws of logic.
///
/// The input is an expression, an item whose attributes are the values `:a` to `:z`, and the item that is asked.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = FuzzInput(start, count), let case_ = ExpressionCase(input) else { return 0 }
    let parameter: ConditionExpression.Parameter = input.flag(0) ? .filter : .condition
    func read(_ text: String) -> ConditionExpression? {
        var placeholders = case_.placeholders
        return try? ConditionExpression(text, parameter: parameter, placeholders: &placeholders)
    }
    let text = input.text(0)
    guard let condition = read(text) else { return 0 }
    let answer = condition.evaluate(case_.item)
    _ = condition.evaluate(nil)
    // A longer expression may be beyond the limits of length, depth and operators.
    if let negated = read("NOT (\(text))"), negated.evaluate(case_.item) == answer {
        finding("NOT changes nothing: \(text)")
    }
    if let both = read("(\(text)) AND (\(text))"), both.evaluate(case_.item) != answer {
        finding("AND with itself is another condition: \(text)")
    }
    if let either = read("(\(text)) OR NOT (\(text))"), !either.evaluate(case_.item) {
        finding("neither it nor its opposite: \(text)")
    }
    // It reads the attributes that it names and no other.
    var named = Item()
    for name in condition.attributeNames { named[name] = case_.item[name] }
    if condition.evaluate(named) != answer { finding("it reads what it does not name: \(text)") }
    for name in case_.item.attributes.map(\.name) where !condition.attributeNames.contains(name) {
        if (try? condition.checkReadsNoKey([name])) == nil { finding("it is said to read \(name): \(text)") }
    }
    return 0
}
