import Foundation
public import NIOCore
import NIOHTTP1
import NIOPosix

/// An HTTP/1.1 server on one address, with a clean beginning and end: `start` returns once it listens, ``stop()`` once it has
/// let the requests under way finish. It is no task: nothing but ``stop()`` ends it.
public struct HTTPServer: Sendable {
    /// How long requests under way may take after the wish to stop.
    static let stopDuration = TimeAmount.seconds(5)

    /// Connections that may wait to be accepted.
    private static let backlog: Int32 = 1_024

    /// The port it listens on.
    public let port: Int
    private let listener: any Channel
    private let loops: [ServerLoop]
    /// The server's own threads; nil when it uses the program's.
    private let ownThreads: MultiThreadedEventLoopGroup?

    /// Starts a server with threads of its own and returns once it accepts connections.
    ///
    /// - Parameters:
    ///   - host: an address or a name of this machine.
    ///   - port: 0 lets the system choose.
    ///   - eventLoopCount: how many threads share the connections.
    ///   - tls: what the server speaks TLS with; nil for plain HTTP.
    ///   - bodyBytesMax: the largest body taken; what has a larger one is handed over without it, see
    ///     ``HTTPRequest/isBodyTooLarge``.
    ///   - limits: what clients may cost.
    ///   - mayBeLarge: whether a request, whose body is still to come, may have one of more than 16 KB; else it is handed over as if
    ///     the body were too large.
    ///   - respond: answers a request through the replier, once. Runs on the connection's event loop, which does nothing
    ///     else meanwhile: it may read from memory or the page cache, but must not wait. One connection's requests come one
    ///     after the other, each after the answer to the one before.
    /// - Throws: ``HTTPServerError`` with what the system says when the address cannot be listened on; `CancellationError`.
    public static func start(
        host: String, port: Int, eventLoopCount: Int = 1, tls: ServerTLS? = nil, bodyBytesMax: Int,
        limits: HTTPLimits = HTTPLimits(), mayBeLarge: @escaping @Sendable (HTTPRequest) -> Bool = { _ in true },
        respond: @escaping @Sendable (HTTPRequest, HTTPReplier) -> Void
    ) async throws -> HTTPServer {
        let threads = MultiThreadedEventLoopGroup(numberOfThreads: eventLoopCount)
        do {
            return try await start(
                host: host, port: port, on: threads, isOwned: true, limits,
                HTTPConnection.Configuration(
                    bodyBytesMax: bodyBytesMax, tls: tls, limits: limits, mayBeLarge: mayBeLarge, respond: respond))
        } catch {
            try? await threads.shutdownGracefully()
            throw error
        }
    }

    /// The same on the threads that the program's servers share; for a few requests that wait for long.
    ///
    /// - Parameter mayConnect: whether a client may, by both ends of its connection; else that is closed before it is
    ///   read from.
    public static func startOnSharedThreads(
        host: String, port: Int, tls: ServerTLS? = nil, bodyBytesMax: Int, limits: HTTPLimits = HTTPLimits(),
        mayConnect: @escaping @Sendable (_ client: SocketAddress?, _ server: SocketAddress?) -> Bool = { _, _ in true },
        respond: @escaping @Sendable (HTTPRequest, HTTPReplier) -> Void
    ) async throws -> HTTPServer {
        try await start(
            host: host, port: port, on: .singleton, isOwned: false, limits,
            HTTPConnection.Configuration(
                bodyBytesMax: bodyBytesMax, tls: tls, limits: limits, mayConnect: mayConnect, respond: respond))
    }

    /// Starts a server on the threads that the program's servers share; for a few requests that wait for long.
    ///
    /// - Parameter respond: answers a request in a task of its own, which is cancelled when the connection closes before.
    public static func start(
        host: String, port: Int, bodyBytesMax: Int,
        respond: @escaping @Sendable (HTTPRequest) async -> HTTPReply
    ) async throws -> HTTPServer {
        try await startOnSharedThreads(host: host, port: port, bodyBytesMax: bodyBytesMax) { request, replier in
            // The border to callback code: the answer or the connection's end ends the task.
            let task = Task { replier.reply(await respond(request)) }
            replier.whenClientLeaves { task.cancel() }
        }
    }

    private static func start(
        host: String, port: Int, on threads: MultiThreadedEventLoopGroup, isOwned: Bool, _ limits: HTTPLimits,
        _ configuration: HTTPConnection.Configuration
    ) async throws -> HTTPServer {
        try Task.checkCancellation()
        let eventLoops = Array(threads.makeIterator())
        let count = ConnectionCount(countMax: limits.connectionCountMax)
        let loops = eventLoops.map {
            ServerLoop(
                $0, limits, count: count, loopCount: eventLoops.count, bodyBytesMax: configuration.bodyBytesMax)
        }
        let bootstrap = ServerBootstrap(group: threads)
            .serverChannelOption(.backlog, value: backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // A client may close its side after its last request and still read the answer.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                guard configuration.mayConnect(channel.remoteAddress, channel.localAddress) else {
                    return channel.close()
                }
                return channel.eventLoop.makeCompletedFuture {
                    guard count.hasRoom else {
                        return try channel.pipeline.syncOperations.addHandler(SurplusConnection())
                    }
                    let loop = loops.first { $0.eventLoop === channel.eventLoop }!
                    let connection = HTTPConnection(configuration, on: loop)
                    try configuration.tls?.addHandlers(to: channel.pipeline.syncOperations, before: connection)
                    try channel.pipeline.syncOperations.addHandlers(connection.makeDecoder(), connection)
                }
            }
        do {
            let listener = try await bootstrap.bind(host: host, port: port).get()
            return HTTPServer(
                port: listener.localAddress?.port ?? port, listener: listener, loops: loops,
                ownThreads: isOwned ? threads : nil)
        } catch let error as IOError {
            throw HTTPServerError(description: String(cString: strerror(error.errnoCode)))
        } catch is SocketAddressError {
            throw HTTPServerError(description: "The host is not known")
        }
    }

    /// Lets seconds pass for the connections of a server whose time does not pass by itself.
    func pass(seconds: Int) async throws {
        for loop in loops { try await loop.eventLoop.submit { for _ in 0..<seconds { loop.look() } }.get() }
    }

    /// Bytes that requests and answers hold, of all loops.
    func heldBytes() async throws -> (requests: Int, answers: Int) {
        var held = (requests: 0, answers: 0)
        for loop in loops {
            let part = try await loop.eventLoop.submit { (loop.requestBytes.heldBytes, loop.answerBytes.heldBytes) }
                .get()
            held = (held.requests + part.0, held.answers + part.1)
        }
        return held
    }

    /// Takes no new connections, lets the requests under way finish, five seconds at most, and returns when all is closed.
    /// Call once.
    public func stop() async {
        try? await listener.close()
        for closed in loops.map({ $0.stop(within: Self.stopDuration) }) { try? await closed.get() }
        guard let ownThreads else { return }
        for loop in loops { loop.closeMailbox() }
        try? await ownThreads.shutdownGracefully()
    }
}

/// Why an address cannot be listened on, in the system's words.
public struct HTTPServerError: Error, CustomStringConvertible {
    public let description: String
}
