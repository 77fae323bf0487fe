import Items

extension Table {
    /// Bytes that one write unit pays for. AWS: 1 KB, rounded up.
    static let writeUnitBytes = 1_024

    /// What a write costs: the table's units and, by name, those of each index whose entry changed.
    ///
    /// A write costs by the larger of the item before and after; an index that gets a new entry or loses one pays for it, one
    /// whose entry moves pays for both (AWS, "Write capacity for secondary indexes").
    public func writeUnits(_ result: WriteResult) throws -> (table: Int, indexes: [String: Int]) {
        let schema = try schema
        // JSON is never shorter than the size by AWS's rules, so that of most items need not be read.
        if schema.keys.indexes.isEmpty,
            max(result.old?.json.count ?? 0, result.new?.json.count ?? 0) <= Self.writeUnitBytes
        {
            return (1, [:])
        }
        let (old, new) = (try result.old?.item, try result.new?.item)
        let table = Self.units(max(old?.sizeBytes ?? 0, new?.sizeBytes ?? 0))
        var indexes: [String: Int] = [:]
        for keys in schema.keys.indexes {
            let projection = try schema.index(keys.name).projection
            func shown(_ item: Item?) -> (key: [UInt8], item: Item)? {
                item.flatMap { item in
                    keys.entry(of: item, primaryKey: []).map { ($0, projection?.apply(to: item) ?? item) }
                }
            }
            let units: Int
            switch (shown(old), shown(new)) {
            case (nil, nil): continue
            case (let entry?, nil), (nil, let entry?): units = Self.units(entry.item.sizeBytes)
            case (let before?, let after?) where before.key == after.key:
                guard before.item != after.item else { continue }
                units = Self.units(max(before.item.sizeBytes, after.item.sizeBytes))
            case (let before?, let after?):
                units = Self.units(before.item.sizeBytes) + Self.units(after.item.sizeBytes)
            }
            indexes[keys.name] = units
        }
        return (table, indexes)
    }

    private static func units(_ bytes: Int) -> Int { max(1, (bytes + writeUnitBytes - 1) / writeUnitBytes) }
}
