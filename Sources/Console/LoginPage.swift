import Clocks
import Foundation
import HTTPServing
import NIOCore
import NIOHTTP1
import Synchronization

/// The way into the console where not everybody may look: who has no session gets the page that asks for the secret.
final class LoginPage: Sendable {
    static let path = "/login"
    /// What the page of the login needs.
    private static let openPaths: Set<String> = [path, "/login.js", "/style.css", "/icon.svg"]

    private struct State {
        var door: Door
        /// The console's, once it listens.
        var address = ""
        /// Holds a session. Scripts do not see it, and other sites' pages do not send it. With the port, as browsers keep the cookies
        /// of all ports of a host together.
        var cookie: String { "sluice-session-\(address.split(separator: ":").last ?? "")" }

        /// What lets a browser in once; nil where there is a password. The secret is behind a `#`, where no server, log or referrer gets
        /// to see it.
        var link: String? { door.holdsOnce ? "\(address)\(path)#\(door.secret)" : nil }
    }
    private let state: Mutex<State>
    private let time: any TimeSource
    private let tellLink: @Sendable (_ url: String) -> Void

    /// Nil where everybody may look.
    ///
    /// - Parameter tellLink: gets the next link when one was used.
    init?(_ login: ConsoleLogin, time: any TimeSource, tellLink: @escaping @Sendable (_ url: String) -> Void) {
        guard let door = Door(login) else { return nil }
        state = Mutex(State(door: door))
        self.time = time
        self.tellLink = tellLink
    }

    /// - Returns: the first link; nil where there is a password.
    func listens(at address: String) -> String? {
        state.withLock { state in
            state.address = address
            return state.link
        }
    }

    func isOpen(_ request: HTTPRequest) -> Bool {
        if request.method != .POST, Self.openPaths.contains(request.path) { return true }
        let now = time.now()
        return state.withLock { state in
            Self.value(of: state.cookie, request.headers).map { state.door.knows($0, at: now) } ?? false
        }
    }

    /// The answer to a request of somebody who is not known.
    func turnAway(_ request: HTTPRequest) -> HTTPReply {
        guard request.method == .GET, request.path == "/" else {
            return Responder.failure(.unauthorized, "sign in first: open the console's first page")
        }
        var reply = Responder.empty(.seeOther)
        reply.headers.add(name: "Location", value: Self.path)
        return reply
    }

    /// `POST /login`: `{"secret": "…"}`.
    func enter(_ body: [UInt8]) -> HTTPReply {
        struct Request: Decodable { let secret: String }
        guard let request = try? JSONDecoder().decode(Request.self, from: Data(body)) else {
            return Responder.failure(.badRequest, #"send the password as {"secret": "…"}"#)
        }
        let now = time.now()
        let (answer, link, cookie) = state.withLock { ($0.door.knock(request.secret, at: now), $0.link, $0.cookie) }
        switch answer {
        case .entered(let session):
            if let link { tellLink(link) }
            return Self.reply(cookie, session, seconds: Door.sessionDuration.components.seconds)
        case .wrong:
            return Responder.failure(
                .forbidden,
                link == nil
                    ? "this is not the password"
                    : "this link has been used, or is of another run; open the last one that sluice up printed")
        case .wait(let seconds):
            var reply = Responder.failure(.tooManyRequests, "too many wrong passwords; wait \(seconds) s")
            reply.headers.add(name: "Retry-After", value: "\(seconds)")
            return reply
        }
    }

    /// `POST /logout`.
    func leave(_ headers: HTTPHeaders) -> HTTPReply {
        let cookie = state.withLock { state in
            if let session = Self.value(of: state.cookie, headers) { state.door.forget(session) }
            return state.cookie
        }
        return Self.reply(cookie, "", seconds: 0)
    }

    private static func reply(_ cookie: String, _ session: String, seconds: Int64) -> HTTPReply {
        var reply = Responder.empty(.noContent)
        reply.headers.add(
            name: "Set-Cookie", value: "\(cookie)=\(session); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict")
        return reply
    }

    private static func value(of cookie: String, _ headers: HTTPHeaders) -> String? {
        for pair in headers["Cookie"].flatMap({ $0.split(separator: ";") }) {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == cookie else { continue }
            return parts[1].trimmingCharacters(in: .whitespaces)
        }
        return nil
    }
}
