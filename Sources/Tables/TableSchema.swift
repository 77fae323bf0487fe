import Clocks
import Items

/// A table as it is at one moment: what reads and writes go by. Replaced as a whole when the table changes, so that one
/// operation never sees half of a change.
final class TableSchema: Sendable {
    let stored: StoredTable
    let number: UInt32
    let keys: TableKeys
    /// The stream that records changes; nil without one.
    let stream: ChangeStream?
    /// What each index shows, in the order of the definition; nil for whole items.
    private let projections: [ProjectionExpression?]

    init(_ stored: StoredTable, number: UInt32, stream: ChangeStream?) {
        self.stored = stored
        self.number = number
        self.stream = stream
        keys = TableKeys(number: number, stored: stored)
        projections = stored.definition.indexes.map { Self.projection($0, table: stored.definition.keySchema) }
    }

    var definition: TableDefinition { stored.definition }

    /// - Throws: AWS's validation error when there is no such index.
    func index(_ name: String) throws(TableError) -> (
        definition: TableDefinition.Index, keys: IndexKeys, projection: ProjectionExpression?
    ) {
        guard let place = definition.indexes.firstIndex(where: { $0.name == name }) else {
            throw .validation("The table does not have the specified index: \(name)")
        }
        return (definition.indexes[place], keys.indexes[place], projections[place])
    }

    private static func projection(_ index: TableDefinition.Index, table: KeySchema) -> ProjectionExpression? {
        let keys = table.names + index.keySchema.names
        switch index.projection {
        case .all: return nil
        case .keysOnly: return ProjectionExpression(attributeNames: keys)
        case .include(let others): return ProjectionExpression(attributeNames: keys + others)
        }
    }
}
