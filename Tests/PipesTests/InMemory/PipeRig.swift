import Clocks
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Pipes

/// A pipe with everything around it in memory, on a clock that only the test moves.
final class PipeRig: Sendable {
    let time: ManualTime
    let shard: MemoryShard
    let target: ScriptedTarget
    let queue = MemoryQueue()
    let checkpoints = MemoryCheckpoints()
    let observer = MemoryObserver()
    let itemReplays: MemoryItemReplays
    /// What the pipes have noted of their setbacks.
    var setbacks: [PipeSetback] { notedSetbacks.withLock { $0 } }
    private let notedSetbacks = Mutex<[PipeSetback]>([])

    /// - Parameter items: what the table holds, as records.
    init(
        _ records: [SourceRecord] = [], items: [SourceRecord] = [], start: Timestamp = Samples.start,
        answer: @escaping ScriptedTarget.Answer = { _, _ in .succeeded }
    ) {
        time = ManualTime(start: start)
        shard = MemoryShard(records)
        target = ScriptedTarget(time: time, answer)
        itemReplays = MemoryItemReplays(items, checkpoints: checkpoints, shardID: shard.shardID)
    }

    func pipe(
        _ configuration: PipeConfiguration, shards: [MemoryShard]? = nil, pace: Replay.Pace? = nil,
        target: (any PipeTarget)? = nil, enrichment: (any PipeEnrichment)? = nil
    ) -> Pipe {
        Pipe(
            configuration: configuration, shards: shards ?? [shard],
            borders: borders(configuration, target: target, enrichment: enrichment),
            pace: pace, logger: Self.logger)
    }

    static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    func borders(
        _ configuration: PipeConfiguration, target: (any PipeTarget)? = nil, enrichment: (any PipeEnrichment)? = nil
    ) -> PipeBorders {
        PipeBorders(
            target: target ?? self.target, enrichment: enrichment,
            deadLetters: configuration.hasDeadLetterQueue ? queue : nil, checkpoints: checkpoints, observer: observer,
            setbacks: { [self] setback in notedSetbacks.withLock { $0.append(setback) } }, time: time)
    }

    /// The checkpoint that a restart would find.
    var saved: Checkpoint? {
        get throws { try checkpoints.load(pipe: "orders", shardID: shard.shardID) }
    }

    /// Runs a pipe while the test does its part, then stops it gracefully and waits for its end.
    func running(_ pipe: Pipe, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pipe.run() }
            try await body()
            pipe.stop()
            try await group.waitForAll()
        }
    }

    /// Lets other tasks run until something is so; a test for which it never is ends here.
    func until(
        _ what: Comment, at location: SourceLocation = #_sourceLocation, _ condition: () -> Bool
    ) async throws {
        guard await !comesTrue(condition) else { return }
        Issue.record(what, sourceLocation: location)
        throw CancellationError()
    }

    /// Moves the clock in small steps, each when somebody sleeps, until something is so. Returns the time that it took.
    func advance(
        until what: Comment, atMost limit: Duration = .seconds(120), at location: SourceLocation = #_sourceLocation,
        _ condition: () -> Bool
    ) async throws -> Duration {
        let start = time.now()
        while time.now() - start < limit {
            try await until(what, at: location) { time.sleeperCount > 0 || condition() }
            if condition() { return time.now() - start }
            time.advance(by: .milliseconds(10))
            // Whoever woke gets a chance before the clock moves on.
            for _ in 0..<20 { await Task.yield() }
        }
        Issue.record(what, sourceLocation: location)
        throw CancellationError()
    }
}
