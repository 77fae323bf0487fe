import Gateway
import HTTPServing
import NIOHTTP1
import Synchronization

/// The gateway's address: taken before the data folder is touched, opened once everything behind it runs.
final class GatewayEndpoint: Sendable {
    /// Where it listens.
    let url: String
    private let server: HTTPServer
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

    private init(url: String, server: HTTPServer, gateway: Gate) {
        self.url = url
        self.server = server
        self.gateway = gateway
    }

    /// Listens, and answers 503 until it is opened. Nil without an endpoint.
    ///
    /// - Throws: ``EngineError`` when the address cannot be listened on.
    static func start(_ endpoint: EngineOptions.Endpoint?) async throws -> GatewayEndpoint? {
        guard let endpoint else { return nil }
        let gate = Gate()
        do {
            let server = try await HTTPServer.start(
                host: endpoint.host, port: endpoint.port, eventLoopCount: eventLoopCount,
                bodyBytesMax: GatewayServer.bodyBytesMax
            ) { request, replier in
                guard let gateway = gate.server else {
                    replier.reply(HTTPReply(status: .serviceUnavailable))
                    return
                }
                gateway.respond(to: request, whenClientEnds: { replier.whenClientEnds($0) }) { replier.reply($0) }
            }
            let host = endpoint.host.contains(":") ? "[\(endpoint.host)]" : endpoint.host
            return GatewayEndpoint(url: "http://\(host):\(server.port)", server: server, gateway: gate)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw EngineError(
                "The gateway cannot listen on \(endpoint.host):\(endpoint.port) (\(error)); stop what uses the port or choose another with --port."
            )
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
        if isFirst { await server.stop() }
    }
}
