@testable import Load
import Testing

@Suite struct WriteOutcomeTests {
    private static func outcome(_ status: Int, _ body: String, isBatch: Bool = false) -> WriteOutcome {
        let bytes = Array(body.utf8)
        return WriteOutcome(status: status, body: bytes.span, isBatch: isBatch)
    }

    @Test func anAnswerSaysWhatCameOfTheWrites() {
        #expect(Self.outcome(200, "{}") == .acknowledged)
        #expect(Self.outcome(200, #"{"UnprocessedItems":{}}"#, isBatch: true) == .acknowledged)
        #expect(
            Self.outcome(
                200, #"{"UnprocessedItems":{"Orders":[{"PutRequest":{"Item":{}}},{"PutRequest":{"Item":{}}}]}}"#,
                isBatch: true) == .unprocessed(2))
    }

    @Test func anErrorIsNamedWithoutItsNamespace() {
        let body = #"{"__type" : "com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"Rate"}"#
        #expect(Self.outcome(400, body) == .failed(type: "ThrottlingException", isUncertain: false))
        #expect(Self.outcome(400, #"{"__type":"X"}"#) == .failed(type: "X", isUncertain: false))
        #expect(Self.outcome(503, "<html>") == .failed(type: "HTTP 503", isUncertain: true))
        #expect(Self.outcome(400, #"{"__type"#) == .failed(type: "HTTP 400", isUncertain: false))
    }
}

@Suite struct AnswerParserTests {
    /// The state after all of a text came in pieces of some size.
    private static func state(_ text: String, pieces size: Int) -> (state: AnswerParser.State, body: String) {
        var parser = AnswerParser()
        var state = AnswerParser.State.incomplete
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            #expect(state == .incomplete, "nothing is told before the answer is whole")
            state = parser.append(bytes[start..<min(start + size, bytes.count)])
        }
        guard case .complete(_, let body, _) = state else { return (state, "") }
        return (state, String(decoding: parser.received[body], as: UTF8.self))
    }

    @Test(arguments: [1, 2, 7, 1_000])
    func anAnswerIsReadHoweverItComes(size: Int) {
        let (state, body) = Self.state(
            "HTTP/1.1 200 OK\r\nServer: x\r\ncontent-length: 5\r\n\r\nhello", pieces: size)
        guard case .complete(200, _, false) = state else {
            Issue.record("\(state)")
            return
        }
        #expect(body == "hello")
    }

    @Test(arguments: [1, 3, 1_000])
    func chunksArePutTogether(size: Int) {
        let (state, body) = Self.state(
            "HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5;a=b\r\nhello\r\nA\r\n, everyone\r\n0\r\n\r\n",
            pieces: size)
        guard case .complete(400, _, true) = state else {
            Issue.record("\(state)")
            return
        }
        #expect(body == "hello, everyone")
    }

    /// Reads to the end, or to the first state that is one.
    private static func parser(
        of bytes: [UInt8], pieces size: Int
    ) -> (parser: AnswerParser, state: AnswerParser.State) {
        var parser = AnswerParser()
        var state = AnswerParser.State.incomplete
        for start in stride(from: 0, to: bytes.count, by: size) where state == .incomplete {
            state = parser.append(bytes[start..<min(start + size, bytes.count)])
        }
        return (parser, state)
    }

    /// Only an LF behind it makes a CR the end of a line.
    @Test(arguments: 1...39)
    func aSecondCREndsNoLine(size: Int) {
        let (state, body) = Self.state("HTTP/1.1 200 OK\r\r\nContent-Length: 0\r\n\r\n", pieces: size)
        guard case .complete(200, _, false) = state else {
            Issue.record("\(state)")
            return
        }
        #expect(body == "")
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\n\r\n",
    ])
    func anyDamageIsAnswered(text: String) {
        let bytes = Array(text.utf8)
        for place in bytes.indices {
            for byte in Array("\r\n:;- 09F".utf8) {
                var (replaced, lengthened) = (bytes, bytes)
                replaced[place] = byte
                lengthened.insert(byte, at: place)
                for damaged in [replaced, lengthened] {
                    for size in [1, damaged.count] {
                        let (parser, state) = Self.parser(of: damaged, pieces: size)
                        guard case .complete(_, let body, _) = state else { continue }
                        #expect(body.upperBound <= parser.received.count)
                    }
                }
            }
        }
    }

    @Test func anAnswerWithoutContentIsWhole() {
        #expect(Self.state("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", pieces: 100).body == "")
    }

    @Test(arguments: [
        "SSH-2.0-OpenSSH_9.2 and so on\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 OK 200\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n",
        "ICAP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nx\r\n",
    ])
    func whatIsNoAnswerIsUnreadable(text: String) {
        #expect(Self.state(text, pieces: 1_000).state == .unreadable)
    }
}
