import Storage

/// What a queue knows of a message besides its contents: small, so that all records of a queue stay in memory.
///
/// Times are milliseconds, as SQS tells them; all but the sending count from the sending, so that four bytes hold them.
struct MessageRecord: Hashable, Sendable {
    /// Where it stands among all messages the queue has ever taken; given once.
    var place: UInt64
    /// Milliseconds since 1970.
    var sentAt: Int64
    /// When it becomes visible; 0 for at once.
    var visibleAfter: UInt32 = 0
    var firstReceivedAfter: UInt32 = 0
    var lastReceivedAfter: UInt32 = 0
    var receiveCount: UInt32 = 0
    /// The secret part of its latest receipt handle; 0 when it has none.
    var receipt: UInt32 = 0
    /// Its message group, where the queue is a FIFO queue.
    var group: String?

    var visibleAt: Int64 { sentAt + Int64(visibleAfter) }
    /// How long it is invisible in all: its delay, or its time-out from its latest receive on. In milliseconds.
    var wholeWait: Int64 { Int64(visibleAfter) - Int64(lastReceivedAfter) }
    var firstReceivedAt: Int64 { sentAt + Int64(firstReceivedAfter) }
}

/// Stored without the place, which is in the key.
extension MessageRecord {
    private static let fixedBytes = 8 + 5 * 4

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.fixedBytes + (group?.utf8.count ?? 0))
        bytes.appendBigEndian(UInt64(bitPattern: sentAt))
        for number in [visibleAfter, firstReceivedAfter, lastReceivedAfter, receiveCount, receipt] {
            bytes.appendBigEndian(number)
        }
        if let group { bytes.append(contentsOf: group.utf8) }
        return bytes
    }

    /// - Throws: ``StorageError`` for bytes that are no record.
    init(_ bytes: RawSpan, place: UInt64, isGrouped: Bool) throws {
        guard bytes.byteCount >= Self.fixedBytes else {
            throw StorageError(.damaged, "A message's record is too short; restore the data folder from a backup.")
        }
        func number(_ index: Int) -> UInt32 {
            UInt32(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 8 + 4 * index, as: UInt32.self))
        }
        self.place = place
        sentAt = Int64(bitPattern: bytes.bigEndianUInt64(at: 0))
        visibleAfter = number(0)
        firstReceivedAfter = number(1)
        lastReceivedAfter = number(2)
        receiveCount = number(3)
        receipt = number(4)
        group = isGrouped ? String(decoding: bytes.bytes(from: Self.fixedBytes), as: UTF8.self) : nil
    }
}
