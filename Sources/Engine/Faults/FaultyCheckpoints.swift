import Faults
import Pipes

/// A store that refuses a pipe's places now and then.
struct FaultyCheckpoints: CheckpointStore {
    let store: any CheckpointStore
    let injector: FaultInjector

    func load(pipe: String, shardID: String) throws -> Checkpoint? { try store.load(pipe: pipe, shardID: shardID) }

    func save(_ checkpoint: Checkpoint, pipe: String, shardID: String) async throws {
        if let rule = injector.draw(.pipe, pipe, .save) { throw injector.refusal(rule) }
        try await store.save(checkpoint, pipe: pipe, shardID: shardID)
    }
}
