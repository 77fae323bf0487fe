import Clocks
import Foundation
import Pipes
import Storage

/// A pipe's replay from its table, as the data folder keeps it.
struct StoredReplay: Codable {
    /// The table's id: the place is none in another table, whatever its name.
    let tableID: String
    /// Tells this replay's event ids from another's.
    let seed: UInt64
    let begunAt: Timestamp
    let recordsPerSecond: Int?
    /// How many items there were at the beginning.
    let itemCount: Int
    /// The stored key of the last settled item; empty before the first.
    var key = Data()
    var checkpoint: Checkpoint
}

/// Where a pipe's replay from its table is kept: among the pipe's places in its stream.
struct ReplayPlace: Sendable {
    /// What stands for the table among the pipe's shards.
    static let shardID = "table"

    private let checkpoints: StoredCheckpoints
    private let pipe: String
    private var key: [UInt8] { StoredCheckpoints.key(pipe, Self.shardID) }

    init(_ checkpoints: StoredCheckpoints, pipe: String) {
        self.checkpoints = checkpoints
        self.pipe = pipe
    }

    func load() throws -> StoredReplay? {
        try checkpoints.database.get(.checkpoints, key).map {
            try JSONDecoder().decode(StoredReplay.self, from: Data($0))
        }
    }

    func save(_ replay: StoredReplay, durability: GroupCommitWriter.Durability) async throws {
        let value = Array(try JSONEncoder().encode(replay))
        try await checkpoints.writer.commit(durability: durability, admission: .always) { [key] transaction in
            transaction.put(.checkpoints, key, value)
        }
    }

    /// Forgets the replay and saves a shard's checkpoint, both or neither.
    func end(with checkpoint: Checkpoint, shardID: String) async throws {
        let value = Array(try JSONEncoder().encode(checkpoint))
        try await checkpoints.writer.commit(admission: .always) { [key, pipe] transaction in
            transaction.delete(.checkpoints, key)
            transaction.put(.checkpoints, StoredCheckpoints.key(pipe, shardID), value)
        }
    }
}
