import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

@testable import HTTPServing

/// A client that sends bytes as they are given and takes the answers apart.
final class TestClient: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    struct Answer: Equatable {
        var status: Int
        /// The names in lower case.
        var headers: [String: String]
        var body: String
    }
    struct Ended: Error {}

    private struct State {
        var bytes = ByteBuffer()
        /// How often something has arrived.
        var count = 0
        var hasEnded = false
        var waiter: CheckedContinuation<Void, Never>?
    }
    private let state = Mutex(State())
    /// What went wrong on the client's side.
    let errors = Mutex<[String]>([])
    private let channelBox = Mutex<(any Channel)?>(nil)
    var channel: any Channel { channelBox.withLock { $0! } }

    /// - Parameters:
    ///   - readsByItself: false leaves the answers in the socket until ``answer(hasBody:)`` asks.
    ///   - tls: what TLS is spoken with; nil for none.
    static func connect(
        to server: HTTPServer, readsByItself: Bool = true, tls: NIOSSLContext? = nil
    ) async throws -> TestClient {
        let client = TestClient()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.autoRead, value: readsByItself)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: "localhost"))
                    }
                    try channel.pipeline.syncOperations.addHandler(client)
                }
            }
            .connect(host: "127.0.0.1", port: server.port).get()
        client.channelBox.withLock { $0 = channel }
        return client
    }

    // MARK: Sending

    func sendRaw(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)) }

    func send(_ method: String = "POST", _ path: String = "/", headers: [String] = [], body: String = "") async throws {
        try await sendRaw(Self.request(method, path, headers: headers, body: body))
    }

    static func request(_ method: String = "POST", _ path: String = "/", headers: [String] = [], body: String = "")
        -> String
    {
        let lines = ["\(method) \(path) HTTP/1.1", "Host: test", "Content-Length: \(body.utf8.count)"] + headers
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    /// Closes the client's side alone.
    func closeOutput() async throws { try await channel.close(mode: .output) }

    func close() async throws { try await channel.close() }

    /// Goes away with a reset, which the server sees at once.
    func reset() async throws {
        let options = channel as! any SocketOptionProvider
        try await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        try await channel.close()
    }

    // MARK: Receiving

    func answer(hasBody: Bool = true) async throws -> Answer {
        try await receive { Self.takeAnswer(&$0, hasBody: hasBody) }
    }

    /// The bytes up to and with an empty line.
    func interim() async throws -> String { try await receive { Self.takeHead(&$0) } }

    /// Returns once the server has closed; false when bytes came before.
    func isClosedWithoutMore() async -> Bool {
        _ = try? await receive { _ in nil as Void? }
        return state.withLock { $0.bytes.readableBytes == 0 }
    }

    /// Waits until something can be taken off what has arrived.
    ///
    /// - Throws: ``Ended`` when the connection ends before.
    private func receive<Taken>(_ take: (inout ByteBuffer) -> Taken?) async throws -> Taken {
        let channel = channel
        while true {
            var taken: Taken?
            let (count, hasEnded) = state.withLock { state in
                taken = take(&state.bytes)
                return (state.count, state.hasEnded)
            }
            if let taken { return taken }
            if hasEnded { throw Ended() }
            channel.eventLoop.execute { channel.read() }
            await withCheckedContinuation { waiter in
                let isNow = state.withLock { state in
                    if state.hasEnded || state.count != count { return true }
                    state.waiter = waiter
                    return false
                }
                if isNow { waiter.resume() }
            }
        }
    }

    private static func takeHead(_ bytes: inout ByteBuffer) -> String? {
        let view = bytes.readableBytesView
        guard let end = view.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        return bytes.readString(length: end.upperBound - view.startIndex)
    }

    private static func takeAnswer(_ bytes: inout ByteBuffer, hasBody: Bool) -> Answer? {
        var rest = bytes
        guard let head = takeHead(&rest) else { return nil }
        var lines = head.split(separator: "\r\n")
        let status = Int(lines.removeFirst().split(separator: " ")[1])!
        var headers: [String: String] = [:]
        for line in lines {
            let colon = line.firstIndex(of: ":")!
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].drop { $0 == " " }.description
        }
        let length = hasBody ? headers["content-length"].flatMap { Int($0) } ?? 0 : 0
        guard let body = rest.readString(length: length) else { return nil }
        bytes = rest
        if bytes.readableBytes == 0 { bytes.clear() }
        return Answer(status: status, headers: headers, body: body)
    }

    // MARK: The channel's side

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        wake {
            $0.bytes.writeImmutableBuffer(bytes)
            $0.count += 1
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { wake { $0.hasEnded = true } }
    }

    func channelInactive(context: ChannelHandlerContext) { wake { $0.hasEnded = true } }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        errors.withLock { $0.append("\(error)") }
        wake { $0.hasEnded = true }
    }

    private func wake(_ change: (inout sending State) -> Void) {
        let waiter = state.withLock { state in
            change(&state)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}

/// A server for one test.
func withServer<Result>(
    bodyBytesMax: Int = 1 << 20, eventLoopCount: Int = 1, tls: ServerTLS? = nil, limits: HTTPLimits = HTTPLimits(),
    mayBeLarge: @escaping @Sendable (HTTPRequest) -> Bool = { _ in true },
    respond: @escaping @Sendable (HTTPRequest, HTTPReplier) -> Void,
    _ body: (HTTPServer) async throws -> Result
) async throws -> Result {
    let server = try await HTTPServer.start(
        host: "127.0.0.1", port: 0, eventLoopCount: eventLoopCount, tls: tls, bodyBytesMax: bodyBytesMax,
        limits: limits, mayBeLarge: mayBeLarge, respond: respond)
    do {
        let result = try await body(server)
        await server.stop()
        return result
    } catch {
        await server.stop()
        throw error
    }
}

/// Answers at once with method, path and body.
@Sendable func echo(_ request: HTTPRequest, _ replier: HTTPReplier) {
    replier.reply(HTTPReply(status: .ok, body: ByteBuffer(string: described(request))))
}

func described(_ request: HTTPRequest) -> String {
    "\(request.method.rawValue) \(request.path) \(String(buffer: request.body))"
}

/// Requests that a test answers itself, when and in what order it likes.
final class Held: Sendable {
    private let arrivals = AsyncStream.makeStream(of: (HTTPRequest, HTTPReplier).self)

    func respond(_ request: HTTPRequest, _ replier: HTTPReplier) { arrivals.continuation.yield((request, replier)) }

    /// The next request that has been handed over. One task at a time.
    func next() async throws -> (HTTPRequest, HTTPReplier) {
        var iterator = arrivals.stream.makeAsyncIterator()
        guard let next = await iterator.next() else { throw CancellationError() }
        return next
    }
}
