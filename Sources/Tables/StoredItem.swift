public import Items

/// An item as the store keeps it: canonical DynamoDB JSON. Answers join these bytes as they are; the item is read from
/// them only where something must look inside.
public struct StoredItem: Sendable {
    public let json: [UInt8]
    private let known: Item?

    public init(_ item: Item) {
        json = item.json
        known = item
    }

    /// Bytes that the store holds.
    init(json: [UInt8]) {
        self.json = json
        known = nil
    }

    /// The item. Costs a pass over the bytes when it was read from the store.
    ///
    /// - Throws: `ItemError` for damaged bytes only.
    public var item: Item {
        get throws(ItemError) {
            if let known { return known }
            return try Item(json: json)
        }
    }

    /// The same with the item read, so that several looks inside cost one pass.
    func read() throws(ItemError) -> (stored: StoredItem, item: Item) {
        let item = try self.item
        return (StoredItem(json: json, known: item), item)
    }

    private init(json: [UInt8], known: Item) {
        self.json = json
        self.known = known
    }
}
