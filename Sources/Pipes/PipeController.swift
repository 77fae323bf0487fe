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
        /// The same, and never could.
        case createFailed = "CREATE_FAILED"
        /// The same since its last change.
        case updateFailed = "UPDATE_FAILED"

        /// What comes of it when the pipe cannot run.
        fileprivate var failed: Self {
            switch self {
            case .creating, .createFailed: .createFailed
            case .updating, .updateFailed: .updateFailed
            case .running, .stopped, .starting, .stopping, .deleting, .startFailed: .startFailed
            }
        }
    }

    /// Where to go on from.
    private enum Place {
        case stream(Replay)
        case table(recordsPerSecond: Int?)
    }

    private typealias PlaceChange = (place: Place, done: CheckedContinuation<Void, any Error>)

    private enum Job {
        case run(Pipe)
        case change(PlaceChange)
    }

    private struct Control {
        var desired: DesiredState
        var current: CurrentState
        var runs: PipeRuns
        var isRunning = false
        var changes: [PlaceChange] = []
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
        control = Mutex(
            Control(
                desired: desired, current: isNew ? .creating : .stopped, runs: PipeRuns(work, logger: logger)))
        (wishes, wish) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        wish.yield()
    }

    public var desiredState: DesiredState { control.withLock { $0.desired } }
    public var currentState: CurrentState { control.withLock { $0.current } }
    /// Whether it has been asked to go for good.
    public var isDeleted: Bool { control.withLock { $0.isDeleted } }

    /// Whether somebody waits for it to go on from another place.
    var isChanging: Bool { control.withLock { !$0.changes.isEmpty } }

    /// Why the pipe cannot run; nil when it can.
    public var stateReason: String? { control.withLock { $0.runs.work.reason } }

    /// How the pipe stands; of a stopped one, where it would go on. Of one that cannot run, nothing.
    public var snapshot: PipeSnapshot {
        control.withLock { $0.runs }.snapshot ?? PipeSnapshot(name: name, shards: [])
    }

    // MARK: Running

    /// Takes the pipe's first place in each shard that it has none in, if it is to run: what is written from now on lies
    /// behind it. Before ``run()``, which takes what places are left in a time of its own.
    ///
    /// - Throws: what the store throws.
    public func takePlaces() async throws {
        let definition = control.withLock { $0.desired == .running ? $0.runs.work.definition : nil }
        guard let definition else { return }
        for shard in definition.shards {
            _ = try await definition.configuration.place(in: shard, definition.borders.checkpoints)
        }
    }

    /// Runs the pipe whenever it is asked to run, until ``shutDown()``, ``delete()`` or cancellation. May be called once.
    ///
    /// - Throws: what the store throws.
    public func run() async throws {
        // Whoever waits for a change when the pipe cannot go on is told so.
        defer { shutDown() }
        for await _ in wishes {
            try await resumeReplay()
            while let job = nextJob() {
                switch job {
                case .run(let pipe): try await run(pipe)
                case .change(let change):
                    do {
                        try await goOn(from: change.place)
                        change.done.resume()
                    } catch {
                        change.done.resume(throwing: error)
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
            if !control.changes.isEmpty { return .change(control.changes.removeFirst()) }
            guard control.desired == .running, let pipe = control.runs.next else {
                control.current = control.desired == .running ? control.current.failed : .stopped
                return nil
            }
            control.current = .running
            control.isRunning = true
            return .run(pipe)
        }
    }

    private func run(_ pipe: Pipe) async throws {
        try await pipe.run()
        // Only a replay from the table comes to an end.
        if pipe.isComplete { try await itemReplays?.end() }
        control.withLock { control in
            control.isRunning = false
            // What an update or a deletion says of itself stays until it is done.
            if control.current == .running || control.current == .stopping {
                control.current = control.desired == .running ? .starting : .stopped
            }
            if pipe.isComplete { control.runs.endReplay() }
            control.runs.renew()
        }
    }

    private var itemReplays: (any ItemReplayStore)? { control.withLock { $0.runs.work.definition?.itemReplays } }

    /// Takes up the replay from the table that was under way when the engine ended, as soon as the pipe can run.
    private func resumeReplay() async throws {
        guard !control.withLock({ $0.runs.isReplaying }), let replay = try await itemReplays?.current() else { return }
        control.withLock { $0.runs.begin(replay) }
    }

    /// Ends ``run()`` once what is with the target is settled. The desired state stays as it is.
    public func shutDown() { end { $0.isShutDown = true } }

    private func end(_ mark: (inout Control) -> Void) {
        let refused = control.withLock { control in
            mark(&control)
            control.runs.next?.stop()
            defer { control.changes = [] }
            return control.changes
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
            control.runs.next?.stop()
        }
        wish.yield()
    }

    /// Gives the pipe something else to run, from where it stands. One that runs settles what is with the target first;
    /// what it has read and not sent is read, and judged by the filter, again.
    ///
    /// - Parameter isStart: whether it is a start, of one that may be able to run by now, rather than a change.
    /// - Returns: false for a start of a pipe that has begun meanwhile: it goes on with what it has.
    @discardableResult
    public func update(_ work: PipeWork, desired: DesiredState, isStart: Bool = false) -> Bool {
        let isTaken = control.withLock { control in
            if isStart, control.isRunning, control.current == .running { return false }
            control.runs.replace(work)
            control.desired = desired
            control.current = isStart ? .starting : .updating
            if control.isRunning { control.runs.next?.stop() } else { control.runs.renew() }
            return true
        }
        if isTaken { wish.yield() }
        return isTaken
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
    public func replay(_ replay: Replay) async throws { try await change(.stream(replay)) }

    /// Delivers what the table holds, each item as a record of its insertion, and then goes on in the stream from where it
    /// stood. One that runs is stopped for the moment of it; one that is stopped stays so, and delivers once it is started.
    ///
    /// - Parameter recordsPerSecond: 1 or more; nil for as fast as it goes.
    public func replayTable(recordsPerSecond: Int?) async throws {
        try await change(.table(recordsPerSecond: recordsPerSecond))
    }

    private func change(_ place: Place) async throws {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            let isRefused = control.withLock { control in
                guard !control.isEnding, control.runs.work.definition != nil else { return true }
                control.changes.append((place, done))
                if control.isRunning { control.runs.next?.stop() }
                return false
            }
            if isRefused { done.resume(throwing: CancellationError()) }
            wish.yield()
        }
    }

    private func goOn(from place: Place) async throws {
        guard let definition = control.withLock({ $0.runs.work.definition }) else { throw CancellationError() }
        switch place {
        case .stream(let replay):
            let pace = try await setBack(replay, definition)
            control.withLock { $0.runs.setBack(pace) }
        case .table(let recordsPerSecond):
            let replay = try await definition.itemReplays.begin(recordsPerSecond: recordsPerSecond)
            control.withLock { $0.runs.begin(replay) }
        }
    }

    private func setBack(_ replay: Replay, _ definition: PipeDefinition) async throws -> Replay.Pace? {
        let checkpoints = definition.borders.checkpoints
        var until: UInt64 = 0
        for shard in definition.shards {
            var checkpoint = try checkpoints.load(pipe: name, shardID: shard.shardID) ?? Checkpoint()
            until = max(until, checkpoint.sequence)
            checkpoint.sequence = try replay.place(in: shard)
            try await checkpoints.save(checkpoint, pipe: name, shardID: shard.shardID)
        }
        return replay.recordsPerSecond.map {
            Replay.Pace(recordsPerSecond: Double($0) / Double(max(1, definition.shards.count)), until: until)
        }
    }
}
