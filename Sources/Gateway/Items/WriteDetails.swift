import Items
import Tables

/// What several writes cost, and which item collections they changed, by table in the order of their first writes.
struct WriteDetails {
    private struct Entry {
        let table: Table
        let definition: TableDefinition
        var capacity = Capacity()
        /// One key, or item with it, of each collection.
        var keys: [Item] = []
    }

    private var entries: [Entry] = []
    private let options: AnswerOptions
    private let kind: Capacity.Kind?

    /// - Parameters:
    ///   - results: one for each write.
    ///   - isTransaction: in one, writes cost twice.
    init(
        _ writes: [ItemWrite], _ results: [WriteResult], _ options: AnswerOptions, isTransaction: Bool = false
    ) throws {
        self.options = options
        kind = isTransaction ? .write : nil
        guard options.capacityDetail != .none || options.wantsCollectionMetrics else { return }
        for (write, result) in zip(writes, results) {
            let place = try place(of: write.table)
            if options.capacityDetail != .none {
                try entries[place].capacity.addWrite(result, to: write.table, isTransaction: isTransaction)
            }
            if case .check = write.change { continue }
            let hashKey = entries[place].definition.keySchema.hashKey.name
            let key = write.change.keyOrItem
            if !entries[place].keys.contains(where: { $0[hashKey] == key[hashKey] }) { entries[place].keys.append(key) }
        }
    }

    private mutating func place(of table: Table) throws -> Int {
        if let known = entries.firstIndex(where: { $0.table === table }) { return known }
        entries.append(Entry(table: table, definition: try table.definition))
        return entries.count - 1
    }

    /// Writes the members `ItemCollectionMetrics` and `ConsumedCapacity`, each if it was asked for.
    func write(to json: inout JSONWriter) {
        let collections = entries.filter { $0.definition.hasItemCollections && !$0.keys.isEmpty }
        if options.wantsCollectionMetrics, !collections.isEmpty {
            json.member("ItemCollectionMetrics") { json in
                for entry in collections {
                    json.member(entry.table.name, entry.keys) { json, key in
                        json.collectionMetrics(key, entry.definition.keySchema)
                    }
                }
            }
        }
        if options.capacityDetail != .none {
            json.member("ConsumedCapacity", entries) { json, entry in
                json.capacity(
                    entry.capacity, of: entry.table.name, options.capacityDetail,
                    indexes: entry.definition.indexes, kind: kind)
            }
        }
    }
}

extension ItemWrite.Change {
    /// Something that holds the key attributes.
    var keyOrItem: Item {
        switch self {
        case .put(let item): item
        case .update(let key, _), .delete(let key), .check(let key): key
        }
    }
}
