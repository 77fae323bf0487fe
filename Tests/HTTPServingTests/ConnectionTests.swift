import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import HTTPServing

/// Connections: how long they live, and in what order they are answered.
@Suite(.timeLimit(.minutes(1))) struct ConnectionTests {
    @Test func aConnectionTakesOneRequestAfterTheOther() async throws {
        try await withServer(respond: echo) { server in
            let client = try await TestClient.connect(to: server)
            for n in 0..<100 {
                try await client.send(body: "\(n)")
                #expect(try await client.answer().body == "POST / \(n)")
            }
        }
    }

    @Test func theClientsWishToCloseIsFollowed() async throws {
        try await withServer(respond: echo) { server in
            let client = try await TestClient.connect(to: server)
            try await client.sendRaw(TestClient.request(headers: ["Connection: close"]) + TestClient.request())
            #expect(try await client.answer().headers["connection"] == "close")
            #expect(await client.isClosedWithoutMore())
        }
    }

    @Test func theOldProtocolClosesUnlessAskedNotTo() async throws {
        try await withServer(respond: echo) { server in
            let client = try await TestClient.connect(to: server)
            try await client.sendRaw("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(try await client.answer().headers["connection"] == "keep-alive")
            try await client.sendRaw("GET /b HTTP/1.0\r\n\r\n")
            #expect(try await client.answer().body == "GET /b ")
            #expect(await client.isClosedWithoutMore())
        }
    }

    @Test func pipelinedRequestsAreCarriedOutOneAfterTheOther() async throws {
        let held = Held()
        let count = Mutex(0)
        try await withServer { request, replier in
            count.withLock { $0 += 1 }
            held.respond(request, replier)
        } _: { server in
            let client = try await TestClient.connect(to: server)
            try await client.sendRaw((0..<5).map { TestClient.request(body: "\($0)") }.joined())
            for n in 0..<5 {
                let (request, replier) = try await held.next()
                #expect(described(request) == "POST / \(n)")
                #expect(count.withLock { $0 } == n + 1)
                replier.reply(HTTPReply(status: .ok, body: ByteBuffer(string: "answer \(n)")))
            }
            for n in 0..<5 { #expect(try await client.answer().body == "answer \(n)") }
        }
    }

    /// Also that answers at once do not pile up on the stack.
    @Test func thousandsOfPipelinedRequestsAreAnsweredInOrder() async throws {
        try await withServer(respond: echo) { server in
            let client = try await TestClient.connect(to: server)
            try await client.sendRaw((0..<2_000).map { TestClient.request("GET", "/\($0)") }.joined())
            for n in 0..<2_000 { #expect(try await client.answer().body == "GET /\(n) ") }
        }
    }

    /// Memory stays bounded by the socket's buffers, some megabytes, while nobody reads the answers.
    @Test func aClientThatDoesNotReadGetsNoMoreAnswers() async throws {
        let count = Mutex(0)
        let body = ByteBuffer(repeating: 1, count: 1 << 20)
        try await withServer { _, replier in
            count.withLock { $0 += 1 }
            replier.reply(HTTPReply(status: .ok, body: body))
        } _: { server in
            let client = try await TestClient.connect(to: server, readsByItself: false)
            try await client.sendRaw((0..<100).map { _ in TestClient.request("GET") }.joined())
            for n in 0..<100 {
                #expect(try await client.answer().body.utf8.count == 1 << 20)
                #expect(count.withLock { $0 } < n + 40)
            }
        }
    }

    @Test func aClientThatHasClosedItsSideGetsItsAnswers() async throws {
        let held = Held()
        try await withServer(respond: held.respond) { server in
            let client = try await TestClient.connect(to: server)
            try await client.sendRaw(TestClient.request(body: "1") + TestClient.request(body: "2"))
            try await client.closeOutput()
            for n in 1...2 {
                let (request, replier) = try await held.next()
                #expect(described(request) == "POST / \(n)")
                replier.reply(HTTPReply(status: .ok, body: ByteBuffer(repeating: 1, count: 1 << 20)))
                #expect(try await client.answer().body.utf8.count == 1 << 20)
            }
            #expect(await client.isClosedWithoutMore())
        }
    }

    @Test func anAnswerToAClientThatHasLeftGoesNowhere() async throws {
        let held = Held()
        try await withServer(respond: held.respond) { server in
            let leaver = try await TestClient.connect(to: server)
            try await leaver.send(body: "leaves")
            let (_, unread) = try await held.next()
            try await leaver.reset()
            // The loop has seen another connection since, and with it the reset.
            let client = try await TestClient.connect(to: server)
            try await client.send(body: "stays")
            let (request, replier) = try await held.next()
            unread.reply(HTTPReply(status: .ok))
            replier.reply(HTTPReply(status: .ok, body: request.body))
            #expect(try await client.answer().body == "stays")
        }
    }

    @Test func theTaskOfAClientThatLeavesIsCancelled() async throws {
        let (began, beginning) = AsyncStream.makeStream(of: Void.self)
        let (cancelled, cancelling) = AsyncStream.makeStream(of: Void.self)
        let server = try await HTTPServer.start(host: "127.0.0.1", port: 0, bodyBytesMax: 10) { _ in
            beginning.yield()
            try? await Task.sleep(for: .seconds(3_600))
            if Task.isCancelled { cancelling.yield() }
            return HTTPReply(status: .ok)
        }
        let client = try await TestClient.connect(to: server)
        try await client.send()
        for await _ in began { break }
        try await client.reset()
        for await _ in cancelled { break }
        await server.stop()
    }

    /// Answers from a thread of its own, in groups, as a group commit gives them.
    @Test(arguments: [1, 2]) func eachOfManyConnectionsGetsItsOwnAnswers(eventLoopCount: Int) async throws {
        let groups = AsyncStream.makeStream(of: (HTTPRequest, HTTPReplier).self)
        let answering = Task {
            var group: [(HTTPRequest, HTTPReplier)] = []
            for await next in groups.stream {
                group.append(next)
                // As many as there are connections, so that a group is always full in the end.
                guard group.count == 50 else { continue }
                for (request, replier) in group.reversed() { replier.reply(HTTPReply(status: .ok, body: request.body)) }
                group = []
            }
        }
        try await withServer(eventLoopCount: eventLoopCount) { request, replier in
            groups.continuation.yield((request, replier))
        } _: { server in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for connection in 0..<50 {
                    tasks.addTask {
                        let client = try await TestClient.connect(to: server)
                        for n in 0..<20 {
                            try await client.send(body: "\(connection) \(n)")
                            #expect(try await client.answer().body == "\(connection) \(n)")
                        }
                        try await client.close()
                    }
                }
                try await tasks.waitForAll()
            }
        }
        groups.continuation.finish()
        await answering.value
    }

    @Test func aSecondAnswerIsABug() async {
        await #expect(processExitsWith: .failure) {
            try await withServer { _, replier in
                replier.reply(HTTPReply(status: .ok))
                replier.reply(HTTPReply(status: .ok))
            } _: { server in
                let client = try await TestClient.connect(to: server)
                try await client.send()
                _ = await client.isClosedWithoutMore()
            }
        }
    }
}
