import Items
import Tables

extension JSONWriter {
    /// One `ItemCollectionMetrics`: the hash key of the collection, and the gigabytes it is estimated to lie between.
    ///
    /// Collections are not measured: the estimate is that of one below a gigabyte.
    mutating func collectionMetrics(_ key: Item, _ schema: KeySchema) {
        object { json in
            var collectionKey = Item()
            collectionKey[schema.hashKey.name] = key[schema.hashKey.name]
            json.member("ItemCollectionKey", raw: collectionKey.json)
            json.member("SizeEstimateRangeGB", raw: "[0.0,1.0]".utf8)
        }
    }
}

extension TableDefinition {
    /// AWS tells of item collections only where there are: in tables with local indexes.
    var hasItemCollections: Bool { indexes.contains { !$0.isGlobal } }
}
