internal import CRocksDB
import Foundation

extension Database {
    /// Writes the store as it is now to a new or empty folder, which is then a data folder of its own: it can be opened,
    /// or restored with ``DataFolder/restore(from:to:)``. Writes go on meanwhile.
    ///
    /// Table files are hard links where the file system allows it, so a backup on the same disk takes little room and time
    /// at first; elsewhere they are copied. Write buffers go to disk first. Functions' logs are not part of it.
    ///
    /// - Throws: ``StorageError`` with code `notEmpty`, `notWritable` or `brokenOff`. What a failed or killed backup leaves
    ///   has no format mark, so it is neither opened nor restored.
    public func checkpoint(to path: String) throws {
        let target = URL(fileURLWithPath: path).standardizedFileURL.path
        try EmptyFolder.prepare(target, for: "backup")
        let store = target + "/store"
        do {
            var error: UnsafeMutablePointer<CChar>?
            let checkpoint = rocksdb_checkpoint_object_create(handle, &error)
            try check(&error, "backup")
            defer { rocksdb_checkpoint_object_destroy(checkpoint) }
            let sequence = rocksdb_get_latest_sequence_number(handle)
            // 0: the write buffers are flushed, so that the backup needs no log but for what is written meanwhile.
            rocksdb_checkpoint_create(checkpoint, store, 0, &error)
            try check(&error, "backup")
            try FileManager.default.createDirectory(atPath: target + "/logs", withIntermediateDirectories: false)
            // What RocksDB has copied it has not synced everywhere. Links cost nothing here: their contents are on disk.
            for name in try FileManager.default.contentsOfDirectory(atPath: store) {
                try DataFolder.sync("\(store)/\(name)")
            }
            for folder in [store, target + "/logs", target] { try DataFolder.sync(folder) }
            SyncedMark(folder: target)?.write(sequence)
            // The mark comes last: only now is it a data folder.
            try FormatMark.write(folder.markedFormat, to: target)
            try DataFolder.sync(target)
        } catch {
            EmptyFolder.clear(target)
            throw StorageError(
                .brokenOff,
                "The backup to \(target) broke off (\((error as? StorageError)?.message ?? DataFolder.reason(error))); "
                    + "check that disk's space and try again.")
        }
    }
}
