import Items
import Tables

/// Which item of which table: what a batch or a transaction may name only once.
struct ItemIdentity: Hashable {
    private let table: String
    private let key: [UInt8]

    /// - Throws: `ItemError` for a key that is none of the table's.
    init(_ table: Table, key: Item) throws {
        self.table = table.name
        self.key = try table.encodedKey(key)
    }
}
