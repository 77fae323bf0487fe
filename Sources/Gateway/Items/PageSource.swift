import Items
import Tables

/// What a Query, a Scan or a SELECT reads: a table, or one of its indexes with what that holds.
struct PageSource {
    let tableName: String
    let index: TableDefinition.Index?
    let keySchema: KeySchema
    /// Nil where whole items are answered, and where none are.
    private(set) var projection: ProjectionExpression?
    /// Whether a local index is asked for more than it holds: the rest comes from the table.
    private(set) var fetchesWholeItems = false
    /// Where the read begins; nil for the beginning.
    let start: StartKey?
    let definition: TableDefinition

    /// - Throws: as the other.
    init(_ table: Table, _ parameters: ReadParameters) throws {
        try self.init(
            table, index: parameters.indexName, exclusiveStartKey: parameters.exclusiveStartKey,
            isConsistent: parameters.isConsistent)
    }

    /// - Throws: `TableError` or `ItemError` for an index that is not there or that cannot serve the request.
    init(_ table: Table, index indexName: String?, exclusiveStartKey: Item?, isConsistent: Bool) throws {
        definition = try table.definition
        tableName = table.name
        let index = try ItemOperations.index(indexName, of: definition)
        self.index = index
        keySchema = index?.keySchema ?? definition.keySchema
        start = exclusiveStartKey.map { [definition] in
            StartKey($0, table: definition.keySchema, index: index?.keySchema)
        }
        if let index, index.isGlobal, isConsistent {
            throw ItemError.validation("Consistent reads are not supported on global secondary indexes")
        }
    }

    /// Takes note of what is shown of the items.
    /// - Parameter selection: nil where the request has no `Select`.
    /// - Throws: `ItemError` for what the index does not hold.
    mutating func show(
        _ selection: Selection?, filter: ConditionExpression?, projection: ProjectionExpression?
    ) throws {
        self.projection = selection == .count ? nil : projection
        guard let index, let held = index.attributeNames(of: definition) else { return }
        let missing = (projection?.attributeNames ?? []).filter { !held.contains($0) }
        guard index.isGlobal else {
            fetchesWholeItems =
                selection == .allAttributes || !missing.isEmpty
                || !(filter?.attributeNames.isSubset(of: held) ?? true)
            return
        }
        guard selection != .allAttributes else {
            throw ItemError.validation(
                "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for "
                    + "global secondary index \(index.name) because its projection type is not ALL")
        }
        guard missing.isEmpty else {
            throw ItemError.validation(
                "One or more parameter values were invalid: Global secondary index \(index.name) does not project "
                    + "[\(missing.joined(separator: ", "))]")
        }
    }

    /// What a page costs: by all bytes evaluated, whatever the filter and the projection leave of them.
    func capacity(of page: ReadPage, isConsistent: Bool) -> Capacity {
        var capacity = Capacity()
        capacity.addRead(page.evaluatedBytes, index: index?.name, isConsistent: isConsistent)
        if fetchesWholeItems {
            // Each item is a read of its own; the page does not tell how large it was, so it counts as one unit.
            for _ in 0..<page.scannedCount { capacity.addRead(1, isConsistent: isConsistent) }
        }
        return capacity
    }
}

extension TableDefinition.Index {
    /// The attributes the index holds; nil when it holds them all.
    func attributeNames(of table: TableDefinition) -> Set<String>? {
        let keys = Set(keySchema.names + table.keySchema.names)
        switch projection {
        case .all: return nil
        case .keysOnly: return keys
        case .include(let names): return keys.union(names)
        }
    }
}

extension ConditionExpression {
    /// - Throws: `.validation` when it looks into a key attribute of the table or of its indexes.
    func checkKeyPaths(in table: TableDefinition) throws(ItemError) {
        try checkKeyPaths(table.keySchema.names, indexKeys: table.indexKeyNames)
    }
}

extension ProjectionExpression {
    /// - Throws: `.validation` when it looks into a key attribute of the table or of its indexes.
    func checkKeyPaths(in table: TableDefinition) throws(ItemError) {
        try checkKeyPaths(table.keySchema.names, indexKeys: table.indexKeyNames)
    }
}
