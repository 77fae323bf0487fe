import Foundation

/// A path of its own below the system's temporary folder. What lies there is removed with the value.
final class TemporaryFolder: Sendable {
    let path: String

    init() { path = NSTemporaryDirectory() + "sluice-storage-\(UUID().uuidString)" }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Every file and folder below, with its contents: two equal listings are the same folder byte for byte.
    func listing() throws -> [String: Data?] {
        var listing: [String: Data?] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder)
            listing[name] = .some(
                isFolder.boolValue ? nil : try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
        }
        return listing
    }

    /// Creates a file and the folders above it.
    func write(_ text: String, to name: String) throws {
        let url = URL(fileURLWithPath: "\(path)/\(name)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }
}
