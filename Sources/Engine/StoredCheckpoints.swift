import Foundation
import Pipes
import Storage

/// Checkpoints in the store. They need no sync: a checkpoint lost to power loss is made again by delivering again.
struct StoredCheckpoints: CheckpointStore {
    let database: Database
    let writer: GroupCommitWriter

    func load(pipe: String, shardID: String) throws -> Checkpoint? {
        guard let bytes = try database.get(.checkpoints, Self.key(pipe, shardID)) else { return nil }
        return try JSONDecoder().decode(Checkpoint.self, from: Data(bytes))
    }

    func save(_ checkpoint: Checkpoint, pipe: String, shardID: String) async throws {
        let value = Array(try JSONEncoder().encode(checkpoint))
        try await writer.commit(durability: .unsynced, admission: .always) { transaction in
            transaction.put(.checkpoints, Self.key(pipe, shardID), value)
        }
    }

    /// Forgets all of a pipe's places.
    func removeAll(pipe: String) async throws {
        // "0" follows the slash in ASCII: no other pipe's keys lie between.
        let (lower, upper) = (Self.key(pipe, ""), Array("\(pipe)0".utf8))
        var keys: [[UInt8]] = []
        try database.scan(.checkpoints, from: lower, to: upper) { key, _ in
            keys.append(key.bytes())
            return true
        }
        try await writer.commit(admission: .always) { [keys] transaction in
            for key in keys { transaction.delete(.checkpoints, key) }
        }
    }

    static func key(_ pipe: String, _ shardID: String) -> [UInt8] { Array("\(pipe)/\(shardID)".utf8) }
}
