import Items
import Storage

/// Where a table's items and index entries lie in the store: order-preserving keys.
///
///     items    table number (4) · hash key · range key                                   → item
///     indexes  table number (4) · index (2) · index hash · index range · primary key     → primary key
struct TableKeys: Sendable {
    let number: UInt32
    let definition: TableDefinition

    /// The place of the item with this key.
    func primary(of keyOrItem: Item) throws -> [UInt8] {
        var key: [UInt8] = []
        key.reserveCapacity(64)
        key.appendBigEndian(number)
        try definition.keySchema.encode(keyOrItem, to: &key)
        return key
    }

    /// DynamoDB refuses an item with an index key attribute of the wrong type, even one that other missing attributes keep
    /// out of the index; an item without the attribute is just not in the index.
    func checkIndexKeys(of item: Item) throws {
        for index in definition.indexes {
            var longest = try keyBytes(index.keySchema.hashKey, of: index, in: item)
            if let rangeKey = index.keySchema.rangeKey {
                longest = max(longest, try keyBytes(rangeKey, of: index, in: item))
            }
            // What is left to be wrong is the length, which encoding checks; nearly every key is short of both limits.
            guard longest > KeySchema.rangeKeyBytesMax, isIn(index, item) else { continue }
            var scratch: [UInt8] = []
            try index.keySchema.encode(item, to: &scratch)
        }
    }

    /// The length of an index key attribute, of the right type and not empty; 0 for a number or none. Both texts are AWS's;
    /// capitals differ from those for a table's own key.
    private func keyBytes(
        _ attribute: KeySchema.Attribute, of index: TableDefinition.Index, in item: Item
    ) throws -> Int {
        guard let value = item[attribute.name] else { return 0 }
        let count: Int
        switch (value, attribute.type) {
        case (.number, .number): return 0
        case (.string(let text), .string): count = text.utf8.count
        case (.binary(let bytes), .binary): count = bytes.count
        default:
            throw TableError(
                .validation,
                "One or more parameter values were invalid: Type mismatch for Index Key \(attribute.name) "
                    + "Expected: \(attribute.type.rawValue) Actual: \(value.typeName) IndexName: \(index.name)")
        }
        guard count > 0 else {
            throw TableError(
                .validation,
                "One or more parameter values are not valid. A value specified for a secondary index key is not "
                    + "supported. The AttributeValue for a key attribute cannot contain an empty \(attribute.type) "
                    + "value. IndexName: \(index.name), IndexKey: \(attribute.name)")
        }
        return count
    }

    /// Takes an item's old entries away and writes its new ones, where they differ. Items have been checked before.
    func moveIndexEntries(from old: Item?, to new: Item?, primaryKey: [UInt8], in transaction: Transaction) {
        for (place, index) in definition.indexes.enumerated() {
            let before = old.flatMap { entry(index, place, $0, primaryKey) }
            let after = new.flatMap { entry(index, place, $0, primaryKey) }
            guard before != after else { continue }
            if let before { transaction.delete(.indexes, before) }
            if let after { transaction.put(.indexes, after, primaryKey) }
        }
    }

    /// The keys of all entries with this hash key, or nil when there is no such index.
    func indexRange(_ name: String, hashKey: AttributeValue) throws -> (from: [UInt8], to: [UInt8])? {
        guard let place = definition.indexes.firstIndex(where: { $0.name == name }) else { return nil }
        var from = indexPrefix(place)
        try KeyCoding.append(hashKey, to: &from)
        // An encoded key never begins another, so 0xff behind the hash key is after all that have it.
        return (from, from + [0xff])
    }

    /// The keys of all items with this hash key.
    func primaryRange(hashKey: AttributeValue) throws -> (from: [UInt8], to: [UInt8]) {
        var from: [UInt8] = []
        from.appendBigEndian(number)
        try KeyCoding.append(hashKey, to: &from)
        return (from, from + [0xff])
    }

    private func isIn(_ index: TableDefinition.Index, _ item: Item) -> Bool {
        index.keySchema.names.allSatisfy { item[$0] != nil }
    }

    private func entry(
        _ index: TableDefinition.Index, _ place: Int, _ item: Item, _ primaryKey: [UInt8]
    ) -> [UInt8]? {
        guard isIn(index, item) else { return nil }
        var key = indexPrefix(place)
        guard (try? index.keySchema.encode(item, to: &key)) != nil else { return nil }
        return key + primaryKey
    }

    private func indexPrefix(_ place: Int) -> [UInt8] {
        var prefix: [UInt8] = []
        prefix.appendBigEndian(number)
        prefix.appendBigEndian(UInt16(place))
        return prefix
    }
}
