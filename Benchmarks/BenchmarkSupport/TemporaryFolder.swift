import Foundation

/// A folder that goes away with its last reference.
package final class TemporaryFolder: Sendable {
    package let path: String

    /// - Parameter parent: where to make it; a file system in memory would make syncs free.
    package init(in parent: String?) throws {
        let parent = parent ?? NSTemporaryDirectory()
        path = (parent as NSString).appendingPathComponent("sluice-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Size of all files in it.
    package var bytes: Int {
        guard let files = FileManager.default.enumerator(atPath: path) else { return 0 }
        return files.reduce(0) { sum, _ in sum + ((files.fileAttributes?[.size] as? Int) ?? 0) }
    }
}
