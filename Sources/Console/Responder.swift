import AccessKeys
import Clocks
import Foundation
import Gateway
import HTTPServing
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// Answers the console's requests.
final class Responder: Sendable {
    private let token = RequestCheck.makeToken()
    private let pages: ConsolePages
    private let time: any TimeSource
    private let logger: Logger

    private struct State {
        /// Nil until the port is known.
        var check: RequestCheck?
        /// Nil until there is an engine to show.
        var opened: Opened?
    }
    private struct Opened {
        let engine: any ConsoleEngine
        let feed: Feed
    }
    private let state = Mutex(State())
    /// Nil where everybody may look.
    let login: LoginPage?

    init(
        _ login: ConsoleLogin, keys: AccessGuard? = nil, time: any TimeSource, logger: Logger,
        tellLink: @escaping @Sendable (_ url: String) -> Void
    ) {
        self.time = time
        self.logger = logger
        pages = ConsolePages(token: token, login: login)
        self.login = LoginPage(login, keys: keys, time: time, logger: logger, tellLink: tellLink)
    }

    func listens(_ settings: ConsoleSettings, port: Int, isSecure: Bool) {
        state.withLock { $0.check = RequestCheck(settings, port: port, isSecure: isSecure, token: token) }
    }

    func open(_ engine: any ConsoleEngine) {
        let opened = Opened(engine: engine, feed: Feed(engine, time: time, logger: logger))
        state.withLock { $0.opened = opened }
    }

    func respond(_ request: HTTPRequest, _ replier: HTTPReplier) {
        let (check, opened) = state.withLock { ($0.check, $0.opened) }
        guard let check, let opened else {
            return replier.reply(Self.failure(.serviceUnavailable, "the engine is starting; try again in a moment"))
        }
        do {
            try check.checkReading(request.headers)
            if let login {
                if request.method == .POST, request.path == LoginPage.path {
                    try check.checkEntering(request.headers)
                    return replier.reply(login.enter(Array(buffer: request.body), from: replier.clientAddress))
                }
                guard login.isOpen(request) else { return replier.reply(login.turnAway(request)) }
            }
            if request.method == .POST { try check.checkActing(request.headers) }
        } catch {
            return replier.reply(Self.failure(HTTPResponseStatus(statusCode: Int(error.status)), error.message))
        }
        switch (request.method, request.path) {
        case (_, let path) where path.hasPrefix("/api/"): answerAPI(request, replier, opened.engine)
        case (.GET, "/events"): listen(request, replier, opened.feed)
        case (.POST, "/logout"): replier.reply(login?.leave(request.headers) ?? Self.empty(.noContent))
        case (.GET, let path), (.HEAD, let path): replier.reply(page(path, request.headers))
        default:
            replier.reply(Self.failure(.methodNotAllowed, "there is no \(request.method.rawValue) \(request.path)"))
        }
    }

    // MARK: Pages

    private func page(_ path: String, _ headers: HTTPHeaders) -> HTTPReply {
        guard let file = pages[path] else { return Self.failure(.notFound, "there is no page \(path)") }
        var reply = HTTPReply(status: .ok, headers: Self.headers(file.contentType))
        reply.headers.add(name: "ETag", value: file.tag)
        // Each load asks whether the file is still the same, as another version of the program may stand behind the address.
        reply.headers.add(name: "Cache-Control", value: "no-cache")
        if headers[canonicalForm: "If-None-Match"].contains(where: { $0 == file.tag || $0 == "*" }) {
            reply.status = .notModified
        } else {
            reply.body = ByteBuffer(bytes: file.contents)
        }
        return reply
    }

