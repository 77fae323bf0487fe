import Items

/// The tables that a request for items is about, and whether it writes. Read apart from the request itself, which may be
/// refused: then there are no tables. The tables' writer may have to wait for it, so the body is read in one pass that
/// makes nothing of what it passes over, and not before the tables are asked for.
struct RequestSubject {
    /// Most tables that are named. AWS: 100 keys in a batch, and parts of a transaction.
    static let tablesMax = 100

    let isWrite: Bool
    private let operation: ItemOperation
    private let body: [UInt8]
    /// Of a statement, which itself says whether it writes.
    private var statementTable: String?

    init(_ operation: ItemOperation, body: [UInt8]) {
        self.operation = operation
        self.body = body
        switch operation {
        case .putItem, .updateItem, .deleteItem, .batchWriteItem, .transactWriteItems: isWrite = true
        case .getItem, .query, .scan, .batchGetItem, .transactGetItems: isWrite = false
        case .executeStatement:
            guard let request = try? ExecuteStatementRequest(body) else {
                isWrite = false
                return
            }
            switch request.statement {
            case .select(let selection):
                statementTable = selection.table
                isWrite = false
            case .insert(let table, _), .update(let table, _, _, _), .delete(let table, _, _):
                statementTable = table
                isWrite = true
            }
        }
    }

    /// Their names, each once. Passes over the body at each call.
    var tables: [String] {
        var names = TableNames()
        do throws(ItemError) {
            switch operation {
            case .putItem, .getItem, .updateItem, .deleteItem, .query, .scan: try names.readTableName(body)
            case .batchGetItem, .batchWriteItem: try names.readRequestItems(body)
            case .transactGetItems, .transactWriteItems: try names.readTransactItems(body)
            case .executeStatement: if let statementTable { names.add(statementTable) }
            }
        } catch {
            return []
        }
        return names.found
    }
}

/// The names of tables in the body of a request, in the order in which they come.
private struct TableNames {
    private(set) var found: [String] = []
    private var known: Set<String> = []

    private var isFull: Bool { found.count >= RequestSubject.tablesMax }

    mutating func add(_ table: String) {
        let name = TableReference.name(table)
        guard !isFull, known.insert(name).inserted else { return }
        found.append(name)
    }

    mutating func readTableName(_ body: [UInt8]) throws(ItemError) {
        var reader = JSONReader(body)
        var table: String?
        try reader.request { reader, member throws(ItemError) in
            guard case "TableName" = member else { return try reader.skipValue() }
            table = try reader.string()
        }
        if let table { add(table) }
    }

    /// They come sorted.
    mutating func readRequestItems(_ body: [UInt8]) throws(ItemError) {
        var reader = JSONReader(body)
        try reader.request { reader, member throws(ItemError) in
            guard case "RequestItems" = member else { return try reader.skipValue() }
            try reader.map(of: "") { reader, table throws(ItemError) in
                add(table)
                try reader.skipValue()
            }
        }
        found.sort()
    }

    mutating func readTransactItems(_ body: [UInt8]) throws(ItemError) {
        var reader = JSONReader(body)
        try reader.request { reader, member throws(ItemError) in
            guard case "TransactItems" = member else { return try reader.skipValue() }
            try reader.array { reader throws(ItemError) in
                try reader.element("") { reader, member throws(ItemError) in
                    switch member {
                    case "ConditionCheck", "Delete", "Get", "Put", "Update":
                        try reader.object("") { reader, member throws(ItemError) in
                            guard !isFull, case "TableName" = member else { return try reader.skipValue() }
                            add(try reader.string())
                        }
                    default: try reader.skipValue()
                    }
                }
            }
        }
    }
}
