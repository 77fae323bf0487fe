/// Reads the answers of one HTTP/1.1 connection as their bytes come.
struct AnswerParser: Sendable {
    /// Largest answer: those to writes are small.
    private static let bytesMax = 1 << 20

    enum State: Sendable, Hashable {
        case incomplete
        /// - body: where its bytes are among those received.
        case complete(status: Int, body: Range<Int>, closes: Bool)
        /// No answer of HTTP's, or one that is too large.
        case unreadable
    }

    private struct Head {
        var status = 0
        var end = 0
        var length: Int?
        var isChunked = false
        var closes = false
    }

    /// What has come of the present answer; chunked bodies are put together in it.
    private(set) var received: [UInt8] = []
    private var head: Head?

    /// Forgets the present answer.
    mutating func removeAll() {
        received.removeAll(keepingCapacity: true)
        head = nil
    }

    mutating func append(_ bytes: ArraySlice<UInt8>) -> State {
        received += bytes
        guard received.count <= Self.bytesMax else { return .unreadable }
        if head == nil {
            guard let end = headEnd else { return .incomplete }
            guard let read = readHead(end) else { return .unreadable }
            head = read
        }
        guard let head else { return .incomplete }
        if head.isChunked { return chunkedBody(head) }
        let end = head.end + (head.length ?? 0)
        guard received.count >= end else { return .incomplete }
        return .complete(status: head.status, body: head.end..<end, closes: head.closes)
    }

    /// What a complete answer says of its request.
    func outcome(_ status: Int, _ body: Range<Int>, isBatch: Bool) -> WriteOutcome {
        let bytes = received.span
        return WriteOutcome(status: status, body: bytes.extracting(body), isBatch: isBatch)
    }

    /// Behind the empty line.
    private var headEnd: Int? {
        var index = 3
        while index < received.count {
            if received[index] == 10, received[index - 1] == 13, received[index - 2] == 10, received[index - 3] == 13 {
                return index + 1
            }
            index += 1
        }
        return nil
    }

    private func readHead(_ end: Int) -> Head? {
        // "HTTP/1.1 200 OK"
        guard received.starts(with: "HTTP/1.".utf8), end > 12 else { return nil }
        var head = Head(end: end)
        for digit in received[9..<12] {
            guard 48...57 ~= digit else { return nil }
            head.status = head.status * 10 + Int(digit - 48)
        }
        head.closes = received[7] == UInt8(ascii: "0")
        var start = 0
        // A CR that no LF follows is a part of its line.
        for index in 0..<end - 2 where received[index] == 13 && received[index + 1] == 10 {
            let line = received[start..<index]
            start = index + 2
            if let value = Self.value(of: "content-length:", in: line) {
                guard let length = Self.number(value, radix: 10) else { return nil }
                head.length = length
            } else if let value = Self.value(of: "transfer-encoding:", in: line) {
                head.isChunked = Self.isText(value, "chunked")
            } else if let value = Self.value(of: "connection:", in: line) {
                head.closes = Self.isText(value, "close")
            }
        }
        // Without a length an answer would end with its connection; no DynamoDB does so.
        guard head.length != nil || head.isChunked || head.status == 204 else { return nil }
        return head
    }

    /// Puts the chunks together behind the head once the last one is there.
    private mutating func chunkedBody(_ head: Head) -> State {
        var body: [UInt8] = []
        var index = head.end
        while true {
            guard let lineEnd = received[index...].firstIndex(of: 13) else { return .incomplete }
            let size = received[index..<lineEnd].prefix { $0 != UInt8(ascii: ";") }
            guard let length = Self.number(size, radix: 16) else { return .unreadable }
            index = lineEnd + 2
            guard received.count >= index + length + 2 else { return .incomplete }
            if length == 0 { break }
            body += received[index..<index + length]
            index += length + 2
        }
        received.replaceSubrange(head.end..., with: body)
        return .complete(status: head.status, body: head.end..<received.count, closes: head.closes)
    }

    // MARK: Lines

    /// What stands behind a header's name, in any case of its letters; nil for another header.
    private static func value(of name: StaticString, in line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let count = name.utf8CodeUnitCount
        guard line.count >= count else { return nil }
        for offset in 0..<count {
            let (byte, wanted) = (line[line.startIndex + offset], name.utf8Start[offset])
            guard byte == wanted || byte | 0x20 == wanted else { return nil }
        }
        return line.dropFirst(count).drop { $0 == 0x20 }
    }

    private static func isText(_ value: ArraySlice<UInt8>, _ text: String) -> Bool {
        value.count == text.utf8.count && zip(value, text.utf8).allSatisfy { $0 | 0x20 == $1 }
    }

    private static func number(_ text: ArraySlice<UInt8>, radix: Int) -> Int? {
        var number = 0
        var count = 0
        for byte in text {
            let digit: Int
            switch byte {
            case 48...57: digit = Int(byte) - 48
            case 97...102 where radix == 16: digit = Int(byte) - 87
            case 65...70 where radix == 16: digit = Int(byte) - 55
            case 0x20: continue
            default: return nil
            }
            number = number * radix + digit
            count += 1
            guard count <= 9 else { return nil }
        }
        return count > 0 ? number : nil
    }
}
