import Foundation
public import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// An HTTP/1.1 server on one address, with a clean beginning and end: ``start(host:port:respond:)`` returns once it listens,
/// ``stop()`` once it has let the requests under way finish.
public struct HTTPServer: Sendable {
    /// How long requests under way may take after the wish to stop.
    private static let stopDuration = Duration.seconds(5)

    /// The port it listens on.
    public let port: Int
    private let services: ServiceGroup
    private let serving: Task<Void, any Error>

    /// Starts a server and returns once it accepts connections.
    ///
    /// - Parameters:
    ///   - port: 0 lets the system choose.
    ///   - respond: answers a request; called side by side for all connections.
    /// - Throws: ``HTTPServerError`` with what the system says when the address cannot be listened on.
    public static func start(
        host: String, port: Int, respond: @escaping @Sendable (Request) async -> Response
    ) async throws -> HTTPServer {
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        // Hummingbird reports starts, stops and cut connections; what matters is in our own messages.
        let silent = Logger(label: "sluice.http") { _ in SwiftLogNoOpLogHandler() }
        let application = Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in await respond(request) },
            configuration: .init(address: .hostname(host, port: port), serverName: nil),
            onServerRunning: { channel in
                listening.yield(channel.localAddress?.port ?? port)
                listening.finish()
            },
            logger: silent)
        var configuration = ServiceGroupConfiguration(services: [application], logger: silent)
        configuration.maximumGracefulShutdownDuration = stopDuration
        let services = ServiceGroup(configuration: configuration)
        // Neither a child task nor one that inherits: cancelling a server drops the connections that it has just accepted, and
        // NIO ends the program for a dropped one; and the wish to stop the program reaches every service below the task that
        // hears it, while a server here must answer until the work that needs it is done. It ends through `stop` alone.
        let serving = Task.detached {
            defer { listening.finish() }
            try await services.run()
        }
        var found = ports.makeAsyncIterator()
        guard let port = await found.next() else {
            await services.triggerGracefulShutdown()
            // It ended without listening: its error says why. Without one the caller was cancelled.
            do {
                try await serving.value
            } catch let error as IOError {
                throw HTTPServerError(description: String(cString: strerror(error.errnoCode)))
            }
            throw CancellationError()
        }
        return HTTPServer(port: port, services: services, serving: serving)
    }

    /// Takes no new connections, lets the requests under way finish, and returns when all is closed.
    public func stop() async {
        await services.triggerGracefulShutdown()
        _ = await serving.result
    }
}

/// Why an address cannot be listened on, in the system's words.
public struct HTTPServerError: Error, CustomStringConvertible {
    public let description: String
}
