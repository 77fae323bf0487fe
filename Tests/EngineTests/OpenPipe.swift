import Clocks
import EventPatterns
import Foundation
import Items
import Logging
import Pipes
import Queues
import Storage
import Synchronization
import Tables
import Testing

@testable import Engine

/// A table and its stream in a real store, on a clock that only the test moves, and what a pipe over them needs.
final class OpenPipe: Sendable {
    static let start = Timestamp(seconds: 1_700_000_000)

    let time = ManualTime(start: start)
    let path: String
    let store: TableStore
    let queues: QueueStore
    let queue: Queue
    let target: HoldingTarget
    let checkpoints: StoredCheckpoints
    private let database: Database
    private let writer: GroupCommitWriter

    static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    /// - Parameter shards: of the table's stream.
    init(shards: Int = 1) async throws {
        let memory = "/dev/shm/"
        let folder = FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
        path = "\(folder)sluice-pipe-\(UUID().uuidString)"
        database = try Database(folder: DataFolder(path: path))
        writer = GroupCommitWriter(database: database)
        store = try await TableStore(
            database: database, writer: writer, time: time, settings: .init(shardsPerStream: shards))
        _ = try await store.openTable(Self.orders)
        queues = try QueueStore(database: database, writer: writer, time: time)
        queue = try await queues.createQueue("dead", attributes: ["MessageRetentionPeriod": "1209600"])
        target = HoldingTarget(time: time)
        checkpoints = StoredCheckpoints(database: database, writer: writer)
    }

    private static let orders = TableDefinition(
        name: "Orders", keySchema: KeySchema(hashKey: .init(name: "pk", type: .string)), indexes: [],
        streamViewType: .newAndOldImages, timeToLiveAttribute: nil)

    /// Puts another table of the same name in the place of the first one, which leaves its items in the store behind.
    func makeTableAnew() async throws {
        _ = try await store.deleteTable("Orders")
        time.advance(by: .seconds(1))
        _ = try await store.openTable(Self.orders)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var stream: ChangeStream { get throws { try #require(try store.table("Orders").stream) } }

    /// Writes an order's next state.
    func put(_ id: String, _ state: Int) async throws {
        let table = try store.table("Orders")
        _ = try await table.put(["pk": .string(id), "state": .number(Number(state))])
    }

    func delete(_ id: String) async throws { _ = try await store.table("Orders").delete(key: ["pk": .string(id)]) }

    static func configuration(
        batchSize: Int = 10, window: Duration = .zero, position: PipeConfiguration.StartingPosition = .trimHorizon,
        retries: Int = -1, age: Duration? = nil
    ) throws -> PipeConfiguration {
        PipeConfiguration(
            name: "orders", arn: "arn:aws:pipes:us-east-1:000000000000:pipe/orders",
            criteria: try FilterCriteria(patterns: []), batchSize: batchSize, maximumBatchingWindow: window,
            startingPosition: position, maximumRetryAttempts: retries, maximumRecordAge: age, hasDeadLetterQueue: true)
    }

    var borders: PipeBorders {
        PipeBorders(
            target: target, deadLetters: QueueDeadLetters(queues: queues, name: queue.name), checkpoints: checkpoints,
            time: time)
    }

    func pipe(
        over stream: ChangeStream, batchSize: Int = 10, window: Duration = .zero, retries: Int = -1,
        age: Duration? = nil
    ) throws -> Pipes.Pipe {
        Pipes.Pipe(
            configuration: try Self.configuration(batchSize: batchSize, window: window, retries: retries, age: age),
            shards: stream.lineages.map { TableShard(stream: stream, lineage: $0) }, borders: borders,
            logger: Self.logger)
    }

    /// Lets every later write fail.
    func closeStore() async { await writer.close() }

    /// Runs a pipe while the test does its part.
    func running(_ pipe: Pipes.Pipe, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pipe.run() }
            try await body()
            pipe.stop()
            try await group.waitForAll()
        }
    }

    /// Lets time pass in small steps, each when somebody sleeps, until something is so. Returns how long it took.
    func pass(
        until what: Comment, atMost limit: Duration = .seconds(600), at location: SourceLocation = #_sourceLocation,
        _ condition: () throws -> Bool
    ) async throws -> Duration {
        var passed = Duration.zero
        while passed < limit {
            if try condition() { return passed }
            time.advance(by: .milliseconds(50))
            passed += .milliseconds(50)
            // Whoever woke gets a chance before the clock moves on.
            for _ in 0..<200 { await Task.yield() }
        }
        Issue.record(what, sourceLocation: location)
        throw CancellationError()
    }
}

/// A target that remembers the orders it was sent, and answers as a test says.
final class HoldingTarget: PipeTarget {
    private struct State {
        var batches: [[String]] = []
        var isHeld = false
        var heldBefore = Int.max
        var failing: Set<String> = []
    }

    private let time: any TimeSource
    private let state = Mutex(State())

    init(time: any TimeSource) { self.time = time }

    /// What was sent: an order and its state, `A3`, call by call.
    var batches: [[String]] { state.withLock { $0.batches } }

    /// Lets calls wait for their answer, or go on.
    func hold(_ isHeld: Bool) { state.withLock { ($0.isHeld, $0.heldBefore) = (isHeld, .max) } }

    /// Lets the call with this number, from 1, and those behind it wait.
    func holdBefore(_ call: Int) { state.withLock { $0.heldBefore = call } }

    /// Lets every call fail that holds one of these.
    func fail(_ orders: Set<String>) { state.withLock { $0.failing = orders } }

    func invoke(_ batch: TargetBatch) async -> Invocation {
        let orders = batch.elements.map(Self.order)
        state.withLock { $0.batches.append(orders) }
        while state.withLock({ $0.isHeld || $0.batches.count >= $0.heldBefore }), !Task.isCancelled {
            await Task.yield()
        }
        let fails = state.withLock { !$0.failing.isDisjoint(with: orders) }
        return Invocation(outcome: fails ? .failed(reason: "raised") : .succeeded, handedOverAt: time.now())
    }

    private static func order(_ record: [UInt8]) -> String {
        struct Record: Decodable {
            struct Change: Decodable {
                struct Image: Decodable {
                    let pk: [String: String]
                    let state: [String: String]
                }
                let NewImage: Image
            }
            let dynamodb: Change
        }
        guard let image = try? JSONDecoder().decode(Record.self, from: Data(record)).dynamodb.NewImage else {
            return "?"
        }
        return (image.pk["S"] ?? "?") + (image.state["N"] ?? "?")
    }
}
