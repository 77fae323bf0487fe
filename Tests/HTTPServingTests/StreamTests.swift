import NIOCore
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@testable import HTTPServing

/// Answers that come in pieces.
@Suite(.timeLimit(.minutes(1))) struct StreamTests {
    /// Streams that a test sends itself.
    private final class Streams: Sendable {
        let ended = Mutex(0)
        private let arrivals = AsyncStream.makeStream(of: HTTPReplyStream.self)

        func respond(_ request: HTTPRequest, _ replier: HTTPReplier) {
            replier.whenClientEnds { self.ended.withLock { $0 += 1 } }
            arrivals.continuation.yield(
                replier.beginStream(HTTPReply(status: .ok, headers: ["Content-Type": "text/event-stream"])))
        }

        func next() async throws -> HTTPReplyStream {
            var iterator = arrivals.stream.makeAsyncIterator()
            guard let next = await iterator.next() else { throw CancellationError() }
            return next
        }
    }
    private let streams = Streams()

    @Test func piecesArriveAndTheEndOfTheConnectionIsTheEnd() async throws {
        try await withServer(respond: streams.respond) { server in
            let client = try await TestClient.connect(to: server)
            try await client.send("GET", "/events")
            let stream = try await streams.next()
            let head = try await client.interim()
            #expect(head.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"))
            #expect(head.contains("Connection: close\r\n") && !head.contains("Content-Length"))
            for piece in ["a\r\n\r\n", "b\r\n\r\n"] {
                try await stream.send(ByteBuffer(string: piece))
                #expect(try await client.interim() == piece)
            }
            stream.end()
            #expect(await client.isClosedWithoutMore())
            await #expect(throws: (any Error).self) { try await stream.send(ByteBuffer(string: "c")) }
            stream.end()
        }
    }

    @Test func theServersEndEndsAStreamAtOnce() async throws {
        let server = try await HTTPServer.start(
            host: "127.0.0.1", port: 0, bodyBytesMax: 1, respond: streams.respond)
        let client = try await TestClient.connect(to: server)
        try await client.send("GET", "/")
        let stream = try await streams.next()
        _ = try await client.interim()
        await server.stop()
        #expect(await client.isClosedWithoutMore())
        #expect(streams.ended.withLock { $0 } == 1)
        await #expect(throws: (any Error).self) { try await stream.send(ByteBuffer(string: "late")) }
    }

    @Test func aClientThatGoesIsHeardOf() async throws {
        try await withServer(respond: streams.respond) { server in
            let client = try await TestClient.connect(to: server)
            try await client.send("GET", "/")
            let stream = try await streams.next()
            try await client.close()
            #expect(await comesTrue { streams.ended.withLock { $0 } == 1 })
            await #expect(throws: (any Error).self) {
                // The socket's buffer may take what nobody will read; then the connection is gone.
                while true { try await stream.send(ByteBuffer(string: "late")) }
            }
        }
    }

    private final class Flag: Sendable {
        let isUp = Mutex(false)
    }

    /// A client that does not read holds its sender back, and the client's end sets it free.
    @Test func aSlowReaderHoldsTheSenderBack() async throws {
        let (streams, sent) = (streams, Flag())
        try await withServer(respond: { request, replier in
            if request.method == .GET { streams.respond(request, replier) } else { echo(request, replier) }
        }) { server in
            let client = try await TestClient.connect(to: server, readsByItself: false)
            try await client.send("GET", "/")
            let stream = try await streams.next()
            // More than the buffers of two sockets hold.
            let piece = ByteBuffer(repeating: 65, count: 64 << 20)
            let sending = Task {
                try await stream.send(piece)
                sent.isUp.withLock { $0 = true }
            }
            _ = try await client.interim()
            // The same event loop has had the time to answer somebody else.
            let other = try await TestClient.connect(to: server)
            try await other.send(body: "a")
            #expect(try await other.answer().body == "POST / a")
            #expect(!sent.isUp.withLock { $0 })
            try await client.reset()
            await #expect(throws: (any Error).self) { try await sending.value }
        }
    }
}
