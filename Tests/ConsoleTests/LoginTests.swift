import Clocks
import Foundation
import Logging
import Synchronization
import Testing
import TestSupport

@testable import Console

/// A console with a login, on a real port.
@Suite(.timeLimit(.minutes(1))) struct LoginTests {
    private let time = ManualTime()
    private let links = Links()

    private final class Links: Sendable {
        let told = Mutex<[String]>([])
    }

    private func withConsole(
        _ login: ConsoleLogin, _ body: (_ port: Int, _ entryURL: String) async throws -> Void
    ) async throws {
        var settings = ConsoleSettings(port: 0)
        settings.login = login
        let console = try await ConsoleServer.start(
            settings, time: time, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        ) { [links] link in links.told.withLock { $0.append(link) } }
        console.open(ScriptedEngine())
        do { try await body(Int(console.url.split(separator: ":").last!)!, console.entryURL) } catch {
            await console.stop()
            throw error
        }
        await console.stop()
    }

    private func answer(_ port: Int, _ line: String, _ headers: [String] = [], body: String = "") async throws -> String
    {
        let lines = [line + " HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close"] + headers
        let length = body.isEmpty ? [] : ["Content-Length: \(body.utf8.count)"]
        return try await ConsoleClient.send(
            (lines + length).joined(separator: "\r\n") + "\r\n\r\n" + body, to: port
        ).whole()
    }

    private func enter(_ port: Int, _ secret: String, _ headers: [String] = []) async throws -> String {
        try await answer(
            port, "POST /login", ["Content-Type: application/json"] + headers, body: #"{"secret": "\#(secret)"}"#)
    }

    private func cookie(_ answer: String) throws -> String {
        "Cookie: theme=dark; \(try #require(answer.firstMatch(of: /Set-Cookie: (sluice-session-[0-9]+=[0-9a-f]{64});/)).1)"
    }

    @Test func withoutASessionThereIsNothingButTheLogin() async throws {
        try await withConsole(.password("open sesame")) { port, entryURL in
            #expect(entryURL == "http://127.0.0.1:\(port)")
            let first = try await answer(port, "GET /")
            #expect(first.hasPrefix("HTTP/1.1 303") && first.contains("Location: /login\r\n"))
            for path in ["/login", "/login.js", "/style.css", "/icon.svg"] {
                #expect(try await answer(port, "GET \(path)").hasPrefix("HTTP/1.1 200"), "\(path)")
            }
            for path in ["/main.js", "/events", "/api/pipes/a", "/nothing", "/login/"] {
                #expect(try await answer(port, "GET \(path)").hasPrefix("HTTP/1.1 401"), "\(path)")
            }
            let json = ["Content-Type: application/json", "X-Sluice-Token: \(String(repeating: "0", count: 64))"]
            for path in ["/api/cost", "/logout", "/style.css"] {
                #expect(try await answer(port, "POST \(path)", json, body: "{}").hasPrefix("HTTP/1.1 401"), "\(path)")
            }
        }
    }

    @Test func thePasswordOpensUntilOneSignsOut() async throws {
        try await withConsole(.password("open sesame")) { port, _ in
            let entered = try await enter(port, "open sesame")
            #expect(entered.hasPrefix("HTTP/1.1 204"))
            #expect(entered.contains("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict\r\n"))
            let cookie = try cookie(entered)
            let page = try await answer(port, "GET /", [cookie])
            #expect(page.hasPrefix("HTTP/1.1 200"))
            #expect(try await answer(port, "GET /api/pipes/a", [cookie]).hasPrefix("HTTP/1.1 200"))
            let token = try #require(page.firstMatch(of: /sluice-token" content="([0-9a-f]{64})"/)).1
            let json = ["Content-Type: application/json", cookie]
            // A session alone does not act.
            #expect(try await answer(port, "POST /logout", json, body: "{}").hasPrefix("HTTP/1.1 403"))
            let left = try await answer(port, "POST /logout", json + ["X-Sluice-Token: \(token)"], body: "{}")
            #expect(left.hasPrefix("HTTP/1.1 204") && left.contains("sluice-session-\(port)=; Path=/; Max-Age=0;"))
            #expect(try await answer(port, "GET /", [cookie]).hasPrefix("HTTP/1.1 303"))
        }
    }

    @Test func wrongOnesAreToldSoAndThenHaveToWait() async throws {
        try await withConsole(.password("open sesame")) { port, _ in
            for _ in 0..<Door.freeFailures {
                let wrong = try await enter(port, "open barley")
                #expect(wrong.hasPrefix("HTTP/1.1 403") && !wrong.contains("Set-Cookie"))
            }
            let early = try await enter(port, "open sesame")
            #expect(early.hasPrefix("HTTP/1.1 429") && early.contains("Retry-After: 5\r\n"))
            time.advance(by: Door.pause)
            #expect(try await enter(port, "open sesame").hasPrefix("HTTP/1.1 204"))
        }
    }

    @Test func otherSitesCannotSignInAndBadRequestsAreRefused() async throws {
        try await withConsole(.password("open sesame")) { port, _ in
            let foreign = try await enter(port, "open sesame", ["Origin: http://evil.example"])
            #expect(foreign.hasPrefix("HTTP/1.1 403") && !foreign.contains("Set-Cookie"))
            let form = try await answer(
                port, "POST /login", ["Content-Type: text/plain"], body: #"{"secret": "open sesame"}"#)
            #expect(form.hasPrefix("HTTP/1.1 415"))
            let json = ["Content-Type: application/json"]
            #expect(try await answer(port, "POST /login", json, body: "{").hasPrefix("HTTP/1.1 400"))
        }
    }

    @Test func aLinkOpensOnceAndTheNextOneIsTold() async throws {
        try await withConsole(.link) { port, entryURL in
            let (address, secret) = try parts(entryURL)
            #expect(address == "http://127.0.0.1:\(port)/login")
            let cookie = try cookie(try await enter(port, secret))
            #expect(try await answer(port, "GET /", [cookie]).hasPrefix("HTTP/1.1 200"))
            #expect(try await enter(port, secret).hasPrefix("HTTP/1.1 403"))
            let told = links.told.withLock { $0 }
            #expect(told.count == 1)
            #expect(try await enter(port, try parts(told[0]).secret).hasPrefix("HTTP/1.1 204"))
        }
    }

    private func parts(_ link: String) throws -> (address: String, secret: String) {
        let parts = link.split(separator: "#").map(String.init)
        try #require(parts.count == 2 && parts[1].count == 64)
        return (parts[0], parts[1])
    }
}
