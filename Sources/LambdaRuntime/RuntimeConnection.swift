import NIOCore
import NIOHTTP1
import NIOPosix

/// One connection to the Runtime API.
///
/// A request that is to follow another one is sent by the connection itself once the first is answered: no thread is woken in
/// between. `@unchecked Sendable`: its state is touched on its event loop alone.
final class RuntimeConnection: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = NIOHTTPClientResponseFull
    typealias OutboundOut = HTTPClientRequestPart

    struct Request: Sendable {
        var head: HTTPRequestHead
        var body: [UInt8] = []
    }

    /// The connection ended before the answer.
    struct Closed: Error {}

    struct Answers: Sendable {
        var first: NIOHTTPClientResponseFull
        /// Nil when the second request was not sent, or the connection ended before its answer.
        var second: NIOHTTPClientResponseFull?
    }

    private struct Exchange {
        var answers: Answers?
        let second: Request?
        let condition: @Sendable (NIOHTTPClientResponseFull) -> Bool
        let waiter: CheckedContinuation<Answers, any Error>
    }

    let executor: EventLoopExecutor
    private var context: ChannelHandlerContext?
    private var exchange: Exchange?

    private init(on eventLoop: any EventLoop) { executor = EventLoopExecutor(eventLoop) }

    /// - Parameter answerBytesMax: an answer with a larger body ends the connection.
    static func connect(host: String, port: Int, within timeout: TimeAmount, answerBytesMax: Int) async throws
        -> RuntimeConnection
    {
        let eventLoop = LambdaRuntime.eventLoopGroup.next()
        let connection = RuntimeConnection(on: eventLoop)
        _ = try await ClientBootstrap(group: eventLoop)
            .connectTimeout(timeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    // What becomes a header here is a number, or was cleaned.
                    try channel.pipeline.syncOperations.addHTTPClientHandlers(enableOutboundHeaderValidation: false)
                    try channel.pipeline.syncOperations.addHandlers(
                        NIOHTTPClientResponseAggregator(maxContentLength: answerBytesMax), connection)
                }
            }
            .connect(host: host, port: port).get()
        return connection
    }

    /// Sends a request, and a second one when the first one's answer meets a condition. The exchange before must be over.
    ///
    /// - Throws: ``Closed`` when there was no answer at all.
    func send(
        _ first: Request, then second: Request? = nil,
        if condition: @escaping @Sendable (NIOHTTPClientResponseFull) -> Bool = { _ in true }
    ) async throws -> Answers {
        try await withCheckedThrowingContinuation { waiter in
            executor.eventLoop.execute {
                self.exchange = Exchange(second: second, condition: condition, waiter: waiter)
                self.write(first)
            }
        }
    }

    func close() { executor.eventLoop.execute { self.context?.close(promise: nil) } }

    private func write(_ request: Request) {
        guard let context else { return end() }
        context.write(wrapOutboundOut(.head(request.head)), promise: nil)
        if !request.body.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: request.body)))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func end() {
        guard let exchange = exchange.take() else { return }
        exchange.waiter.resume(with: exchange.answers.map { .success($0) } ?? .failure(Closed()))
    }

    // MARK: The channel's side

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        end()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let answer = unwrapInboundIn(data)
        guard var exchange = exchange.take() else { return context.close(promise: nil) }
        if var answers = exchange.answers {
            answers.second = answer
            exchange.waiter.resume(returning: answers)
        } else if let second = exchange.second, exchange.condition(answer) {
            exchange.answers = Answers(first: answer)
            self.exchange = exchange
            write(second)
        } else {
            exchange.waiter.resume(returning: Answers(first: answer))
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is NIOHTTPObjectAggregatorEvent { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
