public import Clocks
import Synchronization

/// A pipe with a switch: it can be stopped, started again and set back in its stream while everything around it runs.
///
/// A stop is remembered by whoever saves the desired state, so that a restart does not undo it.
public final class PipeController: Sendable {
    /// What is asked for: DesiredState.
    public enum DesiredState: String, Sendable, Codable {
        case running = "RUNNING"
        case stopped = "STOPPED"
    }

    /// What is so: CurrentState.
    public enum CurrentState: String, Sendable, Codable {
        case running = "RUNNING"
        case stopped = "STOPPED"
        /// Begins within the moment.
        case starting = "STARTING"
        /// Takes nothing new; what is with the target is being settled.
        case stopping = "STOPPING"
    }

    private enum Job {
        case run(Pipe)
        case replay(Replay, CheckedContinuation<Void, any Error>)
    }

    private struct Control {
        var desired: DesiredState
        var current = CurrentState.stopped
        /// The pipe that runs, or will run next.
        var pipe: Pipe
        var replays: [(Replay, CheckedContinuation<Void, any Error>)] = []
        /// How fast the next run reads what it has read before.
        var pace: Replay.Pace?
        var isShutDown = false
    }

    public let configuration: PipeConfiguration
    public let streamARN: String
    private let make: @Sendable (Replay.Pace?) -> Pipe
    private let save: @Sendable (DesiredState) async throws -> Void
    private let shards: [any StreamShard]
    private let checkpoints: any CheckpointStore
    private let control: Mutex<Control>
    private let wishes: AsyncStream<Void>
    private let wish: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - desired: the state that was saved last, or else the template's.
    ///   - save: stores the desired state durably.
    ///   - make: a new pipe for each run.
    public init(
        configuration: PipeConfiguration, shards: [any StreamShard], checkpoints: any CheckpointStore,
        desired: DesiredState, save: @escaping @Sendable (DesiredState) async throws -> Void,
        make: @escaping @Sendable (Replay.Pace?) -> Pipe
    ) {
        self.configuration = configuration
        self.shards = shards
        self.checkpoints = checkpoints
        self.save = save
        self.make = make
        streamARN = shards.first?.streamARN ?? ""
        control = Mutex(Control(desired: desired, pipe: make(nil)))
        (wishes, wish) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        wish.yield()
    }

    public var desiredState: DesiredState { control.withLock { $0.desired } }
    public var currentState: CurrentState { control.withLock { $0.current } }

    /// How the pipe stands; of a stopped one, where it would go on.
    public var snapshot: PipeSnapshot { control.withLock { $0.pipe }.snapshot }

    // MARK: Running

    /// Runs the pipe whenever it is asked to run, until ``shutDown()`` or cancellation. May be called once.
    ///
    /// - Throws: what the store throws.
    public func run() async throws {
        for await _ in wishes {
            while let job = nextJob() {
                switch job {
                case .run(let pipe):
                    try await pipe.run()
                    control.withLock { control in
                        control.current = .stopped
                        control.pipe = make(nil)
                    }
                case .replay(let replay, let done):
                    do {
                        try await setBack(replay)
                        done.resume()
                    } catch {
                        done.resume(throwing: error)
                    }
                }
            }
            if control.withLock({ $0.isShutDown }) { return }
        }
        try Task.checkCancellation()
    }

    private func nextJob() -> Job? {
        control.withLock { control in
            guard !control.isShutDown else { return nil }
            if !control.replays.isEmpty {
                let (replay, done) = control.replays.removeFirst()
                return .replay(replay, done)
            }
            guard control.desired == .running else {
                control.current = .stopped
                return nil
            }
            if let pace = control.pace {
                control.pace = nil
                control.pipe = make(pace)
            }
            control.current = .running
            return .run(control.pipe)
        }
    }

    /// Ends ``run()`` once what is with the target is settled. The desired state stays as it is.
    public func shutDown() {
        let refused = control.withLock { control in
            control.isShutDown = true
            control.pipe.stop()
            defer { control.replays = [] }
            return control.replays
        }
        for (_, done) in refused { done.resume(throwing: CancellationError()) }
        wish.yield()
    }

    // MARK: Wishes

    /// Lets the pipe run from where it stands. Nothing happens to one that runs.
    public func start() async throws {
        try await save(.running)
        control.withLock { control in
            control.desired = .running
            if control.current == .stopped { control.current = .starting }
        }
        wish.yield()
    }

    /// Stops the pipe; what is with the target is settled first.
    public func stop() async throws {
        try await save(.stopped)
        control.withLock { control in
            control.desired = .stopped
            // Only one that runs: one that is to run next would take the wish along.
            guard control.current == .running else { return }
            control.current = .stopping
            control.pipe.stop()
        }
    }

    /// Sets the pipe back, or forward, to another place in its stream. One that runs is stopped for the moment of it and
    /// then goes on; one that is stopped stays so.
    ///
    /// Records behind the place are delivered again, whatever their item has been through since.
    public func replay(_ replay: Replay) async throws {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            let isRefused = control.withLock { control in
                guard !control.isShutDown else { return true }
                control.replays.append((replay, done))
                if control.current == .running { control.pipe.stop() }
                return false
            }
            if isRefused { done.resume(throwing: CancellationError()) }
            wish.yield()
        }
    }

    private func setBack(_ replay: Replay) async throws {
        var until: UInt64 = 0
        for shard in shards {
            var checkpoint =
                try checkpoints.load(pipe: configuration.name, shardID: shard.shardID) ?? Checkpoint()
            until = max(until, checkpoint.sequence)
            checkpoint.sequence = try replay.place(in: shard)
            try await checkpoints.save(checkpoint, pipe: configuration.name, shardID: shard.shardID)
        }
        control.withLock { control in
            control.pipe = make(nil)
            control.pace = replay.recordsPerSecond.map {
                Replay.Pace(recordsPerSecond: Double($0) / Double(max(1, shards.count)), until: until)
            }
        }
    }
}

/// From where a pipe is to deliver again.
public struct Replay: Sendable, Hashable {
    public enum Position: Sendable, Hashable {
        /// The oldest record that the stream holds.
        case trimHorizon
        /// The record with this sequence, in whichever shard it is, and all that follow it in any.
        case sequence(UInt64)
        /// The first record that arrived at this time or later.
        case time(Timestamp)
    }

    /// How fast records are read until one is reached that was read before the replay.
    public struct Pace: Sendable, Hashable {
        var recordsPerSecond: Double
        var until: UInt64
    }

    public var position: Position
    /// Most records a second over all shards, 1 or more; nil for as fast as it goes.
    public var recordsPerSecond: Int?

    public init(from position: Position, recordsPerSecond: Int? = nil) {
        self.position = position
        self.recordsPerSecond = recordsPerSecond
    }

    /// The record before the first one to be delivered.
    func place(in shard: any StreamShard) throws -> UInt64 {
        switch position {
        case .trimHorizon: 0
        case .sequence(let sequence): sequence == 0 ? 0 : sequence - 1
        case .time(let time): try shard.sequence(before: time)
        }
    }
}
