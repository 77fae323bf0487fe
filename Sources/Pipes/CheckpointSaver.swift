import Clocks
import Synchronization

/// Saves a shard's checkpoint now and then instead of at each step. What lies between two saves is sent again after a
/// crash, which at-least-once delivery allows.
final class CheckpointSaver: Sendable {
    /// Shortest time between two saves.
    static let interval = Duration.milliseconds(50)

    private struct State {
        var saved: Checkpoint
        var latest: Checkpoint
    }

    private let store: any CheckpointStore
    private let pipe: String
    private let shardID: String
    private let state: Mutex<State>
    private let changes: AsyncStream<Void>
    private let changed: AsyncStream<Void>.Continuation

    init(store: any CheckpointStore, pipe: String, shardID: String, saved: Checkpoint) {
        self.store = store
        self.pipe = pipe
        self.shardID = shardID
        state = Mutex(State(saved: saved, latest: saved))
        (changes, changed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes note of a checkpoint that may be saved.
    func offer(_ checkpoint: Checkpoint) {
        let isNew = state.withLock { state in
            guard checkpoint.sequence != state.latest.sequence else { return false }
            state.latest = checkpoint
            return true
        }
        if isNew { changed.yield() }
    }

    /// Takes note of the checkpoint with which a run ends: its totals may have grown while its place has not moved.
    func offerLast(_ checkpoint: Checkpoint) { state.withLock { $0.latest = checkpoint } }

    /// Saves what is offered until the task is cancelled.
    func run(time: any TimeSource) async throws {
        for await _ in changes {
            try await saveNow()
            do {
                try await time.sleep(for: Self.interval)
            } catch is CancellationError {
                return
            }
        }
    }

    /// Saves the latest checkpoint if it is not saved yet.
    func saveNow() async throws {
        let pending = state.withLock { $0.latest == $0.saved ? nil : $0.latest }
        guard let pending else { return }
        try await store.save(pending, pipe: pipe, shardID: shardID)
        state.withLock { $0.saved = pending }
    }
}