    private func listen(_ request: HTTPRequest, _ replier: HTTPReplier, _ feed: Feed) {
        guard feed.admit() else {
            return replier.reply(
                Self.failure(.serviceUnavailable, "\(Feed.listenersMax) pages listen already; close some"))
        }
        var headers = Self.headers("text/event-stream")
        headers.add(name: "Cache-Control", value: "no-store")
        let stream = replier.beginStream(HTTPReply(status: .ok, headers: headers))
        // The border to callback code: the page's or the server's end ends the task.
        let task = Task { [login] in await feed.tell(stream) { login?.isOpen(request) ?? true } }
        replier.whenClientEnds { task.cancel() }
    }

    // MARK: Requests

    private func answerAPI(_ request: HTTPRequest, _ replier: HTTPReplier, _ engine: any ConsoleEngine) {
        let path = request.path.dropFirst("/api/".count).split(separator: "/", omittingEmptySubsequences: false)
        guard let route = ConsoleRoute(request.method, path.map { $0.removingPercentEncoding ?? String($0) }) else {
            return replier.reply(Self.failure(.notFound, "there is no \(request.method.rawValue) \(request.path)"))
        }
        guard !request.isBodyTooLarge else {
            return replier.reply(
                Self.failure(
                    .payloadTooLarge, "the request is larger than \(ConsoleServer.bodyBytesMax >> 20) MB"))
        }
        if route.changes, let login, let name = login.holderWithoutChange(request) {
            return replier.reply(
                Self.failure(
                    .forbidden,
                    "the key of \(name) may look and change nothing; sign in with one that has sluice:Change"))
        }
        // The border to callback code.
        Task { replier.reply(await answer(route, Array(buffer: request.body), engine)) }
    }

    private func answer(_ route: ConsoleRoute, _ body: [UInt8], _ engine: any ConsoleEngine) async -> HTTPReply {
        do {
            let json: [UInt8]?
            switch route {
            case .report(let path): json = try await engine.report(path)
            case .perform(let path): json = try await engine.perform(path, body)
            case .setPipe(let name, let runs):
                let pipe = try await engine.setPipe(name, runs: runs)
                json = Array(#"{"currentState":"\#(pipe.currentState)"}"#.utf8)
            }
            guard let json else { return Self.failure(.notFound, "the engine does not know this request") }
            return Self.answer(.ok, json)
        } catch let error as ControlError {
            return Self.failure(error.isUnknown ? .notFound : .badRequest, error.description)
        } catch let refusal as PipeRefusal {
            return Self.failure(.badRequest, Self.text(refusal))
        } catch {
            logger.error("a request of the console failed", metadata: ["error": "\(error)"])
            return Self.failure(.internalServerError, "\(error)")
        }
    }

    /// A switch's refusals.
    private static func text(_ refusal: PipeRefusal) -> String {
        switch refusal {
        case .unknown: "there is no such pipe any more; load the page again"
        case .isBeingDeleted: "the pipe is being deleted"
        case .invalid(let reason): reason
        case .exists, .tooManyTags: "the pipe cannot be switched: \(refusal)"
        }
    }

    // MARK: Answers

    static func failure(_ status: HTTPResponseStatus, _ message: String) -> HTTPReply {
        // A text: encoding cannot fail.
        answer(status, Array(try! JSONEncoder().encode(["message": message])))
    }

    static func empty(_ status: HTTPResponseStatus) -> HTTPReply {
        var headers = headers("text/plain; charset=utf-8")
        headers.add(name: "Cache-Control", value: "no-store")
        return HTTPReply(status: status, headers: headers)
    }

    private static func answer(_ status: HTTPResponseStatus, _ json: [UInt8]) -> HTTPReply {
        var headers = headers("application/json")
        headers.add(name: "Cache-Control", value: "no-store")
        return HTTPReply(status: status, headers: headers, body: ByteBuffer(bytes: json))
    }

    /// What every answer has: nothing of another host's may run or be loaded, and no other page may put this one in a frame.
    private static func headers(_ contentType: String) -> HTTPHeaders {
        [
            "Content-Type": contentType,
            "Content-Security-Policy":
                "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
            "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
        ]
    }
}
