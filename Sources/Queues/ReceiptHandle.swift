import Storage

/// What a receiver names a message by: hexadecimal digits that hold the queue, the message's place and the receipt.
struct ReceiptHandle: Hashable, Sendable {
    let queue: UInt32
    let place: UInt64
    let receipt: UInt32

    private static let byteCount = 16

    init(queue: UInt32, place: UInt64, receipt: UInt32) {
        self.queue = queue
        self.place = place
        self.receipt = receipt
    }

    /// - Throws: ``QueueError`` for a text that is no handle of this queue.
    init(_ text: String, queue: UInt32) throws(QueueError) {
        let digits = Array(text.utf8)
        guard digits.count == 2 * Self.byteCount,
            let high = Hexadecimal.number(digits[..<16]), let low = Hexadecimal.number(digits[16...]),
            UInt32(high >> 32) == queue
        else {
            throw QueueError(
                .receiptHandleIsInvalid, "The input receipt handle \"\(text)\" is not a valid receipt handle.")
        }
        self.init(
            queue: queue, place: high << 32 | low >> 32, receipt: UInt32(truncatingIfNeeded: low))
    }

    var text: String {
        var bytes: [UInt8] = []
        bytes.appendBigEndian(queue)
        bytes.appendBigEndian(place)
        bytes.appendBigEndian(receipt)
        return Hexadecimal.text(bytes)
    }
}
