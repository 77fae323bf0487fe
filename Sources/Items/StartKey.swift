/// A Query's or Scan's `ExclusiveStartKey`: the key of an item and, for an index, that of its entry.
///
/// AWS checks it in steps, with checks of other parameters in between, and words each step in another way. What is said
/// here of the key that is read means the index's, or else the table's.
public struct StartKey: Sendable {
    private let item: Item
    private let table: KeySchema
    private let index: KeySchema?

    /// - Parameters:
    ///   - item: what the client sent as ExclusiveStartKey.
    ///   - table: the table's key.
    ///   - index: the key of the index that is read; nil for the table itself.
    public init(_ item: Item, table: KeySchema, index: KeySchema?) {
        (self.item, self.table, self.index) = (item, table, index)
    }

    /// The first step: as many attributes as the keys have.
    /// - Throws: `.validation`.
    public func checkCount() throws(ItemError) {
        let more = (index?.names ?? []).filter { name in !table.names.contains { UTF8Order.areEqual($0, name) } }
        guard item.count == table.names.count + more.count else { throw Self.invalid }
    }

    /// The second step, attribute by attribute of the key that is read.
    /// - Throws: `.validation` for one that is missing, of another type, empty or too long.
    func check(_ attribute: KeySchema.Attribute, bytesMax: Int) throws(ItemError) {
        guard let value = item[attribute.name] else { throw Self.invalid }
        guard value.typeName == attribute.type.rawValue else { throw Self.mismatch }
        try KeySchema.checkSize(of: value, attribute, bytesMax: bytesMax)
    }

    /// The first two steps of a Scan, which has no conditions on keys in between.
    /// - Throws: `.validation`.
    public func checkIndexKey() throws(ItemError) {
        guard let index else { return }
        try checkCount()
        try check(index.hashKey, bytesMax: KeySchema.hashKeyBytesMax)
        if let rangeKey = index.rangeKey { try check(rangeKey, bytesMax: KeySchema.rangeKeyBytesMax) }
    }

    /// The last step: the table's key.
    /// - Throws: `.validation`.
    public func checkTableKey() throws(ItemError) {
        do {
            if index == nil {
                try table.check(key: item)
            } else {
                var key = Item()
                for name in table.names { key[name] = item[name] }
                try table.check(key: key)
            }
        } catch { throw .validation("\(Self.invalid.message): \(error.message)") }
    }

    private static let invalid = ItemError.validation("The provided starting key is invalid")
    private static let mismatch = ItemError.validation("The provided key element does not match the schema")
}
