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

/// A folder that goes away with its last reference.
final class TemporaryFolder: Sendable {
    let path: String

    /// - Parameter parent: where to make it; a file system in memory would make syncs free.
    init(in parent: String?) throws {
        let parent = parent ?? NSTemporaryDirectory()
        path = (parent as NSString).appendingPathComponent("sluice-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Size of all files in it.
    var bytes: Int {
        guard let files = FileManager.default.enumerator(atPath: path) else { return 0 }
        return files.reduce(0) { sum, _ in sum + ((files.fileAttributes?[.size] as? Int) ?? 0) }
    }
}
