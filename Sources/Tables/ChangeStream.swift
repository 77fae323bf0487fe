public import Clocks
import Storage
import Synchronization

/// One record of a stream as it is stored.
public struct StoredStreamRecord: Sendable {
    public var sequence: UInt64
    /// Equal for all records of one item.
    public var itemKey: UInt64
    /// When the write arrived.
    public var arrival: Timestamp
    /// The record as a function receives it.
    public var json: [UInt8]
}

/// A table's stream: every change of an item, in commit order, kept for 24 hours.
///
/// One open shard. Records are written by the table in the batch of the change itself; readers ask for what lies behind
/// the last sequence they have, and are woken by the commit.
public final class ChangeStream: Sendable {
    /// How long records stay. AWS: 24 hours.
    public static let retention = Duration.seconds(24 * 3_600)

    public let arn: String
    public let shardID: String
    private let number: UInt32
    private let database: Database
    private let encoder: StreamRecordEncoder
    /// The last sequence given out; touched by the writer only, after the start.
    private let lastAssigned: Atomic<UInt64>
    private let readers: Mutex<Readers>

    private struct Readers {
        var newest: UInt64
        var nextID = 0
        var waiting: [Int: (after: UInt64, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var cancelled: Set<Int> = []
    }

    init(
        _ stored: StoredTable.Stream, number: UInt32, definition: TableDefinition, database: Database
    ) throws {
        arn = "\(definition.arn)/stream/\(stored.label)"
        shardID = stored.shardID
        self.number = number
        self.database = database
        encoder = StreamRecordEncoder(streamARN: arn, region: definition.region, viewType: stored.viewType)
        var newest: UInt64 = 0
        try database.scan(
            .streams, from: Self.key(number, 0), to: Self.key(number + 1, 0), backwards: true
        ) { key, _ in
            newest = key.bigEndianUInt64(at: 4)
            return false
        }
        lastAssigned = Atomic(newest)
        readers = Mutex(Readers(newest: newest))
    }

    /// The newest committed record; 0 when there has been none.
    public var newestSequence: UInt64 { readers.withLock { $0.newest } }

    /// Up to `limit` records behind `sequence`, in order.
    public func records(after sequence: UInt64, limit: Int) throws -> [StoredStreamRecord] {
        var records: [StoredStreamRecord] = []
        guard limit > 0, sequence < .max else { return [] }
        try database.scan(
            .streams, from: Self.key(number, sequence + 1), to: Self.key(number + 1, 0)
        ) { key, value in
            records.append(
                StoredStreamRecord(
                    sequence: key.bigEndianUInt64(at: 4), itemKey: value.bigEndianUInt64(at: 8),
                    arrival: Self.arrival(value), json: value.bytes(from: Self.headerBytes)))
            return records.count < limit
        }
        return records
    }

    /// Returns when a record behind `sequence` is committed; at once when there is one.
    public func waitForRecords(after sequence: UInt64) async throws {
        let id = readers.withLock { readers in
            readers.nextID += 1
            return readers.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                enum Answer { case ready, cancelled, wait }
                let answer = readers.withLock { readers in
                    if readers.cancelled.remove(id) != nil { return Answer.cancelled }
                    if readers.newest > sequence { return Answer.ready }
                    readers.waiting[id] = (sequence, continuation)
                    return Answer.wait
                }
                switch answer {
                case .ready: continuation.resume()
                case .cancelled: continuation.resume(throwing: CancellationError())
                case .wait: break
                }
            }
        } onCancel: {
            let waiter = readers.withLock { readers in
                let waiter = readers.waiting.removeValue(forKey: id)
                if waiter == nil { readers.cancelled.insert(id) }
                return waiter
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
        readers.withLock { _ = $0.cancelled.remove(id) }
    }

    /// Removes the records that are older than ``retention``, but for the newest of all, which keeps the sequence.
    public func trim(now: Timestamp) throws {
        let oldest = now - Self.retention
        var firstKept: UInt64 = 0
        try database.scan(.streams, from: Self.key(number, 0), to: Self.key(number, newestSequence)) { key, value in
            guard Self.arrival(value) < oldest else { return false }
            firstKept = key.bigEndianUInt64(at: 4) + 1
            return true
        }
        if firstKept > 0 {
            try database.deleteRange(.streams, from: Self.key(number, 0), to: Self.key(number, firstKept))
        }
    }

    /// Adds the record of a change to the transaction that makes it. Called by the writer only.
    func append(
        _ change: StreamRecordEncoder.Change, itemKey: UInt64, arrival: Timestamp, to transaction: Transaction
    ) -> UInt64 {
        let sequence = lastAssigned.wrappingAdd(1, ordering: .relaxed).newValue
        let json = encoder.encode(change, sequence: sequence, arrival: arrival)
        var value: [UInt8] = []
        value.reserveCapacity(Self.headerBytes + json.count)
        value.appendBigEndian(UInt64(bitPattern: arrival.microseconds))
        value.appendBigEndian(itemKey)
        value.append(contentsOf: json)
        transaction.put(.streams, Self.key(number, sequence), value)
        return sequence
    }

    /// Wakes the readers after a commit.
    func announce(_ sequence: UInt64) {
        let woken = readers.withLock { readers in
            readers.newest = max(readers.newest, sequence)
            guard !readers.waiting.isEmpty else { return [] as [CheckedContinuation<Void, any Error>] }
            let due = readers.waiting.filter { $0.value.after < readers.newest }
            for id in due.keys { readers.waiting[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    // A stored record: arrival in microseconds and the item's hash, eight bytes each, then the JSON.
    private static let headerBytes = 16

    private static func arrival(_ value: RawSpan) -> Timestamp {
        Timestamp(microseconds: Int64(bitPattern: value.bigEndianUInt64(at: 0)))
    }

    private static func key(_ stream: UInt32, _ sequence: UInt64) -> [UInt8] {
        var key: [UInt8] = []
        key.reserveCapacity(12)
        key.appendBigEndian(stream)
        key.appendBigEndian(sequence)
        return key
    }
}
