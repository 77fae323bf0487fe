import AccessKeys
import Clocks
import Foundation
import HTTPServing
import Logging
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
        /// Whether browsers may show the session over TLS alone.
        var isSecure: Bool { address.hasPrefix("https://") }

        /// What lets a browser in once; nil where there is a password. The secret is behind a `#`, where no server, log or referrer gets
        /// to see it.
        var link: String? { door.holdsOnce ? "\(address)\(path)#\(door.secret)" : nil }
    }
    private let state: Mutex<State>
    /// Nil where there are no keys to come in with.
    private let keys: AccessGuard?
    private let time: any TimeSource
    private let logger: Logger
    private let tellLink: @Sendable (_ url: String) -> Void

    /// Nil where everybody may look.
    ///
    /// - Parameters:
    ///   - keys: who may come in, where the login is that of keys.
    ///   - tellLink: gets the next link when one was used.
    init?(
        _ login: ConsoleLogin, keys: AccessGuard?, time: any TimeSource, logger: Logger,
        tellLink: @escaping @Sendable (_ url: String) -> Void
    ) {
        guard let door = Door(login) else { return nil }
        self.keys = login == .keys ? keys : nil
        precondition(login != .keys || keys != nil, "a login by keys needs keys")
        self.logger = logger
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
        guard keys != nil else {
            let now = time.now()
            return state.withLock { state in
                Self.value(of: state.cookie, request.headers).map { state.door.knows($0, at: now) } ?? false
            }
        }
        return caller(request).map { has($0, "sluice:Report") } ?? false
    }

    /// Who asks with a key that may change nothing; nil for everybody else.
    func holderWithoutChange(_ request: HTTPRequest) -> String? {
        caller(request).flatMap { has($0, "sluice:Change") ? nil : $0.name }
    }

    /// Who asks, with the rights that the key has by now; nil without a session, and for a key that is not good any more.
    private func caller(_ request: HTTPRequest) -> Caller? {
        guard let keys else { return nil }
        let now = time.now()
        let pass = state.withLock { state in
            Self.value(of: state.cookie, request.headers).flatMap { state.door.pass(of: $0, at: now) }
        }
        return pass.flatMap { keys.ring.caller($0) }
    }

    private func has(_ caller: Caller, _ action: String) -> Bool {
        (try? keys?.check(caller, has: [AccessGuard.Need(action, on: "*")])) != nil
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

    /// `POST /login`: `{"secret": "…"}`, or `{"accessKeyId": "…", "secretAccessKey": "…"}`.
    ///
    /// - Parameter address: where it came from, in figures; nil for a connection that is gone.
    func enter(_ body: [UInt8], from address: String?) -> HTTPReply {
        if let keys { return enter(body, from: address ?? "", keys) }
        struct Request: Decodable { let secret: String }
        guard let request = try? JSONDecoder().decode(Request.self, from: Data(body)) else {
            return Responder.failure(.badRequest, #"send the password as {"secret": "…"}"#)
        }
        let now = time.now()
        let (answer, link, cookie) = state.withLock { ($0.door.knock(request.secret, at: now), $0.link, $0.cookie) }
        switch answer {
        case .entered(let session):
            if let link { tellLink(link) }
            return reply(cookie, session, seconds: Door.sessionDuration.components.seconds)
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

    /// Of an unknown id and of another secret alike.
    private static let unknownKey = "this is no key that may come in, or not its secret"

    private func enter(_ body: [UInt8], from address: String, _ keys: AccessGuard) -> HTTPReply {
        struct Request: Decodable { let accessKeyId, secretAccessKey: String }
        guard let request = try? JSONDecoder().decode(Request.self, from: Data(body)) else {
            return Responder.failure(
                .badRequest, #"send the key as {"accessKeyId": "…", "secretAccessKey": "…"}"#)
        }
        do throws(AccessGuard.Refusal) {
            let pass = try keys.admit(
                accessKeyID: request.accessKeyId, secret: request.secretAccessKey, from: address)
            // Gone a moment after it was looked at.
            guard let caller = keys.ring.caller(pass) else {
                return Responder.failure(.forbidden, Self.unknownKey)
            }
            try keys.check(caller, has: [AccessGuard.Need("sluice:Report", on: "*")])
            let now = time.now()
            let (session, cookie) = state.withLock { ($0.door.enter(pass, at: now), $0.cookie) }
            return reply(cookie, session, seconds: Door.sessionDuration.components.seconds)
        } catch {
            log(error, request.accessKeyId, address, keys)
            switch error {
            case .heldUp(let seconds):
                var reply = Responder.failure(
                    .tooManyRequests, "too many wrong keys or signatures; wait \(seconds) s")
                reply.headers.add(name: "Retry-After", value: "\(seconds)")
                return reply
            case .denied(let caller, _, _):
                return Responder.failure(
                    .forbidden, "the key of \(caller.name) may not look; sign in with one that has sluice:Report")
            case .signature:
                return Responder.failure(.forbidden, Self.unknownKey)
            }
        }
    }

    /// Writes a refusal down, unless there are too many: who, from where and why, never the secret.
    private func log(_ refusal: AccessGuard.Refusal, _ id: String, _ address: String, _ keys: AccessGuard) {
        guard let passedOver = keys.takeLogLine() else { return }
        // What is no id may be a secret in the wrong field.
        var metadata: Logger.Metadata = [
            "client": "\(address.isEmpty ? "unknown" : address)",
            "access-key": "\(AccessKey.isID(id) ? id : "no access key id")",
        ]
        switch refusal {
        case .heldUp: metadata["error"] = "held up"
        case .denied(_, let action, _): metadata["error"] = "\(action) is missing"
        case .signature: metadata["error"] = "unknown key or another secret"
        }
        if passedOver > 0 { metadata["not-logged-before"] = "\(passedOver)" }
        logger.warning("a login to the console was refused", metadata: metadata)
    }

    /// `POST /logout`.
    func leave(_ headers: HTTPHeaders) -> HTTPReply {
        let cookie = state.withLock { state in
            if let session = Self.value(of: state.cookie, headers) { state.door.forget(session) }
            return state.cookie
        }
        return reply(cookie, "", seconds: 0)
    }

    private func reply(_ cookie: String, _ session: String, seconds: Int64) -> HTTPReply {
        var reply = Responder.empty(.noContent)
        let secure = state.withLock { $0.isSecure } ? "; Secure" : ""
        reply.headers.add(
            name: "Set-Cookie",
            value: "\(cookie)=\(session); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict\(secure)")
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
