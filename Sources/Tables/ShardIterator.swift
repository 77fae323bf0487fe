import Clocks
import Foundation
import Items
import Storage

/// A place in a shard that a reader holds: opaque text for clients, good for 15 minutes.
struct ShardIterator: Sendable, Hashable {
    /// AWS: 15 minutes.
    static let lifetime = Duration.seconds(15 * 60)

    var streamARN: String
    var shardID: String
    /// The first sequence to be read.
    var next: UInt64
    var issuedAt: Timestamp

    /// As AWS's iterators: the stream, a version, and base64.
    var text: String {
        let fields = "\(shardID) \(next) \(issuedAt.microseconds)"
        return "\(streamARN)|1|\(Data(fields.utf8).base64EncodedString())"
    }

    /// - Throws: AWS's validation error for a text that is no iterator.
    init(_ text: String) throws(TableError) {
        let parts = text.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1] == "1", let data = Data(base64Encoded: String(parts[2])) else {
            throw Self.invalid
        }
        let fields = String(decoding: data, as: UTF8.self).split(separator: " ", maxSplits: 3)
        guard fields.count == 3, let next = UInt64(fields[1]), let microseconds = Int64(fields[2]),
            microseconds >= 0
        else { throw Self.invalid }
        streamARN = String(parts[0])
        shardID = String(fields[0])
        self.next = next
        issuedAt = Timestamp(microseconds: microseconds)
        // Whoever changes one gets no other way to write it: signs, more zeroes, other white space.
        guard self.text.utf8.elementsEqual(text.utf8) else { throw Self.invalid }
    }

    init(streamARN: String, shardID: String, next: UInt64, issuedAt: Timestamp) {
        self.streamARN = streamARN
        self.shardID = shardID
        self.next = next
        self.issuedAt = issuedAt
    }

    private static let invalid = TableError.validation("Invalid ShardIterator")
}

extension ChangeStream {
    /// Where a new iterator points.
    public enum IteratorPosition: Sendable, Hashable {
        /// The oldest record that is still there.
        case trimHorizon
        /// Behind the newest record.
        case latest
        case at(sequenceNumber: String)
        case after(sequenceNumber: String)
    }

    /// A page of a shard.
    public struct Records: Sendable {
        /// Whose they are.
        public var stream: ChangeStream
        /// The records as GetRecords answers them.
        public var json: [[UInt8]]
        /// Nil when the shard is closed and read to its end.
        public var nextShardIterator: String?
    }

    /// Most records of one page. AWS: 1,000 records or 1 MB, whichever is first.
    public static let recordsCountMax = 1_000
    /// Most bytes of records of one page.
    public static let recordsBytesMax = 1 << 20

    func iterator(
        shardID: String, _ position: IteratorPosition, now: Timestamp
    ) throws(TableError) -> ShardIterator {
        guard let (shard, lineage) = shard(shardID) else {
            throw TableError(
                .resourceNotFound,
                "Requested resource not found: Shard: \(shardID) in Stream: \(arn) not found")
        }
        let next: UInt64
        switch position {
        case .trimHorizon: next = max(shard.first, lineage.trimmedSequence + 1)
        case .latest: next = shard.last.map { $0 + 1 } ?? max(shard.first, lineage.newestSequence + 1)
        case .at(let number): next = try sequence(number, in: shard, lineage)
        case .after(let number): next = try sequence(number, in: shard, lineage) + 1
        }
        return ShardIterator(streamARN: arn, shardID: shardID, next: next, issuedAt: now)
    }

    private func sequence(
        _ number: String, in shard: StoredStream.Shard, _ lineage: ShardLineage
    ) throws(TableError) -> UInt64 {
        guard let sequence = SequenceNumber.sequence(number) else {
            throw .validation("Invalid SequenceNumber: \(number.prefix(64)) is no sequence number of this stream")
        }
        guard sequence > lineage.trimmedSequence || lineage.trimmedSequence < shard.first else {
            throw Self.trimmedAccess
        }
        guard sequence >= shard.first, sequence <= shard.last ?? .max - 1 else {
            throw .validation(
                "Invalid SequenceNumber: \(number) is not in the shard \(shard.id) of the stream \(arn)")
        }
        return sequence
    }

    static let trimmedAccess = TableError(
        .trimmedDataAccess,
        "The operation attempted to read past the oldest stream record in a shard. The records that the iterator or "
            + "sequence number points to are older than 24 hours and have been trimmed.")

    /// Up to `limit` records from the iterator on.
    func records(_ iterator: ShardIterator, limit: Int, now: Timestamp) throws -> Records {
        guard now - iterator.issuedAt <= ShardIterator.lifetime else {
            throw TableError(
                .expiredIterator,
                "Iterator expired. The iterator was created more than 15 minutes ago; get a new one with GetShardIterator."
            )
        }
        guard let (shard, lineage) = shard(iterator.shardID) else {
            throw TableError(
                .resourceNotFound,
                "Requested resource not found: Shard: \(iterator.shardID) in Stream: \(arn) not found")
        }
        guard iterator.next > lineage.trimmedSequence else { throw Self.trimmedAccess }
        return try records(iterator, of: shard, in: lineage, limit: limit, now: now)
    }

    /// - Parameter shard: as it was a moment ago. Since then it may have been closed, and its child may have got records.
    func records(
        _ iterator: ShardIterator, of shard: StoredStream.Shard, in lineage: ShardLineage, limit: Int, now: Timestamp
    ) throws -> Records {
        var found: [(sequence: UInt64, json: [UInt8])] = []
        var bytes = 0
        var isFull = false
        try lineage.scan(after: iterator.next - 1) { record, stored in
            guard record.sequence <= shard.last ?? .max else { return false }
            let answer = answered(stored)
            // One record may be larger than a page; it goes alone.
            guard found.isEmpty || bytes + answer.count <= Self.recordsBytesMax else {
                isFull = true
                return false
            }
            bytes += answer.count
            found.append((record.sequence, answer))
            isFull = found.count >= limit
            return !isFull
        }
        // Looked up behind the scan: that a shard is closed is published before its child gets a record, so whatever the
        // scan has seen of the child lies behind this.
        let last: UInt64 = self.shard(shard.id)?.shard.last ?? shard.last ?? .max
        let own = found.prefix { $0.sequence <= last }
        // A shard that was closed meanwhile may have got records behind the scan; it has not when the scan shows the child's.
        let isAtEnd = own.count < found.count || (shard.last != nil && !isFull)
        let following = ShardIterator(
            streamARN: arn, shardID: shard.id, next: own.last.map { $0.sequence + 1 } ?? iterator.next, issuedAt: now)
        return Records(stream: self, json: own.map(\.json), nextShardIterator: isAtEnd ? nil : following.text)
    }
}
