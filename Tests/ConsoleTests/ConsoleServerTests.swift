import Clocks
import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Console

/// The console on a real port.
@Suite(.timeLimit(.minutes(1))) struct ConsoleServerTests {
    private let engine = ScriptedEngine()
    private let time = ManualTime()

    private func withConsole(_ body: (Int) async throws -> Void) async throws {
        let console = try await ConsoleServer.start(
            ConsoleSettings(port: 0), time: time,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        console.open(engine)
        let port = Int(console.url.split(separator: ":").last!)!
        do { try await body(port) } catch {
            await console.stop()
            throw error
        }
        await console.stop()
    }

    private func answer(
        _ port: Int, _ line: String, host: String? = nil, _ headers: [String] = [], body: String = ""
    ) async throws -> String {
        let lines = [line + " HTTP/1.1", "Host: \(host ?? "127.0.0.1:\(port)")", "Connection: close"] + headers
        let length = body.isEmpty ? [] : ["Content-Length: \(body.utf8.count)"]
        let text = (lines + length).joined(separator: "\r\n") + "\r\n\r\n" + body
        return try await ConsoleClient.send(text, to: port).whole()
    }

    private func token(_ port: Int) async throws -> String {
        let page = try await answer(port, "GET /")
        return String(try #require(page.firstMatch(of: /sluice-token" content="([0-9a-f]{64})"/)).1)
    }

    @Test func thePageHasThePolicyAndItsFilesHaveTags() async throws {
        try await withConsole { port in
            let page = try await answer(port, "GET /")
            #expect(page.hasPrefix("HTTP/1.1 200"))
            #expect(page.contains("Content-Security-Policy: default-src 'self'; base-uri 'none'"))
            #expect(page.contains("frame-ancestors 'none'") && page.contains("X-Frame-Options: DENY"))
            #expect(page.contains("X-Content-Type-Options: nosniff"))
            #expect(page.contains("<main id=\"main\""))
            let script = try await answer(port, "GET /main.js")
            #expect(script.contains("Content-Type: text/javascript"))
            let tag = String(try #require(script.firstMatch(of: /ETag: ("[0-9a-f]+")/)).1)
            let again = try await answer(port, "GET /main.js", ["If-None-Match: \(tag)"])
            #expect(again.hasPrefix("HTTP/1.1 304"))
            #expect(again.hasSuffix("\r\n\r\n"))
            #expect(try await answer(port, "GET /nothing.js").hasPrefix("HTTP/1.1 404"))
            #expect(try await answer(port, "PUT /main.js").hasPrefix("HTTP/1.1 405"))
        }
    }

    /// Another name that leads to this machine is how a page of somebody else's would read the console.
    @Test(arguments: ["GET /", "GET /api/pipes/a", "GET /events"])
    func aForeignNameIsRefused(line: String) async throws {
        try await withConsole { port in
            let renamed = try await answer(port, line, host: "evil.example:\(port)")
            #expect(renamed.hasPrefix("HTTP/1.1 403"))
            let foreign = try await answer(port, line, ["Origin: http://evil.example"])
            #expect(foreign.hasPrefix("HTTP/1.1 403"))
            #expect(engine.asked.withLock { $0 }.isEmpty)
        }
    }

    @Test func whatActsNeedsTheTokenOfThisRun() async throws {
        try await withConsole { port in
            let own = "X-Sluice-Token: \(try await token(port))"
            let json = "Content-Type: application/json"
            let line = "POST /api/dlq/redrive"
            let strange = "X-Sluice-Token: \(String(repeating: "0", count: 64))"
            #expect(try await answer(port, line, [json], body: "{}").hasPrefix("HTTP/1.1 403"))
            #expect(try await answer(port, line, [json, strange], body: "{}").hasPrefix("HTTP/1.1 403"))
            #expect(try await answer(port, line, [own], body: "{}").hasPrefix("HTTP/1.1 415"))
            #expect(engine.asked.withLock { $0 }.isEmpty)
            #expect(try await answer(port, line, [json, own], body: "{}").hasSuffix(#"{"done":true}"#))
            #expect(try await answer(port, line, [json, own]).contains(#"{"message":"the request's body"#))
            #expect(engine.asked.withLock { $0 } == ["perform dlq/redrive {}", "perform dlq/redrive "])
            let stop = try await answer(port, "POST /api/pipes/a%20b/stop", [json, own], body: "{}")
            #expect(stop.hasPrefix("HTTP/1.1 400"))
            #expect(engine.asked.withLock { $0.last } == "stop a b")
        }
    }

    @Test func whatPagesDoNotNeedIsNotThere() async throws {
        try await withConsole { port in
            #expect(try await answer(port, "GET /api/pipes/nothing").hasPrefix("HTTP/1.1 404"))
            #expect(try await answer(port, "GET /api/status").hasPrefix("HTTP/1.1 404"))
            let headers = ["Content-Type: application/json", "X-Sluice-Token: \(try await token(port))"]
            #expect(try await answer(port, "POST /api/backup", headers, body: "{}").hasPrefix("HTTP/1.1 404"))
            #expect(engine.asked.withLock { $0 } == ["report pipes/nothing"])
        }
    }

    @Test func aListenerIsToldWhatHasChangedAndTheServersEndIsItsEnd() async throws {
        let ended = try await withListener { listener in
            let first = try await listener.text { $0.contains("\n\nevent: standing") && $0.hasSuffix("}}\n\n") }
            #expect(first.contains("Content-Type: text/event-stream"))
            #expect(!first.contains("Content-Length"))
            #expect(first.contains(#""changed":{"pipes/a":{"read":1}}}"#))
            engine.topics.withLock { $0 = ["pipes/a": Array(#"{"read":1}"#.utf8), "queues/b": Array("{}".utf8)] }
            #expect(await comesTrue { time.sleeperCount == 1 })
            time.advance(by: Feed.interval)
            let second = try await listener.text { $0.contains("queues/b") && $0.hasSuffix("}}\n\n") }
            #expect(second.dropFirst(first.count).contains(#""changed":{"queues/b":{}}}"#))
        }
        #expect(ended.hasSuffix("}}\n\n"))
    }

    /// - Returns: what the listener had heard when the server was gone.
    private func withListener(_ body: (ConsoleClient) async throws -> Void) async throws -> String {
        var listener: ConsoleClient?
        try await withConsole { port in
            let client = try await ConsoleClient.send(
                "GET /events HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n", to: port)
            listener = client
            try await body(client)
        }
        return await listener!.whole()
    }

    @Test func listenersAreBoundedAndOneThatGoesMakesRoom() async throws {
        try await withConsole { port in
            let request = "GET /events HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n"
            var clients: [ConsoleClient] = []
            for _ in 0..<Feed.listenersMax {
                clients.append(try await ConsoleClient.send(request, to: port))
                _ = try await clients.last!.text { $0.hasSuffix("}}\n\n") }
            }
            #expect(try await answer(port, "GET /events").hasPrefix("HTTP/1.1 503"))
            try await clients[0].close()
            #expect(
                try await comesTrue {
                    let next = try await ConsoleClient.send(request, to: port)
                    return try await next.text { $0.contains("\r\n\r\n") }.hasPrefix("HTTP/1.1 200")
                })
        }
    }

    @Test func beforeTheEngineRunsItSaysSo() async throws {
        let console = try await ConsoleServer.start(
            ConsoleSettings(port: 0), time: time,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        let port = Int(console.url.split(separator: ":").last!)!
        #expect(try await answer(port, "GET /").hasPrefix("HTTP/1.1 503"))
        await console.stop()
    }
}
