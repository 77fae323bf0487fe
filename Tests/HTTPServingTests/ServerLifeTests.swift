import NIOCore
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@testable import HTTPServing

/// The beginning and the end of a server.
@Suite(.timeLimit(.minutes(1))) struct ServerLifeTests {
    @Test func aPortInUseIsNamedInTheSystemsWords() async throws {
        try await withServer(respond: echo) { server in
            let error = await #expect(throws: HTTPServerError.self) {
                _ = try await HTTPServer.start(
                    host: "127.0.0.1", port: server.port, bodyBytesMax: 1, respond: echo)
            }
            #expect(error?.description == "Address already in use")
        }
    }

    @Test func aCancelledTaskStartsNoServer() async {
        let starting = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await HTTPServer.start(host: "127.0.0.1", port: 0, bodyBytesMax: 1, respond: echo)
        }
        await #expect(throws: CancellationError.self) { try await starting.value }
    }

    @Test func stoppingClosesWhatIsIdleAndLetsTheRestFinish() async throws {
        let held = Held()
        let server = try await HTTPServer.start(
            host: "127.0.0.1", port: 0, bodyBytesMax: 100, respond: held.respond)
        let idle = try await TestClient.connect(to: server)
        let busy = try await TestClient.connect(to: server)
        try await busy.send(body: "a")
        let (_, replier) = try await held.next()
        async let stopped: Void = server.stop()
        // Once the idle connection is closed the stop has been heard.
        #expect(await idle.isClosedWithoutMore())
        await #expect(throws: (any Error).self) { try await TestClient.connect(to: server) }
        replier.reply(HTTPReply(status: .ok, body: ByteBuffer(string: "done")))
        let answer = try await busy.answer()
        #expect(answer.body == "done")
        #expect(answer.headers["connection"] == "close")
        #expect(await busy.isClosedWithoutMore())
        await stopped
    }

    @Test func aRequestKnowsWhereItsClientIs() async throws {
        try await withServer(respond: { _, replier in
            replier.reply(HTTPReply(status: .ok, body: ByteBuffer(string: replier.clientAddress ?? "unknown")))
        }) { server in
            let client = try await TestClient.connect(to: server)
            try await client.send(body: "")
            #expect(try await client.answer().body == "127.0.0.1")
        }
    }

    /// A request that waits hears that its client has closed its side, and may still answer it.
    @Test func aWaitingRequestHearsThatItsClientHasEnded() async throws {
        let ends = Ends()
        try await withServer(respond: ends.respond) { server in
            let reader = try await TestClient.connect(to: server)
            try await reader.send(body: "half")
            try await reader.closeOutput()
            #expect(try await reader.answer().body == "ended half")
            let gone = try await TestClient.connect(to: server)
            try await gone.send(body: "gone")
            #expect(await comesTrue { ends.waiting == ["half", "gone"] })
            try await gone.reset()
            #expect(await comesTrue { ends.ended == ["half", "gone"] })
        }
    }

    /// An answer takes the action along: it is not for the connection's next request.
    @Test func whoIsAnsweredIsNotToldOfTheEnd() async throws {
        let ends = Ends()
        try await withServer(respond: ends.respond) { server in
            let client = try await TestClient.connect(to: server)
            try await client.send(body: "at once")
            #expect(try await client.answer().body == "at once")
            try await client.close()
            let other = try await TestClient.connect(to: server)
            try await other.send(body: "half")
            try await other.closeOutput()
            _ = try await other.answer()
            #expect(ends.ended == ["half"])
        }
    }

    @Test func stoppingWaitsForARequestThatIsArriving() async throws {
        let server = try await HTTPServer.start(host: "127.0.0.1", port: 0, bodyBytesMax: 100, respond: echo)
        let idle = try await TestClient.connect(to: server)
        let sender = try await TestClient.connect(to: server)
        try await sender.sendRaw("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
        #expect(try await sender.interim() == "HTTP/1.1 100 Continue\r\n\r\n")
        async let stopped: Void = server.stop()
        #expect(await idle.isClosedWithoutMore())
        try await sender.sendRaw("abc")
        #expect(try await sender.answer().body == "POST / abc")
        await stopped
    }
}

/// Answers requests when their clients end, those for `at once` before.
private final class Ends: Sendable {
    private let state = Mutex<(waiting: [String], ended: [String])>(([], []))

    var waiting: [String] { state.withLock { $0.waiting } }
    var ended: [String] { state.withLock { $0.ended } }

    @Sendable func respond(_ request: HTTPRequest, _ replier: HTTPReplier) {
        let body = String(buffer: request.body)
        state.withLock { $0.waiting.append(body) }
        replier.whenClientEnds { [self] in
            state.withLock { $0.ended.append(body) }
            replier.reply(HTTPReply(status: .ok, body: ByteBuffer(string: "ended \(body)")))
        }
        if body == "at once" { replier.reply(HTTPReply(status: .ok, body: ByteBuffer(string: body))) }
    }
}
