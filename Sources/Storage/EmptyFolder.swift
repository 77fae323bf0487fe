import Foundation

/// The place that a backup or a restored folder is to take.
enum EmptyFolder {
    /// Makes sure that there is an empty folder, creating it and what is missing above it.
    ///
    /// - Parameter purpose: what it is for, in a word.
    static func prepare(_ path: String, for purpose: String) throws {
        let manager = FileManager.default
        var isDirectory: ObjCBool = false
        do {
            guard manager.fileExists(atPath: path, isDirectory: &isDirectory) else {
                return try DataFolder.createDurably(path)
            }
            guard isDirectory.boolValue, try manager.contentsOfDirectory(atPath: path).isEmpty else {
                throw StorageError(
                    .notEmpty, "The place \(path) for the \(purpose) is not empty; give a new or an empty folder.")
            }
        } catch let error as StorageError {
            throw error
        } catch {
            throw StorageError(
                .notWritable,
                "The folder \(path) for the \(purpose) cannot be created (\(DataFolder.reason(error))); choose another."
            )
        }
    }

    /// Removes what a broken off copy has left in a folder that was empty before. What cannot be removed stays: without a
    /// mark it is taken for nothing.
    static func clear(_ path: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        for name in names { try? FileManager.default.removeItem(atPath: "\(path)/\(name)") }
    }
}
