public import AccessKeys
public import Clocks
import Foundation
import Gateway
public import HTTPServing
public import Logging
import NIOCore
import NIOHTTP1

/// The web console: pages that show a running engine, and what they ask of it.
public struct ConsoleServer: Sendable {
    /// Largest request body, bytes: a record of 400 KB with its pattern, as JSON in JSON.
    static let bodyBytesMax = 2 << 20
    /// A browser has six at a time, and one for each page that listens.
    private static let limits = HTTPLimits(
        connectionCountMax: 1_000, requestBytesMax: 32 << 20, answerBytesMax: 64 << 20)

    /// Where it listens.
    public let url: String
    /// What is to be opened first: ``url``, or a link that lets a browser in once.
    public let entryURL: String
    private let server: HTTPServer

    private let responder: Responder

    /// Starts the console and returns once it listens. It answers 503 until it is opened.
    ///
    /// - Parameters:
    ///   - tls: what it speaks TLS with; nil for plain HTTP.
    ///   - keys: who may come in, where the login is that of keys; their failures count together with those of requests.
    ///   - time: the machine's clock, by which pages are told.
    ///   - tellLink: gets the next link that lets a browser in when one was used.
    /// - Throws: `HTTPServerError` with what the system says when the address cannot be listened on; `CancellationError`.
    public static func start(
        _ settings: ConsoleSettings, tls: ServerTLS? = nil, keys: AccessGuard? = nil,
        time: any TimeSource = SystemTime(), logger: Logger,
        tellLink: @escaping @Sendable (_ url: String) -> Void = { _ in }
    ) async throws -> ConsoleServer {
        let responder = Responder(settings.login, keys: keys, time: time, logger: logger, tellLink: tellLink)
        let server = try await HTTPServer.startOnSharedThreads(
            host: settings.host, port: settings.port, tls: tls, bodyBytesMax: bodyBytesMax, limits: limits,
            respond: responder.respond)
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        let url = "\(tls == nil ? "http" : "https")://\(host):\(server.port)"
        responder.listens(settings, port: server.port, isSecure: tls != nil)
        return ConsoleServer(
            url: url, entryURL: responder.login?.listens(at: url) ?? url, server: server, responder: responder)
    }

    /// Shows an engine from now on.
    public func open(_ engine: any ConsoleEngine) { responder.open(engine) }

    /// Ends the pages' streams, lets requests under way finish, five seconds at most, and returns when all is closed. Call once.
    public func stop() async { await server.stop() }
}
