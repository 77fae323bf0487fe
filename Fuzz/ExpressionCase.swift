import Items

/// What an expression is read with: an item and placeholders.
struct ExpressionCase {
    let placeholders: ExpressionPlaceholders
    /// By their names with the colon.
    let values: [String: AttributeValue]
    let item: Item
    static let names = ["#a": "a", "#b": "b", "#c": "c.d", "#d": "size", "#e": "\u{e9}"]

    /// The second text of an input is an item with the values, each under its letter, and the third the item.
    init?(_ input: FuzzInput) {
        guard let given = try? Item(json: input.bytes(1)), let item = try? Item(json: input.bytes(2)) else {
            return nil
        }
        let pairs = given.attributes.map { (":\($0.name)", $0.value) }
        values = Dictionary(pairs) { first, _ in first }
        guard let placeholders = try? ExpressionPlaceholders(names: Self.names, values: values) else { return nil }
        self.placeholders = placeholders
        self.item = item
    }
}
