import NIOCore
import NIOHTTP1
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
