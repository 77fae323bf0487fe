public import Logging
import Synchronization

/// A pipe with a switch: it can be stopped, started again, changed and set back in its stream while everything around it
/// runs.
///
/// What is asked for is done in ``run()``, in its own time: what is with the target is settled first. Storing a wish, so
/// that a restart does not undo it, is up to who has it.
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
        /// Is there, and begins within the moment.
        case creating = "CREATING"
        /// Begins within the moment.
        case starting = "STARTING"
        /// Takes nothing new; what is with the target is being settled.
        case stopping = "STOPPING"
        /// As stopping; goes on with its new definition then.
        case updating = "UPDATING"
        /// As stopping; will be gone then.
        case deleting = "DELETING"
        /// Is to run and cannot.
        case startFailed = "START_FAILED"
    }

    private enum Job {
        case run(Pipe)
        case replay(Replay, CheckedContinuation<Void, any Error>)
    }

    private struct Control {
        var desired: DesiredState
        var current: CurrentState
        var work: PipeWork
        /// The pipe that runs, or will run next; nil while there is nothing to run.
        var pipe: Pipe?
        var isRunning = false
        var replays: [(Replay, CheckedContinuation<Void, any Error>)] = []
        /// How fast the next run reads what it has read before.
        var pace: Replay.Pace?
        var isDeleted = false
        var isShutDown = false
        var isEnding: Bool { isDeleted || isShutDown }
    }

    public let name: String
    private let logger: Logger
    private let control: Mutex<Control>
    private let wishes: AsyncStream<Void>
    private let wish: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - desired: the state that was stored last, or else that of the pipe's own settings.
    ///   - isNew: whether it has just been made, and says so until it first runs or stops.
    public init(
        name: String, work: PipeWork, desired: DesiredState, isNew: Bool = false, logger: Logger
    ) {
        self.name = name
        self.logger = logger
        let pipe = work.definition.map { Self.make($0, logger: logger) }
        control = Mutex(
            Control(desired: desired, current: isNew ? .creating : .stopped, work: work, pipe: pipe))
        (wishes, wish) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        wish.yield()
    }

    private static func make(
        _ definition: PipeDefinition, ahead: Pipe.SettledAhead = [:], pace: Replay.Pace? = nil, logger: Logger
    ) -> Pipe {
        Pipe(
            definition.configuration, definition.shards, definition.borders, ahead: ahead, pace: pace, logger: logger)
    }

    public var desiredState: DesiredState { control.withLock { $0.desired } }
    public var currentState: CurrentState { control.withLock { $0.current } }
    /// Whether it has been asked to go for good.
    public var isDeleted: Bool { control.withLock { $0.isDeleted } }

    /// Why the pipe cannot run; nil when it can.
    public var stateReason: String? { control.withLock { $0.work.reason } }

    /// How the pipe stands; of a stopped one, where it would go on. Of one that cannot run, nothing.
    public var snapshot: PipeSnapshot {
        control.withLock { $0.pipe }?.snapshot ?? PipeSnapshot(name: name, shards: [])
    }

    // MARK: Running

    /// Runs the pipe whenever it is asked to run, until ``shutDown()``, ``delete()`` or cancellation. May be called once.
    ///
    /// - Throws: what the store throws.
    public func run() async throws {
        for await _ in wishes {
            while let job = nextJob() {
                switch job {
                case .run(let pipe):
                    try await pipe.run()
                    control.withLock { control in
                        control.isRunning = false
                        // What an update or a deletion says of itself stays until it is done.
                        if control.current == .running || control.current == .stopping { control.current = .stopped }
                        control.pipe = control.work.definition.map {
                            Self.make($0, ahead: pipe.settledAhead, logger: logger)
                        }
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
            if control.withLock({ $0.isEnding }) { return }
        }
        try Task.checkCancellation()
    }

    private func nextJob() -> Job? {
        control.withLock { control in
            guard !control.isEnding else { return nil }
            if !control.replays.isEmpty {
                let (replay, done) = control.replays.removeFirst()
                return .replay(replay, done)
            }
            guard control.desired == .running, let definition = control.work.definition, var pipe = control.pipe else {
                control.current = control.desired == .running ? .startFailed : .stopped
                return nil
            }
            if let pace = control.pace {
                control.pace = nil
                pipe = Self.make(definition, pace: pace, logger: logger)
                control.pipe = pipe
            }
            control.current = .running
            control.isRunning = true
            return .run(pipe)
        }
    }

    /// Ends ``run()`` once what is with the target is settled. The desired state stays as it is.
    public func shutDown() { end { $0.isShutDown = true } }

    private func end(_ mark: (inout Control) -> Void) {
        let refused = control.withLock { control in
            mark(&control)
            control.pipe?.stop()
            defer { control.replays = [] }
            return control.replays
        }
        for (_, done) in refused { done.resume(throwing: CancellationError()) }
        wish.yield()
    }

    // MARK: Wishes

    /// Lets the pipe run from where it stands. Nothing happens to one that runs.
    public func start() {
        control.withLock { control in
            control.desired = .running
            if control.current == .stopped { control.current = .starting }
        }
        wish.yield()
    }

    /// Stops the pipe; what is with the target is settled first.
    public func stop() {
        control.withLock { control in
            control.desired = .stopped
            // Only one that runs: one that is to run next would take the wish along.
            guard control.isRunning else { return }
            if control.current == .running { control.current = .stopping }
            control.pipe?.stop()
        }
        wish.yield()
    }

    /// Gives the pipe something else to run, from where it stands. One that runs settles what is with the target first;
    /// what it has read and not sent is read, and judged by the filter, again.
    public func update(_ work: PipeWork, desired: DesiredState) {
        control.withLock { control in
            control.work = work
            control.desired = desired
            control.current = .updating
            if control.isRunning {
                control.pipe?.stop()
            } else {
                let ahead = control.pipe?.settledAhead ?? [:]
                control.pipe = work.definition.map { Self.make($0, ahead: ahead, logger: logger) }
            }
        }
        wish.yield()
    }

    /// Ends ``run()`` for good once what is with the target is settled.
    public func delete() {
        end { control in
            control.isDeleted = true
            control.current = .deleting
        }
    }

    /// Sets the pipe back, or forward, to another place in its stream. One that runs is stopped for the moment of it and
    /// then goes on; one that is stopped stays so.
    ///
    /// Records behind the place are delivered again, whatever their item has been through since.
    public func replay(_ replay: Replay) async throws {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            let isRefused = control.withLock { control in
                guard !control.isEnding, control.work.definition != nil else { return true }
                control.replays.append((replay, done))
                if control.isRunning { control.pipe?.stop() }
                return false
            }
            if isRefused { done.resume(throwing: CancellationError()) }
            wish.yield()
        }
    }

    private func setBack(_ replay: Replay) async throws {
        guard let definition = control.withLock({ $0.work.definition }) else { return }
        let checkpoints = definition.borders.checkpoints
        var until: UInt64 = 0
        for shard in definition.shards {
            var checkpoint = try checkpoints.load(pipe: name, shardID: shard.shardID) ?? Checkpoint()
            until = max(until, checkpoint.sequence)
            checkpoint.sequence = try replay.place(in: shard)
            try await checkpoints.save(checkpoint, pipe: name, shardID: shard.shardID)
        }
        control.withLock { control in
            control.pipe = control.work.definition.map { Self.make($0, logger: logger) }
            control.pace = replay.recordsPerSecond.map {
                Replay.Pace(
                    recordsPerSecond: Double($0) / Double(max(1, definition.shards.count)), until: until)
            }
        }
    }
}
