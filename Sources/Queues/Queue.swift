public import Clocks
import Storage
import Synchronization

/// A durable queue: an answered send or delete survives kill -9 and power loss; receipts and time-outs survive kill -9 in
/// most cases, and when they do not, the message is received again.
///
/// ``QueueState`` decides; this class keeps it behind a lock, brings changes to the disk through the one writer, and
/// answers receives that wait. All methods may be called from any thread. No lock is held while another queue's is taken.
public final class Queue: Sendable {
    typealias ReceiveCompletion = @Sendable (Result<[ReceivedMessage], any Error>) -> Void
    typealias Poll = PollLine<ReceiveCompletion>.Poll

    /// Most messages that one call sends, receives, changes or deletes. AWS: 10.
    public static let batchCountMax = 10
    /// Largest message, and largest batch. AWS: 1 MiB since 2025.
    public static let messageBytesMax = 1_048_576

    struct Core {
        var definition: QueueDefinition
        var state: QueueState
        var window = DeduplicationWindow()
        var polls = PollLine<ReceiveCompletion>()
        var nextPlace: UInt64
        /// Places below have been set aside on the disk: they are not given again after a restart.
        var placesSetAside: UInt64
        var traffic: QueueTraffic
        var isDeleted = false
        /// Receives do not wait any more: the engine stops.
        var isClosing = false
        var purgedAt: Timestamp?
        /// The task that looks after the receives that wait, and when it wakes.
        var alarm: (moment: Int64, task: Task<Void, Never>)?
    }

    let keys: QueueKeys
    public let arn: String
    public let name: String
    let isFIFO: Bool
    /// Most messages in flight; the real limit but in tests.
    let inFlightMax: Int
    let context: QueueContext
    let core: Mutex<Core>

    var database: Database { context.database }
    var writer: GroupCommitWriter { context.writer }
    /// Where its writes wait.
    var line: WriterLine { .queue(keys.number) }
    /// The present moment. Read under the lock where the state or the window is told it: so moments come to them in the order
    /// in which they were read, and an earlier one means that the clock was set back.
    var now: Int64 { context.time.now().milliseconds }

    init(
        _ entry: Catalog.Entry<QueueDefinition>, arn: String, inFlightMax: Int = 120_000, context: QueueContext
    ) throws {
        let definition = entry.description
        let keys = QueueKeys(number: entry.number)
        self.keys = keys
        self.arn = arn
        name = definition.name
        isFIFO = definition.settings.isFIFO
        self.inFlightMax = inFlightMax
        self.context = context
        let now = context.time.now().milliseconds
        var state = QueueState(
            isFIFO: definition.settings.isFIFO,
            retention: Int64(definition.settings.messageRetentionSeconds) * 1_000)
        var nextPlace: UInt64 = 1
        try context.database.scan(.queues, from: keys.records.from, to: keys.records.to) { key, value in
            let place = key.bigEndianUInt64(at: QueueKeys.prefixBytes)
            state.insert(try MessageRecord(value, place: place, isGrouped: definition.settings.isFIFO), now: now)
            nextPlace = place + 1
            return true
        }
        let setAside = try context.database.get(.queues, keys.places).map { UInt64(bigEndianBytes: $0[...]) } ?? 0
        nextPlace = max(nextPlace, setAside)
        var sendings: [DeduplicationWindow.Sending] = []
        try context.database.scan(.queues, from: keys.deduplications.from, to: keys.deduplications.to) { key, value in
            sendings.append(
                try .init(
                    value, sentAt: Int64(bitPattern: key.bigEndianUInt64(at: QueueKeys.prefixBytes)),
                    place: key.bigEndianUInt64(at: QueueKeys.prefixBytes + 8)))
            return true
        }
        var traffic = QueueTraffic()
        traffic.before = state.count
        core = Mutex(
            Core(
                definition: definition, state: state, window: DeduplicationWindow(sendings, now: now),
                nextPlace: nextPlace, placesSetAside: nextPlace, traffic: traffic))
    }

    public var definition: QueueDefinition { core.withLock { $0.definition } }

    /// Places set aside with one write; a restart gives up what is left of them.
    private static let placesSetAsideAtOnce: UInt64 = 1 << 20

    /// The place of a new message. On the writer's thread.
    ///
    /// - Throws: ``QueueError`` when the queue has been deleted.
    func nextPlace(in transaction: Transaction) throws -> UInt64 {
        let (place, setAside) = try core.withLock { core in
            guard !core.isDeleted else { throw QueueError.noSuchQueue }
            defer { core.nextPlace += 1 }
            guard core.nextPlace >= core.placesSetAside else { return (core.nextPlace, nil as UInt64?) }
            core.placesSetAside = core.nextPlace + Self.placesSetAsideAtOnce
            return (core.nextPlace, core.placesSetAside)
        }
        if let setAside {
            var value: [UInt8] = []
            value.appendBigEndian(setAside)
            transaction.put(.queues, keys.places, value)
            // The next one sets aside again.
            transaction.whenTakenBack { [self] in core.withLock { $0.placesSetAside = 0 } }
        }
        return place
    }

    // MARK: Numbers

    public struct Counts: Sendable, Hashable {
        public var visible: Int
        public var notVisible: Int
        public var delayed: Int

        public init(visible: Int, notVisible: Int, delayed: Int) {
            self.visible = visible
            self.notVisible = notVisible
            self.delayed = delayed
        }
    }

    /// How many messages there are; expired ones are not counted.
    public func counts() -> Counts {
        removeExpired()
        return core.withLock {
            Counts(
                visible: $0.state.visibleCount, notVisible: $0.state.notVisibleCount, delayed: $0.state.delayedCount)
        }
    }

    /// When the oldest message that is there was sent; nil for an empty queue.
    public var oldestSentAt: Timestamp? {
        core.withLock { $0.state.oldestSentAt }.map { Timestamp(milliseconds: $0) }
    }

    /// What has come and gone since the store was opened.
    public var traffic: QueueTraffic { core.withLock { $0.traffic } }

    /// Forgets all messages that have expired, and removes them from the disk. A clock that was set back is noticed here at the
    /// latest: the upkeep calls this where nobody else does.
    func removeExpired() {
        while true {
            let expired = core.withLock { core in
                let now = now
                core.window.notice(now)
                return core.state.advance(to: now)
            }
            guard !expired.isEmpty else { return }
            removeFromDisk(expired)
        }
    }

    /// Removes messages that the state has forgotten. What a crash leaves has still expired after the restart.
    func removeFromDisk(_ places: [UInt64]) {
        guard !places.isEmpty else { return }
        core.withLock { $0.traffic.expired += places.count }
        writer.commit(
            line: line, durability: .unsynced, admission: .always,
            work: { [keys] transaction in
                for place in places {
                    transaction.delete(.queues, keys.record(place))
                    transaction.delete(.queues, keys.contents(place))
                }
            }, completion: { _ in })
    }
}

/// What all queues of a store share.
struct QueueContext: Sendable {
    let database: Database
    let writer: GroupCommitWriter
    let time: any TimeSource
    let random: RandomSource
    /// The queue with an ARN; nil when there is none.
    let find: @Sendable (String) -> Queue?
    let observer: (any QueueObserver)?
}

/// Random bits from where the store was told to take them.
struct RandomSource: RandomNumberGenerator, Sendable {
    let bits: @Sendable () -> UInt64
    func next() -> UInt64 { bits() }
}
