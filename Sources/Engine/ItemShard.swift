import Clocks
import Foundation
import Pipes
import Storage
import Synchronization
import Tables

/// A table's items as a pipe reads them, in the order of their keys, and the keeper of its own place: that is a key, while
/// the pipe counts records.
final class ItemShard: StreamShard, CheckpointStore {
    /// The stored keys of the items that have been read and are not settled.
    private struct Keys {
        /// The sequence and the key of the last settled item.
        var settled: (sequence: UInt64, key: [UInt8])
        /// Those of the sequences that follow.
        var open: ArraySlice<[UInt8]> = []
        var isAtEnd = false

        var last: (sequence: UInt64, key: [UInt8]) {
            (settled.sequence + UInt64(open.count), open.last ?? settled.key)
        }

        func opened(after sequence: UInt64) -> ArraySlice<[UInt8]> {
            open.dropFirst(Int(clamping: sequence - min(sequence, settled.sequence)))
        }

        mutating func settle(upTo sequence: UInt64) {
            let count = Int(clamping: sequence - min(sequence, settled.sequence))
            guard count > 0, count <= open.count else { return }
            settled = (sequence, open[open.startIndex + count - 1])
            open.removeFirst(count)
        }
    }

    let streamARN: String
    let shardID = ReplayPlace.shardID
    let isFinite = true
    private let begun: StoredReplay
    private let items: ItemRecords
    private let place: ReplayPlace
    private let time: any TimeSource
    private let keys: Mutex<Keys>

    init(
        _ stored: StoredReplay, _ items: ItemRecords, streamARN: String, place: ReplayPlace, time: any TimeSource
    ) {
        begun = stored
        self.items = items
        self.streamARN = streamARN
        self.place = place
        self.time = time
        keys = Mutex(Keys(settled: (stored.checkpoint.sequence, Array(stored.key))))
    }

    // MARK: Records

    func records(after sequence: UInt64, limit: Int) async throws -> [SourceRecord] {
        var sequence = sequence
        while true {
            // What an earlier run has read keeps its sequence: by that it is known to be settled.
            let known = keys.withLock { [sequence] in $0.opened(after: sequence).prefix(limit) }
            guard !known.isEmpty else { return try newRecords(limit) }
            let now = time.now()
            var records: [SourceRecord] = []
            var bytes = 0
            for (sequence, key) in zip((sequence + 1)..., known) where bytes < ChangeStream.recordsBytesMax {
                guard let record = try items.record(key, sequence: sequence, now: now) else { continue }
                bytes += record.json.count
                records.append(Self.record(record, sequence, now))
            }
            // Items that are gone are nothing to deliver.
            if !records.isEmpty { return records }
            sequence += UInt64(known.count)
        }
    }

    private func newRecords(_ limit: Int) throws -> [SourceRecord] {
        let last = keys.withLock { $0.last }
        let now = time.now()
        let page = try items.page(after: last.key, firstSequence: last.sequence + 1, limit: limit, now: now)
        keys.withLock { keys in
            keys.open += page.map(\.key)
            keys.isAtEnd = page.isEmpty
        }
        return zip((last.sequence + 1)..., page).map { Self.record($1, $0, now) }
    }

    private static func record(_ record: ItemRecords.Record, _ sequence: UInt64, _ now: Timestamp) -> SourceRecord {
        SourceRecord(sequence: sequence, itemKey: record.itemKey, arrival: now, json: record.json)
    }

    /// There is nothing to wait for: the table's items are there.
    func waitForRecords(after sequence: UInt64) async throws {}

    func shardID(of sequence: UInt64) -> String { shardID }

    var newestSequence: UInt64 { keys.withLock { $0.last.sequence } }

    /// By the count at the beginning; items come and go meanwhile.
    func backlog(after sequence: UInt64) -> Int {
        keys.withLock { keys in
            let opened = keys.opened(after: sequence).count
            return keys.isAtEnd ? opened : max(opened, begun.itemCount - Int(clamping: sequence), 1)
        }
    }

    func firstArrival(after sequence: UInt64) -> Timestamp? { begun.begunAt }

    func sequence(before time: Timestamp) -> UInt64 { 0 }

    func sequenceNumber(_ sequence: UInt64) -> String { SequenceNumber.text(sequence) }

    // MARK: Its place

    func load(pipe: String, shardID: String) throws -> Checkpoint? { try place.load()?.checkpoint }

    /// Needs no sync, as a place in the stream needs none.
    func save(_ checkpoint: Checkpoint, pipe: String, shardID: String) async throws {
        var stored = begun
        stored.checkpoint = checkpoint
        stored.key = keys.withLock { keys in
            keys.settle(upTo: checkpoint.sequence)
            return Data(keys.settled.key)
        }
        try await place.save(stored, durability: .unsynced)
    }
}
