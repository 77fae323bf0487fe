import AccessKeys
import Clocks
import Foundation
import HTTPServing
import Logging
import NIOHTTP1
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
        _ login: ConsoleLogin, keys: AccessGuard? = nil, _ body: (_ port: Int, _ entryURL: String) async throws -> Void
    ) async throws {
        var settings = ConsoleSettings(port: 0)
        settings.login = login
        let console = try await ConsoleServer.start(
            settings, keys: keys, time: time, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
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

    // MARK: Keys

    private static let secret = "a-secret-of-enough-letters"

    /// Three keys in a file: one with every right, one that may look, and one that may write orders alone.
    private func withKeys(
        _ body: (_ port: Int, _ path: String) async throws -> Void
    ) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("keys-\(UUID()).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try CredentialsFile(keys: Self.keys()).write(path)
        let ring = try KeyRing(path: path, time: time)
        try await withConsole(.keys, keys: AccessGuard(ring: ring, time: time)) { port, entryURL in
            #expect(entryURL == "http://127.0.0.1:\(port)")
            try await body(port, path)
        }
    }

    private static func keys() -> [AccessKey] {
        func key(_ id: String, _ actions: [String]) -> AccessKey {
            AccessKey(
                id: id, secret: secret, name: id.lowercased(), rights: .statements([.init(allow: actions, on: ["*"])]))
        }
        return [
            AccessKey(id: "FULL", secret: secret, name: "full"), key("LOOK", ["sluice:Report"]),
            key("SHOP", ["dynamodb:*"]),
        ]
    }

    private func enter(_ port: Int, key: String, _ secret: String = LoginTests.secret) async throws -> String {
        try await answer(
            port, "POST /login", ["Content-Type: application/json"],
            body: #"{"accessKeyId": "\#(key)", "secretAccessKey": "\#(secret)"}"#)
    }

    /// The status of a request that a page sends.
    private func status(_ port: Int, _ cookie: String, _ path: String, _ token: Substring) async throws -> Substring {
        let json = ["Content-Type: application/json", cookie, "X-Sluice-Token: \(token)"]
        return try await answer(port, "POST \(path)", json, body: "{}").dropFirst(9).prefix(3)
    }

    private func token(_ port: Int, _ cookie: String) async throws -> Substring {
        let page = try await answer(port, "GET /", [cookie])
        return try #require(page.firstMatch(of: /sluice-token" content="([0-9a-f]{64})"/)).1
    }

    @Test func aKeyOpensAndMayDoWhatItsRightsSay() async throws {
        try await withKeys { port, _ in
            #expect(try await answer(port, "GET /login").contains(#"name="sluice-login" content="keys""#))
            let full = try cookie(try await enter(port, key: "FULL"))
            let look = try cookie(try await enter(port, key: "LOOK"))
            let token = try await token(port, look)
            for cookie in [full, look] {
                #expect(try await answer(port, "GET /api/pipes/a", [cookie]).hasPrefix("HTTP/1.1 200"))
                #expect(try await status(port, cookie, "/api/tables/a/search", token) == "200")
                #expect(try await status(port, cookie, "/api/dlq/page", token) == "200")
            }
            for path in ["pipes/a/start", "pipes/a/stop", "pipes/a/replay", "dlq/redrive"] {
                #expect(try await status(port, look, "/api/\(path)", token) == "403", "\(path)")
                #expect(try await status(port, full, "/api/\(path)", token) != "403", "\(path)")
            }
            #expect(try await status(port, look, "/logout", token) == "204")
            #expect(try await answer(port, "GET /", [look]).hasPrefix("HTTP/1.1 303"))
        }
    }

    @Test func whoMayNotLookOrHasNoKeyStaysOut() async throws {
        try await withKeys { port, _ in
            let shop = try await enter(port, key: "SHOP")
            #expect(shop.hasPrefix("HTTP/1.1 403") && shop.contains("sluice:Report") && !shop.contains("Set-Cookie"))
            for (key, secret) in [("FULL", "another"), ("NOBODY", Self.secret), ("", "")] {
                let wrong = try await enter(port, key: key, secret)
                #expect(wrong.hasPrefix("HTTP/1.1 403") && !wrong.contains("Set-Cookie"))
                // Which of the two it is nobody learns.
                #expect(wrong.contains("this is no key that may come in, or not its secret"))
            }
            #expect(try await enter(port, "open sesame").hasPrefix("HTTP/1.1 400"))
            #expect(try await answer(port, "GET /api/pipes/a").hasPrefix("HTTP/1.1 401"))
        }
    }

    @Test func guessesHaveToWait() async throws {
        try await withKeys { port, _ in
            for _ in 0..<10 { #expect(try await enter(port, key: "FULL", "guess").hasPrefix("HTTP/1.1 403")) }
            let early = try await enter(port, key: "FULL")
            #expect(early.hasPrefix("HTTP/1.1 429") && early.contains("Retry-After: 1\r\n"))
            time.advance(by: .seconds(1))
            #expect(try await enter(port, key: "FULL").hasPrefix("HTTP/1.1 204"))
        }
    }

    @Test func aSessionEndsWithItsKey() async throws {
        try await withKeys { port, path in
            let cookie = try cookie(try await enter(port, key: "FULL"))
            #expect(try await answer(port, "GET /", [cookie]).hasPrefix("HTTP/1.1 200"))
            var keys = Self.keys()
            keys[0].revoked = time.now()
            try CredentialsFile(keys: keys).write(path)
            time.advance(by: .seconds(1))
            #expect(try await answer(port, "GET /", [cookie]).hasPrefix("HTTP/1.1 303"))
            #expect(try await answer(port, "GET /api/pipes/a", [cookie]).hasPrefix("HTTP/1.1 401"))
        }
    }

    @Test func overTLSTheSessionIsShownOverTLSAlone() throws {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        for (scheme, isSecure) in [("http", false), ("https", true)] {
            let made = LoginPage(
                .password("open sesame"), keys: nil, time: time, logger: logger, tellLink: { _ in })
            let login = try #require(made)
            _ = login.listens(at: "\(scheme)://127.0.0.1:4567")
            let reply = login.enter(Array(#"{"secret": "open sesame"}"#.utf8), from: nil)
            let cookie = try #require(reply.headers.first(name: "Set-Cookie"))
            #expect(cookie.hasSuffix("; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")))
        }
    }
}
