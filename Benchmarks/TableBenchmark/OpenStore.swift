import BenchmarkSupport
import Clocks
import Foundation
import Storage
import Tables

/// The Orders table in a folder, as the engine opens it.
final class OpenStore: Sendable {
    let database: Database
    let writer: GroupCommitWriter
    let tables: TableStore
    let table: Table

    init(path: String) async throws {
        database = try Database(folder: DataFolder(path: path))
        writer = GroupCommitWriter(database: database)
        tables = try await TableStore(database: database, writer: writer, time: SystemTime())
        table = try await tables.openTable(.orders)
    }

    /// Commits what waits. The folder is free once the last reference is gone.
    func close() async { await writer.close() }
}
