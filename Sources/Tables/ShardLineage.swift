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

/// A record that a transaction has added, to be announced once it is committed.
struct AppendedRecord: Sendable {
    let lineage: ShardLineage
    let sequence: UInt64
    let ordinal: UInt64

    func announce() { lineage.announce(self) }
}

/// A shard and all that have followed it: the records of the items that belong to it, in commit order.
///
/// An item stays in one lineage for ever. Shards are cuts through it: a reader that follows a lineage sees parents before
/// children without knowing of either.
public final class ShardLineage: Sendable {
    /// Names the lineage for whoever keeps a place in it: the id of its first shard.
    public let id: String
    private let stream: UInt32
    private let number: UInt8
    private let database: Database
    /// How many records have been added; touched by the writer only, after the start.
    private let lastOrdinal: Atomic<UInt64>
    private let readers: Mutex<Readers>

    private struct Readers {
        var newest: Place
        /// The last record that has been trimmed.
        var trimmed: Place
        var nextID = 0
        var waiting: [Int: (after: UInt64, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var cancelled: Set<Int> = []
    }

    /// A place in the lineage: after the record with this sequence, which is the n-th one.
    private struct Place {
        var sequence: UInt64 = 0
        var ordinal: UInt64 = 0
    }

    init(id: String, stream: UInt32, number: UInt8, database: Database) throws {
        self.id = id
        self.stream = stream
        self.number = number
        self.database = database
        var newest = Place()
        var trimmed = Place()
        let range = (from: Self.key(stream, number, 0), to: Self.key(stream, number, .max))
        if let mark = try database.get(.streams, range.from) { trimmed = Self.place(mark) }
        try database.scan(.streams, from: range.from, to: range.to, backwards: true) { key, value in
            let sequence = key.bigEndianUInt64(at: 5)
            newest = sequence == 0 ? trimmed : Place(sequence: sequence, ordinal: value.bigEndianUInt64(at: 16))
            return false
        }
        lastOrdinal = Atomic(newest.ordinal)
        readers = Mutex(Readers(newest: newest, trimmed: trimmed))
    }

    /// The newest committed record; 0 when there has been none.
    public var newestSequence: UInt64 { readers.withLock { $0.newest.sequence } }

    /// Records committed since the stream was made, trimmed ones included.
    public var recordCount: UInt64 { readers.withLock { $0.newest.ordinal } }

    /// The last record that has been trimmed; 0 when none has.
    var trimmedSequence: UInt64 { readers.withLock { $0.trimmed.sequence } }

    /// No record before this one is held any more.
    public var oldestKeptSequence: UInt64 { trimmedSequence + 1 }

    // MARK: Reading

    /// Up to `limit` records behind `sequence`, in order, and as many bytes of them as GetRecords answers: at least one
    /// record where there is one. With a limit of `.max`, all that there are.
    public func records(after sequence: UInt64, limit: Int) throws -> [StoredStreamRecord] {
        var records: [StoredStreamRecord] = []
        guard limit > 0 else { return [] }
        let bytesMax = limit == .max ? .max : ChangeStream.recordsBytesMax
        var bytes = 0
        try scan(after: sequence) { record, json in
            bytes += json.byteCount
            guard records.isEmpty || bytes <= bytesMax else { return false }
            var record = record
            record.json = json.bytes()
            records.append(record)
            return records.count < limit
        }
        return records
    }

    /// The newest records that are held in front of `sequence`, up to `limit`, the newest first.
    public func newestRecords(before sequence: UInt64 = .max, limit: Int) throws -> [StoredStreamRecord] {
        var records: [StoredStreamRecord] = []
        guard limit > 0 else { return [] }
        try scanBackwards(before: sequence) { record, json in
            var record = record
            record.json = json.bytes()
            records.append(record)
            return records.count < limit
        }
        return records
    }

    /// The newest record that is held in front of `sequence`; nil when there is none. One seek.
    public func newestSequence(before sequence: UInt64) throws -> UInt64? {
        var newest: UInt64?
        try scanBackwards(before: sequence) { record, _ in
            newest = record.sequence
            return false
        }
        return newest
    }

    /// Visits the records behind `sequence` until `body` returns false. The record's JSON is the span, not in the record.
    func scan(after sequence: UInt64, _ body: (StoredStreamRecord, RawSpan) throws -> Bool) throws {
        let first = max(sequence, trimmedSequence)
        guard first < .max else { return }
        try database.scan(
            .streams, from: Self.key(stream, number, first + 1), to: Self.key(stream, number, .max)
        ) { key, value in
            try body(Self.record(key, value), value.extracting(Self.headerBytes...))
        }
    }

    /// Visits the records in front of `sequence`, the newest first, as ``scan(after:_:)`` does.
    private func scanBackwards(
        before sequence: UInt64, _ body: (StoredStreamRecord, RawSpan) throws -> Bool
    ) throws {
        let trimmed = trimmedSequence
        guard sequence > trimmed, sequence - trimmed > 1 else { return }
        try database.scan(
            .streams, from: Self.key(stream, number, trimmed + 1), to: Self.key(stream, number, sequence),
            backwards: true
        ) { key, value in
            try body(Self.record(key, value), value.extracting(Self.headerBytes...))
        }
    }

    /// A record without its JSON.
    private static func record(_ key: RawSpan, _ value: RawSpan) -> StoredStreamRecord {
        StoredStreamRecord(
            sequence: key.bigEndianUInt64(at: 5), itemKey: value.bigEndianUInt64(at: 8), arrival: arrival(value),
            json: [])
    }

    /// Visits what is stored of every record.
    func walk(_ body: (_ sequence: UInt64, _ ordinal: UInt64, _ json: RawSpan) -> Void) throws {
        try database.scan(
            .streams, from: Self.key(stream, number, 1), to: Self.key(stream, number, .max)
        ) { key, value in
            body(key.bigEndianUInt64(at: 5), value.bigEndianUInt64(at: 16), value.extracting(Self.headerBytes...))
            return true
        }
    }

    /// When the first record behind `sequence` arrived; nil when there is none. One seek.
    public func firstArrival(after sequence: UInt64) throws -> Timestamp? {
        guard sequence < newestSequence else { return nil }
        var arrival: Timestamp?
        try scan(after: sequence) { record, _ in
            arrival = record.arrival
            return false
        }
        return arrival
    }

    /// When the newest record arrived; nil when none is held. One seek.
    func newestArrival() throws -> Timestamp? {
        var arrival: Timestamp?
        try database.scan(
            .streams, from: Self.key(stream, number, 1), to: Self.key(stream, number, .max), backwards: true
        ) { _, value in
            arrival = Self.arrival(value)
            return false
        }
        return arrival
    }

    /// The last record that arrived before a time; the last trimmed one, or 0, when there is none. Takes arrivals to rise
    /// with the sequence, as they do while the clock does. A seek for each bit of the sequence.
    public func sequence(before time: Timestamp) throws -> UInt64 {
        // The record searched for, or the place before the first, is at `low` or behind it, and before `high`.
        var low = trimmedSequence
        var high = newestSequence + 1
        while low + 1 < high {
            let middle = low + (high - low) / 2
            var found: StoredStreamRecord?
            try scan(after: middle - 1) { record, _ in
                found = record
                return false
            }
            if let found, found.sequence < high, found.arrival < time { low = found.sequence } else { high = middle }
        }
        return low
    }

    /// How many committed records lie behind `sequence`. One seek.
    public func backlog(after sequence: UInt64) throws -> UInt64 {
        let (newest, trimmed) = readers.withLock { ($0.newest, $0.trimmed) }
        guard sequence < newest.sequence else { return 0 }
        guard sequence > trimmed.sequence else { return newest.ordinal - trimmed.ordinal }
        var ordinal = trimmed.ordinal
        try database.scan(
            .streams, from: Self.key(stream, number, 1), to: Self.key(stream, number, sequence + 1), backwards: true
        ) { _, value in
            ordinal = value.bigEndianUInt64(at: 16)
            return false
        }
        // What was trimmed while this looked is behind nobody any more.
        ordinal = max(ordinal, readers.withLock { $0.trimmed.ordinal })
        return newest.ordinal - min(ordinal, newest.ordinal)
    }

    /// Returns when a record behind `sequence` is committed; at once when there is one that has not been trimmed.
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
                    if readers.newest.sequence > max(sequence, readers.trimmed.sequence) { return Answer.ready }
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

    // MARK: Writing, by the writer only

    /// Adds a record; `encode` appends its JSON.
    func append(
        sequence: UInt64, itemKey: UInt64, arrival: Timestamp, to transaction: Transaction,
        _ encode: (inout [UInt8]) throws -> Void
    ) throws -> AppendedRecord {
        let ordinal = lastOrdinal.wrappingAdd(1, ordering: .relaxed).newValue
        transaction.whenTakenBack { self.lastOrdinal.wrappingSubtract(1, ordering: .relaxed) }
        var value: [UInt8] = []
        value.reserveCapacity(2_048)
        value.appendBigEndian(UInt64(bitPattern: arrival.microseconds))
        value.appendBigEndian(itemKey)
        value.appendBigEndian(ordinal)
        try encode(&value)
        transaction.put(.streams, Self.key(stream, number, sequence), value)
        return AppendedRecord(lineage: self, sequence: sequence, ordinal: ordinal)
    }

    /// Wakes the readers after a commit.
    fileprivate func announce(_ record: AppendedRecord) {
        let woken = readers.withLock { readers in
            if record.sequence > readers.newest.sequence {
                readers.newest = Place(sequence: record.sequence, ordinal: record.ordinal)
            }
            guard !readers.waiting.isEmpty else { return [] as [CheckedContinuation<Void, any Error>] }
            let due = readers.waiting.filter { $0.value.after < readers.newest.sequence }
            for id in due.keys { readers.waiting[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    // MARK: Trimming

    /// Records that are looked at in one go when a trim looks for the last one that is old enough; of large ones fewer,
    /// `TableStore.bytesPerJob` of them. A day's records at once would take a thread of all tasks for seconds.
    static let recordsPerLook = 1_000

    /// Removes the records that arrived before `oldest`, at a cost that grows with their number by the look for the last one
    /// alone.
    ///
    /// The mark comes first: it hides the records at once, keeps the count, and tells a restart where the sequence stands
    /// when nothing else is left.
    ///
    /// - Parameter willForget: told of the last one, while all are still there; not called where there is none.
    /// - Throws: `CancellationError` while it looks; nothing is changed then.
    func trim(
        before oldest: Timestamp, writer: GroupCommitWriter, willForget: (UInt64) throws -> Void = { _ in }
    ) async throws {
        guard let last = try await lastRecord(before: oldest) else { return }
        // No mark goes back: what is hidden and still there was left by a crash.
        if last.sequence > trimmedSequence {
            try willForget(last.sequence)
            let (mark, key) = (Self.mark(sequence: last.sequence, ordinal: last.ordinal), Self.key(stream, number, 0))
            try await writer.commit(admission: .always) { $0.put(.streams, key, mark) }
            readers.withLock { $0.trimmed = last }
        }
        try database.deleteRange(
            .streams, from: Self.key(stream, number, 1), to: Self.key(stream, number, last.sequence + 1))
    }

    /// The last of the records that are to be removed; nil when there is none.
    private func lastRecord(before oldest: Timestamp) async throws -> Place? {
        let trimmed = trimmedSequence
        var last: Place?
        while true {
            var (records, bytes, isCut) = (0, 0, false)
            try database.scan(
                .streams, from: Self.key(stream, number, (last?.sequence ?? 0) + 1), to: Self.key(stream, number, .max)
            ) { key, value in
                let sequence = key.bigEndianUInt64(at: 5)
                guard sequence <= trimmed || Self.arrival(value) < oldest else { return false }
                last = Place(sequence: sequence, ordinal: value.bigEndianUInt64(at: 16))
                records += 1
                bytes += value.byteCount
                isCut = records == Self.recordsPerLook || bytes >= TableStore.bytesPerJob
                return !isCut
            }
            guard isCut else { return last }
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    // MARK: Layout

    // A stored record: arrival in microseconds, the item's hash and the ordinal, eight bytes each, then the JSON. The key
    // with sequence 0 holds the mark: sequence and ordinal of the last trimmed record.
    private static let headerBytes = 24

    static func mark(sequence: UInt64, ordinal: UInt64) -> [UInt8] {
        var mark: [UInt8] = []
        mark.appendBigEndian(sequence)
        mark.appendBigEndian(ordinal)
        return mark
    }

    private static func place(_ mark: [UInt8]) -> Place {
        Place(sequence: UInt64(bigEndianBytes: mark[...]), ordinal: UInt64(bigEndianBytes: mark[8...]))
    }

    private static func arrival(_ value: RawSpan) -> Timestamp {
        Timestamp(microseconds: Int64(bitPattern: value.bigEndianUInt64(at: 0)))
    }

    static func key(_ stream: UInt32, _ lineage: UInt8, _ sequence: UInt64) -> [UInt8] {
        var key: [UInt8] = []
        key.reserveCapacity(13)
        key.appendBigEndian(stream)
        key.append(lineage)
        key.appendBigEndian(sequence)
        return key
    }
}
