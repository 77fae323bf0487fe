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
        // JSON is never shorter than the size by AWS's rules, so that most items need not be measured.
        let isSmall = max(result.old?.json.count ?? 0, result.new?.json.count ?? 0) <= Self.writeUnitBytes
        if isSmall, schema.keys.indexes.isEmpty { return (1, [:]) }
        func units(_ items: Item?...) -> Int {
            isSmall ? 1 : Self.units(items.reduce(0) { max($0, $1?.sizeBytes ?? 0) })
        }
        let (old, new) = (try result.old?.item, try result.new?.item)
        var indexes: [String: Int] = [:]
        for keys in schema.keys.indexes {
            let projection = try schema.index(keys.name).projection
            func shown(_ item: Item?) -> Item? { item.map { projection?.apply(to: $0) ?? $0 } }
            func key(_ item: Item?) -> [UInt8]? { item.flatMap { keys.entry(of: $0, primaryKey: []) } }
            switch (key(old), key(new)) {
            case (nil, nil): break
            case (_?, nil): indexes[keys.name] = units(shown(old))
            case (nil, _?): indexes[keys.name] = units(shown(new))
            case (let before?, let after?) where before == after:
                let (before, after) = (shown(old), shown(new))
                if before != after { indexes[keys.name] = units(before, after) }
            case (_?, _?): indexes[keys.name] = units(shown(old)) + units(shown(new))
            }
        }
        return (units(old, new), indexes)
    }

    private static func units(_ bytes: Int) -> Int { max(1, (bytes + writeUnitBytes - 1) / writeUnitBytes) }
}
