import Foundation
import Items

/// The tables that a request for items is about, and whether it writes. Read apart from the request itself, which may be
/// refused: then there are no tables.
struct RequestSubject: Hashable {
    var tables: [String] = []
    var isWrite: Bool

    /// The members that name tables, in all operations but ExecuteStatement.
    private struct Names: Decodable {
        struct Named: Decodable { let TableName: String? }
        struct Anything: Decodable { init(from decoder: any Decoder) {} }
        let TableName: String?
        let RequestItems: [String: Anything]?
        let TransactItems: [[String: Named]]?
    }

    init(_ operation: ItemOperation, body: [UInt8]) {
        switch operation {
        case .putItem, .updateItem, .deleteItem, .batchWriteItem, .transactWriteItems: isWrite = true
        case .getItem, .query, .scan, .batchGetItem, .transactGetItems: isWrite = false
        case .executeStatement:
            isWrite = false
            guard let request = try? ExecuteStatementRequest(body) else { return }
            switch request.statement {
            case .select(let selection): tables = [selection.table]
            case .insert(let table, _), .update(let table, _, _, _), .delete(let table, _, _):
                tables = [table]
                isWrite = true
            }
            return
        }
        guard let names = try? JSONDecoder().decode(Names.self, from: Data(body)) else { return }
        var all = [names.TableName].compactMap { $0 }
        all += names.RequestItems?.keys.sorted() ?? []
        all += names.TransactItems?.flatMap(\.values).compactMap(\.TableName) ?? []
        for name in all.map(TableReference.name) where !tables.contains(name) { tables.append(name) }
    }
}
