import NIOCore
import NIOHTTP1
import Testing

@testable import HTTPServing

/// What is made of the bytes of a request.
@Suite(.timeLimit(.minutes(1))) struct RequestTests {
    @Test(
        arguments: [
            ("/", "/", nil), ("/a/b", "/a/b", nil), ("/a?b=c?d", "/a", "b=c?d"), ("/a?", "/a", ""), ("*", "*", nil),
            ("http://host:1/a?b", "/a", "b"), ("http://host", "/", nil), ("http://host?b", "/", "b"),
            ("/%41?%42", "/%41", "%42"),
        ] as [(String, String, String?)])
    func aTargetIsPathAndQuery(target: String, path: String, query: String?) {
        let request = HTTPRequest(method: .GET, target: target)
        #expect(request.path == path)
        #expect(request.query == query)
    }

    @Test func aChunkedBodyIsPutTogether() async throws {
        try await withServer(respond: echo) { server in
            let client = try await TestClient.connect(to: server)
            try await client.sendRaw(
                "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: 1\r\n\r\n"
            )
            #expect(try await client.answer().body == "POST /c abcde")
            try await client.send(body: "next")
            #expect(try await client.answer().body == "POST / next")
        }
    }

    /// However the network cuts two requests, they are the same.
    @Test func aRequestMayComeByteByByte() async throws {
        try await withServer(respond: echo) { server in
            let client = try await TestClient.connect(to: server)
            let text =
                TestClient.request(body: "first")
                + "PUT /x?y HTTP/1.1\r\nhost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
            for byte in text.unicodeScalars { try await client.sendRaw(String(byte)) }
            #expect(try await client.answer().body == "POST / first")
            #expect(try await client.answer().body == "PUT /x abc")
        }
    }

    @Test func aClientThatAsksIsToldToSendItsBody() async throws {
        try await withServer(respond: echo) { server in
            let client = try await TestClient.connect(to: server)
            for body in ["one", "two"] {
                try await client.sendRaw(
                    "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\n")
                #expect(try await client.interim() == "HTTP/1.1 100 Continue\r\n\r\n")
                try await client.sendRaw(body)
                #expect(try await client.answer().body == "POST / \(body)")
            }
        }
    }

    @Test func theWordToSendABodyComesAfterTheAnswersBeforeIt() async throws {
        let held = Held()
        try await withServer(respond: held.respond) { server in
            let client = try await TestClient.connect(to: server)
            try await client.sendRaw(
                TestClient.request(body: "first")
                    + "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
            let (_, first) = try await held.next()
            first.reply(HTTPReply(status: .ok))
            #expect(try await client.answer().status == 200)
            #expect(try await client.interim() == "HTTP/1.1 100 Continue\r\n\r\n")
            try await client.sendRaw("abc")
            let (request, second) = try await held.next()
            #expect(described(request) == "POST / abc")
            second.reply(HTTPReply(status: .ok))
            #expect(try await client.answer().status == 200)
        }
    }

    /// A body that the client announces as too large, and one that turns out so.
    @Test(arguments: ["Content-Length: 300000", "Transfer-Encoding: chunked"])
    func aBodyTooLargeIsAnsweredAndTheConnectionCloses(length: String) async throws {
        // Time to send it all, however busy the machine is.
        var limits = HTTPLimits()
        limits.lingerDuration = .minutes(1)
        try await withServer(bodyBytesMax: 1_000, limits: limits, respond: refuse) { server in
            let client = try await TestClient.connect(to: server)
            try await client.sendRaw("POST /big HTTP/1.1\r\nHost: h\r\n\(length)\r\n\r\n")
            let isChunked = length.contains("chunked")
            for _ in 0..<3 {
                try await client.sendRaw((isChunked ? "186A0\r\n" : "") + String(repeating: "x", count: 100_000))
                if isChunked { try await client.sendRaw("\r\n") }
            }
            if isChunked { try await client.sendRaw("0\r\n\r\n") }
            let answer = try await client.answer()
            #expect(answer.status == 413)
            #expect(answer.body == "/big true 0")
            #expect(answer.headers["connection"] == "close")
            #expect(await client.isClosedWithoutMore())
            try await client.close()
        }
    }

    @Test func aBodyOfTheLargestSizeIsTaken() async throws {
        try await withServer(bodyBytesMax: 100_000, respond: echo) { server in
            let client = try await TestClient.connect(to: server)
            let body = String(repeating: "x", count: 100_000)
            try await client.send(body: body)
            #expect(try await client.answer().body == "POST / \(body)")
        }
    }

    /// Before its body has come where its head says how long that is, else once it is large.
    @Test(arguments: [false, true]) func aLargeBodyIsTakenOfWhoMayHaveOne(isChunked: Bool) async throws {
        try await withServer(
            mayBeLarge: { $0.headers.contains(name: "X-Key") }, respond: refuse
        ) { server in
            let body = String(repeating: "x", count: HTTPLimits.smallBytes + 1)
            for (count, headers, isTaken) in [
                (0, "", true), (1, "", false), (1, "X-Key: a\r\n", true),
            ] {
                let client = try await TestClient.connect(to: server)
                let body = body.dropLast(1 - count)
                try await client.sendRaw("POST /a HTTP/1.1\r\nHost: h\r\n\(headers)")
                if isChunked {
                    try await client.sendRaw(
                        "Transfer-Encoding: chunked\r\n\r\n\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
                    )
                } else {
                    try await client.sendRaw("Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
                }
                #expect(try await client.answer().body == "/a \(!isTaken) \(isTaken ? body.utf8.count : 0)")
                try await client.close()
            }
        }
    }

    @Test func aClientThatAsksWithABodyTooLargeIsNotToldToSendIt() async throws {
        try await withServer(bodyBytesMax: 1_000, respond: refuse) { server in
            let client = try await TestClient.connect(to: server)
            try await client.sendRaw(
                "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n")
            #expect(try await client.answer().status == 413)
            try await client.closeOutput()
            #expect(await client.isClosedWithoutMore())
        }
    }

    @Sendable private func refuse(_ request: HTTPRequest, _ replier: HTTPReplier) {
        let body = "\(request.path) \(request.isBodyTooLarge) \(request.body.readableBytes)"
        replier.reply(HTTPReply(status: .payloadTooLarge, body: ByteBuffer(string: body)))
    }

    @Test(
        arguments: [
            ("nonsense\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
            ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nA B: c\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nA: \(String(repeating: "x", count: 20_000))\r\n\r\n", 431),
            ("GET /\(String(repeating: "x", count: 20_000)) HTTP/1.1\r\nHost: a\r\n\r\n", 431),
            ("GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "A: b\r\n", count: 200))\r\n", 431),
        ] as [(String, Int)])
    func whatIsNotHTTPIsRefusedBehindTheAnswersBefore(text: String, status: Int) async throws {
        try await withServer(respond: echo) { server in
            let client = try await TestClient.connect(to: server)
            try await client.sendRaw(TestClient.request(body: "before") + text)
            #expect(try await client.answer().body == "POST / before")
            let refusal = try await client.answer()
            #expect(refusal.status == status)
            #expect(refusal.headers["connection"] == "close")
            // What is sent after is thrown away.
            try? await client.send(body: "after")
            #expect(await client.isClosedWithoutMore())
        }
    }

    @Test func aWishForAnotherProtocolIsNotGranted() async throws {
        try await withServer(respond: echo) { server in
            let client = try await TestClient.connect(to: server)
            try await client.send(headers: ["Connection: Upgrade", "Upgrade: h2c"], body: "abc")
            let answer = try await client.answer()
            #expect(answer.body == "POST / abc")
            #expect(answer.headers["connection"] == "close")
            #expect(await client.isClosedWithoutMore())
        }
    }
}
