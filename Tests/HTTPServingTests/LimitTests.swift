import NIOCore
import NIOHTTP1
import Testing

@testable import HTTPServing

/// What clients may cost. Time passes when a test says so.
@Suite(.timeLimit(.minutes(1))) struct LimitTests {
    private static let kilobyte = String(repeating: "x", count: 1_024)

    private func limits(
        connections: Int = 100, requestBytes: Int = 1 << 20, answerBytes: Int = 1 << 20, isPatient: Bool = false
    ) -> HTTPLimits {
        var limits = HTTPLimits(
            connectionCountMax: connections, requestBytesMax: requestBytes, answerBytesMax: answerBytes,
            overloadReply: HTTPReply(status: .serviceUnavailable, body: ByteBuffer(string: "full")),
            isPatient: isPatient)
        limits.secondDuration = nil
        limits.lingerDuration = .minutes(1)
        return limits
    }

    /// Returns once the server has seen what others have sent: a later request has been answered.
    private func settle(_ server: HTTPServer) async throws {
        let client = try await TestClient.connect(to: server)
        try await client.send("GET", "/settle")
        #expect(try await client.answer().status == 200)
        try await client.close()
    }

    /// Holds all requests but those by which `settle` knows that the server has come so far.
    private func holding(_ held: Held) -> @Sendable (HTTPRequest, HTTPReplier) -> Void {
        { request, replier in
            if request.path == "/settle" { echo(request, replier) } else { held.respond(request, replier) }
        }
    }

    // MARK: Time

    /// However the bytes come: one now and then moves no end.
    @Test func aHeaderMustBeCompleteTenSecondsAfterItsBeginning() async throws {
        try await withServer(limits: limits(), respond: echo) { server in
            let client = try await TestClient.connect(to: server)
            try await client.sendRaw("GET / HTTP/1.1\r\nHost: h\r\n")
            for _ in 0..<11 {
                try await settle(server)
                try await server.pass(seconds: 1)
                try? await client.sendRaw("x")
            }
            let answer = try await client.answer()
            #expect(answer.status == 408)
            #expect(answer.headers["connection"] == "close")
            try await client.closeOutput()
            #expect(await client.isClosedWithoutMore())
        }
    }

    @Test func aHeaderThatIsCompleteInTimeIsAnswered() async throws {
        try await withServer(limits: limits(), respond: echo) { server in
            let client = try await TestClient.connect(to: server)
            for path in ["/a", "/b"] {
                try await client.sendRaw("GET \(path) HTTP/1.1\r\nHost: h\r\n")
                try await settle(server)
                try await server.pass(seconds: 10)
                try await client.sendRaw("\r\n")
                #expect(try await client.answer().body == "GET \(path) ")
            }
        }
    }

    @Test func aBodyThatDoesNotComeIsGivenUp() async throws {
        try await withServer(limits: limits(), respond: echo) { server in
            let client = try await TestClient.connect(to: server)
            try await client.sendRaw("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\nbegin")
            try await settle(server)
            try await server.pass(seconds: 60)
            // Two seconds more for 128 KiB.
            try await client.sendRaw(String(repeating: Self.kilobyte, count: 128))
            try await settle(server)
            try await server.pass(seconds: 2)
            #expect(try await server.heldBytes().requests == 128 << 10 + 5)
            try await server.pass(seconds: 1)
            #expect(try await client.answer().status == 408)
            #expect(try await server.heldBytes().requests == 0)
            try await client.close()
        }
    }

    @Test func aConnectionWithoutARequestIsClosed() async throws {
        try await withServer(limits: limits(), respond: echo) { server in
            let silent = try await TestClient.connect(to: server)
            let idle = try await TestClient.connect(to: server)
            try await idle.send("GET", "/a")
            #expect(try await idle.answer().status == 200)
            try await server.pass(seconds: 350)
            try await idle.send("GET", "/b")
            #expect(try await idle.answer().body == "GET /b ")
            try await server.pass(seconds: 1)
            #expect(await silent.isClosedWithoutMore())
            try await server.pass(seconds: 349)
            try await idle.send("GET", "/c")
            #expect(try await idle.answer().body == "GET /c ")
            try await server.pass(seconds: 351)
            #expect(await idle.isClosedWithoutMore())
        }
    }

    /// Long polls and functions that think: the client owes nothing.
    @Test func anAnswerMayTakeAsLongAsItTakes() async throws {
        let held = Held()
        try await withServer(limits: limits(), respond: holding(held)) { server in
            let client = try await TestClient.connect(to: server)
            try await client.send(body: "wait")
            let (request, replier) = try await held.next()
            try await server.pass(seconds: 100_000)
            replier.reply(HTTPReply(status: .ok, body: request.body))
            #expect(try await client.answer().body == "wait")
        }
    }

    @Test func aStreamMayGoOnForAsLongAsItIsRead() async throws {
        let held = Held()
        try await withServer(
            limits: limits(),
            respond: { request, replier in
                let stream = replier.beginStream(HTTPReply(status: .ok))
                held.respond(request, stream.replier)
            }
        ) { server in
            let client = try await TestClient.connect(to: server)
            try await client.send("GET", "/")
            let stream = HTTPReplyStream(replier: try await held.next().1)
            _ = try await client.interim()
            try await server.pass(seconds: 100_000)
            try await stream.send(ByteBuffer(string: "late\r\n\r\n"))
            #expect(try await client.interim() == "late\r\n\r\n")
            stream.end()
        }
    }

    /// The client waits for a word before it sends the body, which it gets only behind the answer before.
    @Test func whoWaitsForTheWordToGoOnOwesNothing() async throws {
        let held = Held()
        try await withServer(limits: limits(), respond: holding(held)) { server in
            let client = try await TestClient.connect(to: server)
            try await client.sendRaw(
                TestClient.request(body: "first")
                    + "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
            let (_, first) = try await held.next()
            try await server.pass(seconds: 1_000)
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

    @Test func aClientThatReadsNoAnswersIsClosed() async throws {
        let answer = ByteBuffer(repeating: 1, count: 16 << 20)
        try await withServer(
            limits: limits(answerBytes: 64 << 20),
            respond: { request, replier in
                replier.reply(HTTPReply(status: .ok, body: request.path == "/settle" ? ByteBuffer() : answer))
            }
        ) { server in
            let client = try await TestClient.connect(to: server, readsByItself: false)
            try await client.send("GET", "/")
            try await settle(server)
            #expect(try await server.heldBytes().answers == 16 << 20)
            try await server.pass(seconds: 61)
            #expect(try await server.heldBytes().answers == 0)
            await #expect(throws: (any Error).self) { try await client.answer() }
        }
    }

    /// The server of functions' processes, which may stand still in a debugger.
    @Test func aPatientServerClosesNobody() async throws {
        try await withServer(limits: limits(isPatient: true), respond: echo) { server in
            let client = try await TestClient.connect(to: server)
            try await client.sendRaw("GET / HTTP/1.1\r\nHost: h\r\n")
            try await settle(server)
            try await server.pass(seconds: 100_000)
            try await client.sendRaw("\r\n")
            #expect(try await client.answer().status == 200)
        }
    }

    @Test func timePassesByItself() async throws {
        var limits = limits()
        limits.secondDuration = .milliseconds(1)
        try await withServer(limits: limits, respond: echo) { server in
            // The timer ends with the last connection, and begins with the next.
            for _ in 0..<2 {
                let client = try await TestClient.connect(to: server)
                #expect(await client.isClosedWithoutMore())
            }
        }
    }

    // MARK: Counts

    @Test func aConnectionTooManyIsToldSoAndClosed() async throws {
        try await withServer(eventLoopCount: 2, limits: limits(connections: 2), respond: echo) { server in
            let clients = [try await TestClient.connect(to: server), try await TestClient.connect(to: server)]
            for client in clients {
                try await client.send("GET", "/in")
                #expect(try await client.answer().status == 200)
            }
            let surplus = try await TestClient.connect(to: server)
            let answer = try await surplus.answer()
            #expect(answer.status == 503)
            #expect(answer.headers["connection"] == "close")
            #expect(await surplus.isClosedWithoutMore())
            // The others go on, and where one leaves there is room for another.
            try await clients[0].send("GET", "/still")
            #expect(try await clients[0].answer().body == "GET /still ")
            try await clients[1].send("GET", "/last", headers: ["Connection: close"])
            #expect(try await clients[1].answer().status == 200)
            #expect(await clients[1].isClosedWithoutMore())
            // The server's loops have seen it as well.
            _ = try await server.heldBytes()
            let next = try await TestClient.connect(to: server)
            try await next.send("GET", "/next")
            #expect(try await next.answer().body == "GET /next ")
        }
    }

    @Test func idleConnectionsMakeRoomWhenMostAreTaken() async throws {
        try await withServer(limits: limits(connections: 8), respond: echo) { server in
            var clients: [TestClient] = []
            for _ in 0..<7 {
                let client = try await TestClient.connect(to: server)
                try await client.send("GET", "/")
                #expect(try await client.answer().status == 200)
                clients.append(client)
            }
            try await server.pass(seconds: 16)
            for client in clients { #expect(await client.isClosedWithoutMore()) }
        }
    }

    // MARK: Bytes

    @Test func aBodyThatThereIsNoRoomForIsRefusedBeforeItComes() async throws {
        let held = Held()
        try await withServer(bodyBytesMax: 60 << 10, limits: limits(requestBytes: 100 << 10), respond: holding(held)) {
            server in
            let body = String(repeating: Self.kilobyte, count: 60)
            let first = try await TestClient.connect(to: server)
            try await first.send(body: body)
            let (_, replier) = try await held.next()
            #expect(try await server.heldBytes().requests == 60 << 10)
            let second = try await TestClient.connect(to: server)
            try await second.sendRaw("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(60 << 10)\r\n\r\n")
            let refusal = try await second.answer()
            #expect(refusal.status == 503)
            #expect(refusal.body == "full")
            #expect(refusal.headers["connection"] == "close")
            // It can be sent all the same, and then the connection ends.
            try await second.sendRaw(body)
            try await second.closeOutput()
            #expect(await second.isClosedWithoutMore())
            // Whoever sends little is taken all the same.
            try await settle(server)
            replier.reply(HTTPReply(status: .ok))
            #expect(try await first.answer().status == 200)
            #expect(try await server.heldBytes().requests == 0)
            let third = try await TestClient.connect(to: server)
            try await third.send(body: body)
            let (request, answering) = try await held.next()
            #expect(request.body.readableBytes == 60 << 10)
            answering.reply(HTTPReply(status: .ok))
            #expect(try await third.answer().status == 200)
        }
    }

    /// A body whose size nobody knows before, and one that comes while there is less room than when it was announced.
    @Test(arguments: ["Content-Length: 61440", "Transfer-Encoding: chunked"])
    func aBodyThatFindsNoMoreRoomIsRefusedOnItsWay(length: String) async throws {
        let held = Held()
        try await withServer(bodyBytesMax: 60 << 10, limits: limits(requestBytes: 100 << 10), respond: holding(held)) {
            server in
            let late = try await TestClient.connect(to: server)
            let isChunked = length.contains("chunked")
            func piece(_ kilobytes: Int) -> String {
                let text = String(repeating: Self.kilobyte, count: kilobytes)
                return isChunked ? "\(String(kilobytes << 10, radix: 16))\r\n\(text)\r\n" : text
            }
            try await late.sendRaw("POST / HTTP/1.1\r\nHost: h\r\n\(length)\r\n\r\n\(piece(20))")
            try await settle(server)
            let first = try await TestClient.connect(to: server)
            try await first.send(body: String(repeating: Self.kilobyte, count: 60))
            let (_, replier) = try await held.next()
            try await late.sendRaw(piece(40))
            let refusal = try await late.answer()
            #expect(refusal.status == 503)
            #expect(refusal.body == "full")
            try await late.close()
            #expect(try await server.heldBytes().requests == 60 << 10)
            replier.reply(HTTPReply(status: .ok))
            #expect(try await first.answer().status == 200)
            #expect(try await server.heldBytes().requests == 0)
        }
    }

    /// Who sends large requests and leaves has not made room: what they began is still under way.
    @Test func whatAClientThatLeftHasSentCountsUntilItsAnswer() async throws {
        let held = Held()
        try await withServer(limits: limits(), respond: holding(held)) { server in
            let client = try await TestClient.connect(to: server)
            try await client.send(body: String(repeating: Self.kilobyte, count: 50))
            let (_, replier) = try await held.next()
            try await client.reset()
            try await settle(server)
            #expect(try await server.heldBytes().requests == 50 << 10)
            replier.reply(HTTPReply(status: .ok))
            try await settle(server)
            #expect(try await server.heldBytes().requests == 0)
        }
    }

    /// Thousands of small requests fit into what a single read brings; while the first waits, the others are held.
    @Test func pipelinedRequestsThatWaitAreCounted() async throws {
        let held = Held()
        try await withServer(bodyBytesMax: 50 << 10, limits: limits(requestBytes: 50 << 10), respond: holding(held)) {
            server in
            let patient = try await TestClient.connect(to: server)
            try await patient.sendRaw((0..<40).map { TestClient.request("GET", "/\($0)") }.joined())
            let (_, first) = try await held.next()
            try await settle(server)
            #expect(try await server.heldBytes().requests == 39 << 10)
            let greedy = try await TestClient.connect(to: server)
            try await greedy.sendRaw((0..<20).map { TestClient.request("GET", "/\($0)") }.joined())
            let (_, unheard) = try await held.next()
            #expect(await greedy.isClosedWithoutMore())
            unheard.reply(HTTPReply(status: .ok))
            try await settle(server)
            #expect(try await server.heldBytes().requests == 39 << 10)
            first.reply(HTTPReply(status: .ok))
            for _ in 1..<40 { try await held.next().1.reply(HTTPReply(status: .ok)) }
            for _ in 0..<40 { #expect(try await patient.answer().status == 200) }
            #expect(try await server.heldBytes().requests == 0)
        }
    }

    @Test func answersThatNobodyReadsLeaveRoomForOthers() async throws {
        let large = ByteBuffer(repeating: 1, count: 16 << 20)
        try await withServer(
            limits: limits(answerBytes: 20 << 20),
            respond: { request, replier in
                replier.reply(HTTPReply(status: .ok, body: request.path == "/large" ? large : ByteBuffer()))
            }
        ) { server in
            let deaf = try await TestClient.connect(to: server, readsByItself: false)
            try await deaf.send("GET", "/large")
            try await settle(server)
            let client = try await TestClient.connect(to: server)
            try await client.send("GET", "/large")
            let refusal = try await client.answer()
            #expect(refusal.status == 503)
            #expect(refusal.body == "full")
            try await client.send("GET", "/settle")
            #expect(try await client.answer().status == 200)
            // More than half is held, so that the deaf one has five seconds.
            try await server.pass(seconds: 6)
            try await client.send("GET", "/large")
            #expect(try await client.answer().body.utf8.count == 16 << 20)
            #expect(try await server.heldBytes().answers == 0)
        }
    }
}
