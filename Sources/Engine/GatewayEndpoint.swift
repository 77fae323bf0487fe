import AccessKeys
import Console
import Gateway
import HTTPServing
import Logging
import NIOHTTP1
import Synchronization

/// The gateway's address, and the console's beside it: taken before the data folder is touched, opened once everything behind it runs.
final class GatewayEndpoint: Sendable {
    /// Where it listens.
    let url: String
    /// Where functions find it.
    let ownURL: String
    /// Nil without a console.
    let console: ConsoleServer?
    private let server: HTTPServer
    /// What the functions ask; nil where they ask the same as everybody.
    private let functionServer: HTTPServer?
    private let gateway: Gate
    private let isStopped = Mutex(false)

    /// Threads that serve connections. Reads are answered on them: with one, it is all that GetItem has.
    private static let eventLoopCount = 2

    /// What answers; nil before the opening.
    private final class Gate: Sendable {
        private let state = Mutex<GatewayServer?>(nil)
        var server: GatewayServer? { state.withLock { $0 } }
        func open(_ server: GatewayServer) { state.withLock { $0 = server } }
    }

    private init(
        url: String, ownURL: String, console: ConsoleServer?, server: HTTPServer, functionServer: HTTPServer?,
        gateway: Gate
    ) {
        self.url = url
        self.ownURL = ownURL
        self.console = console
        self.server = server
        self.functionServer = functionServer
        self.gateway = gateway
    }

    /// Listens, and answers 503 until it is opened. Nil without an endpoint.
    ///
    /// Where it speaks TLS, the functions have a plain listener of their own on loopback: what they say never leaves this
    /// machine, and they need not know whom to trust (Documentation/decisions/0029-tls-ends-at-the-endpoint.md).
    ///
    /// - Parameters:
    ///   - tls: what gateway and console speak TLS with; nil for plain HTTP.
    ///   - keys: who may come into the console, where it asks for keys.
    /// - Throws: ``EngineError`` when an address cannot be listened on.
    static func start(
        _ options: EngineOptions, tls: ServerTLS? = nil, keys: AccessGuard? = nil, logger: Logger
    ) async throws -> GatewayEndpoint? {
        guard let endpoint = options.endpoint else { return nil }
        let gate = Gate()
        let server = try await listen(
            "The gateway", endpoint, remedy: "stop what uses the port or choose another with --port"
        ) {
            try await serve(endpoint, tls, gate)
        }
        var functionServer: HTTPServer?
        do {
            if tls != nil {
                let own = EngineOptions.Endpoint(port: 0)
                functionServer = try await listen(
                    "The functions' side of the gateway", own, remedy: "let the system give a port of 127.0.0.1"
                ) { try await serve(own, nil, gate, isForFunctions: true) }
            }
            let console = try await startConsole(options, tls, keys, logger)
            func url(_ scheme: String, _ host: String, _ server: HTTPServer) -> String {
                "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(server.port)"
            }
            return GatewayEndpoint(
                url: url(tls == nil ? "http" : "https", endpoint.host, server),
                ownURL: functionServer.map { url("http", "127.0.0.1", $0) } ?? url("http", endpoint.ownHost, server),
                console: console, server: server, functionServer: functionServer, gateway: gate)
        } catch {
            await functionServer?.stop()
            await server.stop()
            throw error
        }
    }

    private static func serve(
        _ endpoint: EngineOptions.Endpoint, _ tls: ServerTLS?, _ gate: Gate, isForFunctions: Bool = false
    ) async throws -> HTTPServer {
        try await HTTPServer.start(
            host: endpoint.host, port: endpoint.port, eventLoopCount: eventLoopCount, tls: tls,
            bodyBytesMax: GatewayServer.bodyBytesMax,
            limits: HTTPLimits(connectionCountMax: OpenFileLimit.raise(), overloadReply: GatewayServer.overloadReply),
            mayBeLarge: { gate.server?.mayBeLarge($0) != false }
        ) { request, replier in
            guard let gateway = gate.server else {
                replier.reply(HTTPReply(status: .serviceUnavailable))
                return
            }
            gateway.respond(
                to: request, from: { replier.clientAddress }, isForFunctions: isForFunctions,
                whenClientEnds: { replier.whenClientEnds($0) }
            ) { replier.reply($0) }
        }
    }

    private static func startConsole(
        _ options: EngineOptions, _ tls: ServerTLS?, _ keys: AccessGuard?, _ logger: Logger
    ) async throws -> ConsoleServer? {
        guard let settings = options.console else { return nil }
        return try await listen(
            "The console", .init(host: settings.host, port: settings.port),
            remedy: "stop what uses the port, choose another with --console-port, or go without it with --no-console"
        ) {
            try await ConsoleServer.start(
                settings, tls: tls, keys: keys, logger: logger, tellLink: options.tellConsoleLink)
        }
    }

    private static func listen<Server>(
        _ what: String, _ address: EngineOptions.Endpoint, remedy: String, _ start: () async throws -> Server
    ) async throws -> Server {
        do { return try await start() } catch let error as HTTPServerError {
            throw EngineError("\(what) cannot listen on \(address.host):\(address.port) (\(error)); \(remedy).")
        }
    }

    func open(_ server: GatewayServer) { gateway.open(server) }

    /// Lets the requests under way finish and refuses new ones. Called a second time when what stands behind the gateway
    /// has failed, and does nothing then.
    func stop() async {
        let isFirst = isStopped.withLock { isStopped in
            defer { isStopped = true }
            return !isStopped
        }
        guard isFirst else { return }
        await console?.stop()
        await server.stop()
        await functionServer?.stop()
    }
}
