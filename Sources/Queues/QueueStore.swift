public import Clocks
public import Storage
import Synchronization

/// The queues of one data folder, by name and ARN. All methods may be called from any thread.
public final class QueueStore: Sendable {
    public struct Settings: Sendable, Hashable {
        public var region: String
        public var accountID: String

        public init(region: String = "us-east-1", accountID: String = "000000000000") {
            self.region = region
            self.accountID = accountID
        }
    }

    public let settings: Settings
    let catalog: Catalog
    let context: QueueContext
    let registry = QueueRegistry()
    let moveTasks = Mutex(MoveTaskList())
    /// Tells ``run()`` of tasks to carry out.
    let moveWishes: (stream: AsyncStream<MoveTask>, continuation: AsyncStream<MoveTask>.Continuation)

    /// Opens all queues of the store.
    ///
    /// - Parameters:
    ///   - random: bits for message ids and receipt handles.
    ///   - observer: learns of messages that are sent.
    /// - Throws: `StorageError` when the store cannot be read.
    public init(
        database: Database, writer: GroupCommitWriter, time: any TimeSource, settings: Settings = Settings(),
        random: @escaping @Sendable () -> UInt64 = { .random(in: 0 ... .max) },
        observer: (any QueueObserver)? = nil
    ) throws {
        self.settings = settings
        catalog = Catalog(database: database, writer: writer)
        context = QueueContext(
            database: database, writer: writer, time: time, random: RandomSource(bits: random),
            find: { [weak registry] in registry?.find(arn: $0) }, observer: observer)
        moveWishes = AsyncStream.makeStream()
        for (_, entry) in try catalog.entries(.queue, as: QueueDefinition.self) {
            registry.add(try open(entry))
        }
    }

    func open(_ entry: Catalog.Entry<QueueDefinition>) throws -> Queue {
        try Queue(entry, arn: arn(entry.description.name), context: context)
    }

    public func arn(_ name: String) -> String { "arn:aws:sqs:\(settings.region):\(settings.accountID):\(name)" }

    // MARK: Finding

    /// All queues, by their names in byte order.
    public var queues: [Queue] { registry.all }

    /// - Throws: ``QueueError`` with code `queueDoesNotExist`.
    public func queue(_ name: String) throws(QueueError) -> Queue {
        guard let queue = registry.find(name: name) else { throw .noSuchQueue }
        return queue
    }

    /// - Throws: ``QueueError`` with code `queueDoesNotExist`.
    public func queue(arn: String) throws(QueueError) -> Queue {
        guard let queue = registry.find(arn: arn) else { throw .noSuchQueue }
        return queue
    }

    /// Queues whose redrive policy names this one.
    public func deadLetterSources(of queue: Queue) -> [Queue] {
        queues.filter { $0.definition.settings.redrivePolicy?.deadLetterTargetARN == queue.arn }
    }

    // MARK: Running

    /// How often expired messages are looked for, and a clock that was set back is noticed, where nobody asks.
    private static let upkeepInterval = Duration.seconds(10)

    /// Carries out move tasks and removes expired messages, until it is cancelled. May be called once.
    public func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { [self] in
                while (try? await context.time.sleep(for: Self.upkeepInterval)) != nil {
                    for queue in queues { queue.removeExpired() }
                }
            }
            for await task in moveWishes.stream { group.addTask { await self.carryOut(task) } }
            group.cancelAll()
        }
    }

    /// Answers all receives that wait and lets none wait any more, so that the gateway can stop.
    public func endPolls() {
        for queue in queues { queue.endPolls() }
    }
}

/// The queues that exist at this moment.
final class QueueRegistry: Sendable {
    private let state = Mutex<(byName: [String: Queue], byARN: [String: Queue])>(([:], [:]))

    var all: [Queue] {
        state.withLock { $0.byName.values.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) } }
    }

    func find(name: String) -> Queue? { state.withLock { $0.byName[name] } }
    func find(arn: String) -> Queue? { state.withLock { $0.byARN[arn] } }

    func add(_ queue: Queue) {
        state.withLock { state in
            state.byName[queue.name] = queue
            state.byARN[queue.arn] = queue
        }
    }

    func remove(_ queue: Queue) {
        state.withLock { state in
            state.byName[queue.name] = nil
            state.byARN[queue.arn] = nil
        }
    }
}
