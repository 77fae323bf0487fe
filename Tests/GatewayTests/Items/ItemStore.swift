import Clocks
import Foundation
import Items
import Storage
import Synchronization
import Tables

@testable import Gateway

/// Tables in a folder of their own, asked through the operations as a client asks them.
final class ItemStore: Sendable {
    /// 2025-01-02T03:00:00Z.
    private static let start = Timestamp(milliseconds: 1_735_786_800_000)

    private let path = NSTemporaryDirectory() + "sluice-gateway-\(UUID().uuidString)"
    let operations: ItemOperations

    /// - Parameter tables: `hash` and `range` if none are given.
    init(
        _ tables: [TableDefinition] = [.hash, .range], batchGetBytesMax: Int? = nil, transactionBytesMax: Int? = nil
    ) async throws {
        let database = try Database(folder: DataFolder(path: path))
        let store = try await TableStore(
            database: database, writer: GroupCommitWriter(database: database), time: ManualTime(start: Self.start))
        for table in tables { _ = try await store.createTable(table) }
        var operations = ItemOperations(store: store)
        if let batchGetBytesMax { operations.batchGetBytesMax = batchGetBytesMax }
        if let transactionBytesMax { operations.transactionBytesMax = transactionBytesMax }
        self.operations = operations
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The answer as text.
    func ask(_ operation: ItemOperation, _ body: String) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            operations.answer(operation, body: Array(body.utf8)) { outcome in
                continuation.resume(with: outcome.map { String(decoding: $0, as: UTF8.self) })
            }
        }
    }

    /// The exception's name and message; nil when there is an answer.
    func refusal(_ operation: ItemOperation, _ body: String) async -> String? {
        do {
            _ = try await ask(operation, body)
            return nil
        } catch let error as TableError {
            return "\(error.code.name): \(error.message)"
        } catch let error as ItemError {
            return "\(error.code == .validation ? "ValidationException" : "SerializationException"): \(error.message)"
        } catch {
            return "\(error)"
        }
    }
}

extension TableDefinition {
    /// One string key, `a`.
    static let hash = TableDefinition(name: "hash", keySchema: KeySchema(hashKey: .init(name: "a", type: .string)))

    /// Two string keys, `a` and `b`, a local index `byC` that holds keys only, and global indexes: `byD` holds keys
    /// only, `byE` everything.
    static let range = TableDefinition(
        name: "range",
        keySchema: KeySchema(hashKey: .init(name: "a", type: .string), rangeKey: .init(name: "b", type: .string)),
        indexes: [
            Index(
                name: "byC",
                keySchema: KeySchema(
                    hashKey: .init(name: "a", type: .string), rangeKey: .init(name: "c", type: .number)),
                isGlobal: false, projection: .keysOnly),
            Index(
                name: "byD", keySchema: KeySchema(hashKey: .init(name: "d", type: .string)), projection: .keysOnly),
            Index(name: "byE", keySchema: KeySchema(hashKey: .init(name: "e", type: .string))),
        ])
}
