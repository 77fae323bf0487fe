import Items
import Tables

/// What a Query or Scan reads: a table, or one of its indexes with what that holds.
struct PageSource {
    let tableName: String
    let index: TableDefinition.Index?
    let keySchema: KeySchema
    /// Nil where whole items are answered, and where none are.
    let projection: ProjectionExpression?
    /// Whether a local index is asked for more than it holds: the rest comes from the table.
    let fetchesWholeItems: Bool

    /// - Throws: `TableError` or `ItemError` for an index that is not there or that cannot serve the request.
    init(
        _ table: Table, _ parameters: ReadParameters, filter: ConditionExpression?, projection: ProjectionExpression?
    ) throws {
        let definition = try table.definition
        tableName = table.name
        index = try ItemOperations.index(parameters.indexName, of: definition)
        keySchema = index?.keySchema ?? definition.keySchema
        self.projection = parameters.selection == .count ? nil : projection
        let keys = definition.keySchema.names + (index?.keySchema.names ?? [])
        try filter?.checkKeyPaths(keys)
        try projection?.checkKeyPaths(keys)
        guard let index else {
            fetchesWholeItems = false
            return
        }
        if index.isGlobal, parameters.isConsistent {
            throw ItemError.validation("Consistent reads are not supported on global secondary indexes")
        }
        guard let held = index.attributeNames(of: definition) else {
            fetchesWholeItems = false
            return
        }
        let missing = (projection?.attributeNames ?? []).filter { !held.contains($0) }
        guard index.isGlobal else {
            fetchesWholeItems =
                parameters.selection == .allAttributes || !missing.isEmpty
                || !(filter?.attributeNames.isSubset(of: held) ?? true)
            return
        }
        guard parameters.selection != .allAttributes else {
            throw ItemError.validation(
                "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for "
                    + "global secondary index \(index.name) because its projection type is not ALL")
        }
        guard missing.isEmpty else {
            throw ItemError.validation(
                "One or more parameter values were invalid: Global secondary index \(index.name) does not project "
                    + "[\(missing.joined(separator: ", "))]")
        }
        fetchesWholeItems = false
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
