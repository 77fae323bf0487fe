import Pipes
import Synchronization
import Telemetry

/// The pipes of a running engine. They come and go while it runs.
final class RunningPipes: Sendable {
    private let pipes = Mutex<[RunningPipe]>([])
    private let checkpoints: StoredCheckpoints
    private let metrics: MetricStore
    // Unbounded, but each pipe comes once.
    private let arrivals: AsyncStream<PipeController>
    private let arrival: AsyncStream<PipeController>.Continuation

    init(checkpoints: StoredCheckpoints, metrics: MetricStore) {
        self.checkpoints = checkpoints
        self.metrics = metrics
        (arrivals, arrival) = AsyncStream.makeStream()
    }

    /// The template's in its order, then the others in the order of their coming.
    var all: [RunningPipe] { pipes.withLock { $0 } }

    subscript(_ name: String) -> RunningPipe? { pipes.withLock { $0.first { $0.name == name } } }

    /// Adds a pipe, which runs from now on.
    func add(_ pipe: RunningPipe) {
        pipes.withLock { $0.append(pipe) }
        arrival.yield(pipe.controller)
    }

    /// Puts a pipe with other settings in the place of the one with its name.
    func replace(_ pipe: RunningPipe) {
        pipes.withLock { pipes in
            guard let place = pipes.firstIndex(where: { $0.name == pipe.name }) else { return }
            pipes[place] = pipe
        }
    }

    /// Runs all pipes, those added later as well, until ``shutDown()`` or cancellation. May be called once.
    ///
    /// - Parameter onFailure: hears of the first pipe that cannot go on, and why, at once: the others may be with their
    ///   targets for long.
    /// - Throws: what that pipe throws; the others are cancelled.
    func run(onFailure: @escaping @Sendable (String, any Error) -> Void) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for await controller in arrivals {
                group.addTask {
                    do {
                        try await controller.run()
                        if controller.isDeleted { try await self.forget(controller.name) }
                    } catch {
                        if !(error is CancellationError) { onFailure(controller.name, error) }
                        // A child's error does not end the group's body, which waits for the next pipe.
                        self.arrival.finish()
                        throw error
                    }
                }
            }
        }
    }

    /// The last step of a deletion: what is left of the pipe are its places in the stream, and its metrics' recorders. A new
    /// pipe of its name, which comes after this, has its own.
    private func forget(_ name: String) async throws {
        try await checkpoints.removeAll(pipe: name)
        PipeMetrics.retire(name, in: metrics)
        pipes.withLock { $0.removeAll { $0.name == name } }
    }

    /// Ends ``run()`` once what is with the targets is settled.
    func shutDown() {
        arrival.finish()
        for pipe in all { pipe.controller.shutDown() }
    }
}
