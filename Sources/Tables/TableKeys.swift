import Items
import Storage

/// Where a table's items and index entries lie in the store: order-preserving keys.
///
///     items    table number (4) · hash key · range key                                   → item
///     indexes  table number (4) · index (2) · index hash · index range · primary key     → primary key
///
/// Times of expiry are kept as one more index, with the time-to-live attribute as its hash key.
struct TableKeys: Sendable {
    let number: UInt32
    let keySchema: KeySchema
    let indexes: [IndexKeys]
    /// The order of expiry; nil without time to live.
    let expiries: IndexKeys?

    init(number: UInt32, stored: StoredTable) {
        let definition = stored.definition
        self.number = number
        keySchema = definition.keySchema
        indexes = zip(definition.indexes, stored.indexes).map { index, stored in
            IndexKeys(
                table: number, number: stored.number, name: index.name, keySchema: index.keySchema,
                isBuilding: stored.isBuilding)
        }
        expiries = stored.timeToLiveNumber.flatMap { expiriesNumber in
            definition.timeToLiveAttribute.map { name in
                IndexKeys(
                    table: number, number: expiriesNumber, name: "expiries",
                    keySchema: KeySchema(hashKey: .init(name: name, type: .number)),
                    isBuilding: stored.isTimeToLiveBuilding)
            }
        }
    }

    /// Everything that is kept in order besides the items themselves.
    var ordered: [IndexKeys] { expiries.map { indexes + [$0] } ?? indexes }

    /// The beginning of the keys of all items of the table.
    var prefix: [UInt8] {
        var prefix: [UInt8] = []
        prefix.reserveCapacity(64)
        prefix.appendBigEndian(number)
        return prefix
    }

    /// The keys of all items of the table.
    var range: (from: [UInt8], to: [UInt8]) { (prefix, KeyRange.end(ofPrefix: prefix)) }

    /// The place of the item with this key.
    func primary(of keyOrItem: Item) throws(ItemError) -> [UInt8] {
        var key = prefix
        try keySchema.encode(keyOrItem, to: &key)
        return key
    }

    /// What items with the same hash key have in common.
    func partition(of key: Item) throws(ItemError) -> [UInt8] {
        var partition = prefix
        if let value = key[keySchema.hashKey.name] { try KeyCoding.append(value, to: &partition) }
        return partition
    }

    /// DynamoDB refuses an item with an index key attribute of the wrong type, even one that other missing attributes keep
    /// out of the index; an item without the attribute is just not in the index.
    func checkIndexKeys(of item: Item) throws {
        for index in indexes { try index.check(item) }
    }

    /// An update that is bound to give an index key attribute the wrong type is refused before any item is read.
    func checkIndexKeys(of update: UpdateExpression) throws {
        for index in indexes {
            for attribute in index.keySchema.attributes {
                guard let type = update.typeName(of: attribute.name), type != attribute.type.rawValue else { continue }
                throw index.mismatch(attribute, actual: type)
            }
        }
    }

    /// Takes an item's old entries away and writes its new ones, where they differ. Items have been checked before.
    func moveIndexEntries(
        from old: StoredItem?, to new: StoredItem?, primaryKey: [UInt8], in transaction: Transaction
    ) throws {
        let ordered = ordered
        guard !ordered.isEmpty else { return }
        let (oldItem, newItem) = (try old?.item, try new?.item)
        for index in ordered {
            let before = oldItem.flatMap { index.entry(of: $0, primaryKey: primaryKey) }
            let after = newItem.flatMap { index.entry(of: $0, primaryKey: primaryKey) }
            guard before != after else { continue }
            if let before { transaction.delete(.indexes, before) }
            if let after { transaction.put(.indexes, after, primaryKey) }
        }
    }
}

/// Where one index's entries lie.
struct IndexKeys: Sendable {
    let table: UInt32
    let number: UInt16
    let name: String
    let keySchema: KeySchema
    /// Whether items that are older than the index may still be missing from it.
    let isBuilding: Bool

    /// The beginning of all its entries' keys.
    var prefix: [UInt8] {
        var prefix: [UInt8] = []
        prefix.reserveCapacity(96)
        prefix.appendBigEndian(table)
        prefix.appendBigEndian(number)
        return prefix
    }

    var range: (from: [UInt8], to: [UInt8]) { (prefix, KeyRange.end(ofPrefix: prefix)) }

    /// The key of an item's entry; nil for an item that is not in the index.
    func entry(of item: Item, primaryKey: [UInt8]) -> [UInt8]? {
        guard keySchema.isFilled(by: item) else { return nil }
        var key = prefix
        guard (try? keySchema.encode(item, to: &key)) != nil else { return nil }
        key.append(contentsOf: primaryKey)
        return key
    }

    func check(_ item: Item) throws {
        var longest = try keyBytes(keySchema.hashKey, in: item)
        if let rangeKey = keySchema.rangeKey { longest = max(longest, try keyBytes(rangeKey, in: item)) }
        // What is left to be wrong is the length, which encoding checks; nearly every key is short of both limits.
        guard longest > KeySchema.rangeKeyBytesMax, keySchema.isFilled(by: item) else { return }
        var scratch: [UInt8] = []
        try keySchema.encode(item, to: &scratch)
    }

    /// The length of an index key attribute, of the right type and not empty; 0 for a number or none. Both texts are AWS's;
    /// capitals differ from those for a table's own key.
    private func keyBytes(_ attribute: KeySchema.Attribute, in item: Item) throws -> Int {
        guard let value = item[attribute.name] else { return 0 }
        let count: Int
        switch (value, attribute.type) {
        case (.number, .number): return 0
        case (.string(let text), .string): count = text.utf8.count
        case (.binary(let bytes), .binary): count = bytes.count
        default: throw mismatch(attribute, actual: value.typeName)
        }
        guard count > 0 else {
            throw TableError.validation(
                "One or more parameter values are not valid. A value specified for a secondary index key is not "
                    + "supported. The AttributeValue for a key attribute cannot contain an empty \(attribute.type) "
                    + "value. IndexName: \(name), IndexKey: \(attribute.name)")
        }
        return count
    }

    fileprivate func mismatch(_ attribute: KeySchema.Attribute, actual: String) -> TableError {
        .validation(
            "One or more parameter values were invalid: Type mismatch for Index Key \(attribute.name) "
                + "Expected: \(attribute.type.rawValue) Actual: \(actual) IndexName: \(name)")
    }
}

enum KeyRange {
    /// The first key behind all that begin with `prefix`.
    static func end(ofPrefix prefix: [UInt8]) -> [UInt8] {
        var end = prefix
        while let last = end.popLast() {
            guard last == 0xff else { return end + [last + 1] }
        }
        preconditionFailure("a prefix begins with a number that is not the largest")
    }
}
