import NIOCore
import NIOHTTP1
import NIOSSL

/// One connection: takes requests from the decoder, hands them over one after the other, writes the answers.
///
/// The next request is handed over when the one before is answered, so pipelined requests are carried out in their order
/// and answered in it. While one waits for its turn, or the client does not read its answers, nothing more is read from the
/// socket: a connection holds the request under way, one being received, and what a single read has brought.
///
/// `@unchecked Sendable`: everything happens on the event loop; from other threads answers come through ``ServerLoop``.
final class HTTPConnection: ChannelDuplexHandler, @unchecked Sendable {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    struct Configuration: Sendable {
        let bodyBytesMax: Int
        /// Nil for a connection without TLS.
        var tls: ServerTLS? = nil
        let respond: @Sendable (HTTPRequest, HTTPReplier) -> Void
    }

    /// Most bytes of a request that is refused that are read and thrown away, so that the client, which reads no answer
    /// before it has sent all, gets it instead of a reset connection.
    private static let discardedBytesMax = 64 << 20
    /// How long a refused client may take to read the answer and close its side.
    private static let lingerDuration = TimeAmount.seconds(2)

    let loop: ServerLoop
    private let configuration: Configuration
    private var context: ChannelHandlerContext?

    // What arrives.
    private var incoming: IncomingRequest
    private var discardedBytes = 0
    private var isReading = false
    private var isReadHeld = false

    // What waits and what is being answered.
    private var waiting = CircularBuffer<Waiting>(initialCapacity: 1)
    private var current: ReplyForm?
    private var currentNumber: UInt64 = 0
    private var clientLeft: (@Sendable () -> Void)?
    private var clientEnded: (@Sendable () -> Void)?
    /// The answer under way comes in pieces and ends with the connection.
    private var isStreaming = false

    // What leaves.
    private var writer = ReplyWriter()
    private var isFlushOwed = false
    private var isAdvancing = false
    private var isStopping = false
    /// The last answer is written: what still arrives is thrown away until the connection is closed.
    private var isLastWritten = false
    /// The last answer has been sent, and the client is awaited to close its side.
    private var isLingering = false
    private var isInputClosed = false
    /// Nothing can be sent yet.
    private var isHandshaking: Bool

    private enum Waiting {
        case request(HTTPRequest, ReplyForm)
        /// The decoder understands the client no more.
        case refusal(HTTPResponseStatus)
    }

    init(_ configuration: Configuration, on loop: ServerLoop) {
        self.configuration = configuration
        self.loop = loop
        incoming = IncomingRequest(isSecure: configuration.tls != nil)
        isHandshaking = configuration.tls != nil
    }

    /// The decoder in front of this handler, with limits that hold a connection's header below 64 KiB.
    func makeDecoder() -> ByteToMessageHandler<HTTPRequestDecoder> {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 16 << 10
        limits.maxHeaderListSize = 64 << 10
        limits.maxHeaderFieldCount = 128
        return ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: limits))
    }

    // MARK: The connection's life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        current = nil
        waiting.removeAll()
        loop.remove(self)
        tellOfEnd()
        if let clientLeft {
            self.clientLeft = nil
            clientLeft()
        }
    }

    /// Closes when nothing is under way, else after the answer.
    func stop() {
        isStopping = true
        // What is written waits for the handshake's end.
        if isHandshaking { return close() }
        if isIdle || isStreaming { closeWhenWritten() }
    }

    func handshakeHasEnded() { isHandshaking = false }

    /// Closes at once.
    func close() { context?.close(promise: nil) }

    private var isIdle: Bool { current == nil && waiting.isEmpty && !incoming.isUnderWay && !isLastWritten }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
        isInputClosed = true
        incoming.end()
        tellOfEnd()
        if isLingering { context.close(promise: nil) } else if isIdle || isStreaming { closeWhenWritten() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case ByteToMessageDecoderError.dataReceivedInErrorState(_, let bytes):
            discard(bytes.readableBytes)
        case let error as HTTPParserError where !incoming.hasEnded:
            incoming.end()
            waiting.append(.refusal(error == .headerOverflow ? .requestHeaderFieldsTooLarge : .badRequest))
            advance()
        case is HTTPParserError:
            break
        case NIOSSLError.uncleanShutdown:
            // The client has closed its side without TLS's word for it, and may still read: what follows tells of it.
            break
        default:
            // The socket's own errors: NIO closes, or nobody is left to tell.
            context.close(promise: nil)
        }
    }

    // MARK: Arriving

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReading = true
        switch unwrapInboundIn(data) {
        case .head(let head):
            switch incoming.begin(head, bodyBytesMax: configuration.bodyBytesMax) {
            case .goOn: break
            case .goOnAfterContinue: advance()
            case .tooLarge(let request, let form): take(request, form)
            case .malformed:
                waiting.append(.refusal(.badRequest))
                advance()
            }
        case .body(let bytes):
            switch incoming.append(bytes, bodyBytesMax: configuration.bodyBytesMax) {
            case .goOn: break
            case .discard: discard(bytes.readableBytes)
            case .tooLarge(let request, let form): take(request, form)
            }
        case .end:
            if let (request, form) = incoming.complete() { take(request, form) }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        flushOwed()
    }

    /// Holds reading back while the client is ahead of its answers.
    func read(context: ChannelHandlerContext) {
        if mayRead { context.read() } else { isReadHeld = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) { advance() }

    private var mayRead: Bool {
        incoming.mayReceive && (isLastWritten || (waiting.isEmpty && context?.channel.isWritable == true))
    }

    private func discard(_ count: Int) {
        discardedBytes += count
        if discardedBytes > Self.discardedBytesMax { close() }
    }

    // MARK: Answering

    var clientAddress: String? {
        loop.eventLoop.preconditionInEventLoop()
        return context?.remoteAddress?.ipAddress
    }

    private func take(_ request: HTTPRequest, _ form: ReplyForm) {
        guard !isLastWritten else { return }
        // The usual case keeps clear of the queue.
        if current == nil, waiting.isEmpty, !isAdvancing, context?.channel.isWritable == true {
            isAdvancing = true
            handOver(request, form)
            isAdvancing = false
            if !waiting.isEmpty { advance() }
        } else {
            waiting.append(.request(request, form))
            advance()
        }
    }

    /// Hands over what waits as long as answers come at once.
    private func advance() {
        // An answer that comes at once calls from inside: the loop below goes on by itself.
        guard !isAdvancing else { return }
        isAdvancing = true
        while current == nil, !isLastWritten, context?.channel.isWritable == true, let next = waiting.popFirst() {
            switch next {
            case .request(let request, let form): handOver(request, form)
            case .refusal(let status): write(HTTPReply(status: status), ReplyForm.refusal)
            }
        }
        isAdvancing = false
        if current == nil, waiting.isEmpty, incoming.takeContinue() { writeContinue() }
        if isReadHeld, mayRead {
            isReadHeld = false
            context?.read()
        }
    }

    private func handOver(_ request: HTTPRequest, _ form: ReplyForm) {
        current = form
        currentNumber &+= 1
        configuration.respond(request, HTTPReplier(connection: self, number: currentNumber))
    }

    func whenClientLeaves(_ number: UInt64, _ action: @escaping @Sendable () -> Void) {
        loop.eventLoop.preconditionInEventLoop()
        if current != nil, currentNumber == number { clientLeft = action }
    }

    func whenClientEnds(_ number: UInt64, _ action: @escaping @Sendable () -> Void) {
        loop.eventLoop.preconditionInEventLoop()
        guard current != nil, currentNumber == number else { return }
        clientEnded = action
        if isInputClosed { tellOfEnd() }
    }

    private func tellOfEnd() {
        // Answering from inside finds nobody to tell any more.
        let action = clientEnded
        clientEnded = nil
        action?()
    }

    /// Takes the answer to a request. On the event loop.
    func answer(_ number: UInt64, _ reply: HTTPReply) {
        guard context != nil else { return }
        guard let form = current, number == currentNumber else {
            preconditionFailure("a request was answered twice")
        }
        current = nil
        clientLeft = nil
        clientEnded = nil
        write(reply, form)
        advance()
    }

    // MARK: Answering in pieces

    /// Sends the head of an answer that ends with the connection. On the event loop.
    func beginStream(_ number: UInt64, _ reply: HTTPReply) {
        guard let context else { return }
        guard current != nil, number == currentNumber, !isStreaming else {
            preconditionFailure("a request was answered twice")
        }
        isStreaming = true
        isFlushOwed = true
        context.write(wrapOutboundOut(writer.writeStreamHead(reply, date: loop.dateLine.current())), promise: nil)
        if !isReading { flushOwed() }
        if isStopping || isInputClosed { closeWhenWritten() }
    }

    /// Sends a piece; `sent` succeeds when the system has taken it. On the event loop.
    func send(_ number: UInt64, _ piece: ByteBuffer, _ sent: EventLoopPromise<Void>) {
        guard let context, isStreaming, number == currentNumber, !isLastWritten else {
            return sent.fail(ChannelError.ioOnClosedChannel)
        }
        context.writeAndFlush(wrapOutboundOut(piece), promise: sent)
    }

    /// Ends the answer, and the connection with it. On the event loop.
    func endStream(_ number: UInt64) {
        guard isStreaming, number == currentNumber, !isLastWritten else { return }
        closeWhenWritten()
    }

    private func write(_ reply: HTTPReply, _ form: ReplyForm) {
        guard let context, !isLastWritten else { return }
        var form = form
        let isUnderWay = !waiting.isEmpty || incoming.isUnderWay
        if !isUnderWay && (incoming.hasEnded || isStopping) { form.keepsAlive = false }
        let (head, body) = writer.write(reply, form, date: loop.dateLine.current())
        if let body {
            context.write(wrapOutboundOut(head), promise: nil)
            writeEnd(body, form, context)
        } else {
            writeEnd(head, form, context)
        }
        isFlushOwed = true
        if !isReading { flushOwed() }
    }

    private func writeEnd(_ bytes: ByteBuffer, _ form: ReplyForm, _ context: ChannelHandlerContext) {
        if form.keepsAlive {
            context.write(wrapOutboundOut(bytes), promise: nil)
        } else {
            writeLast(bytes, context)
        }
    }

    private func writeLast(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        isLastWritten = true
        waiting.removeAll()
        let written = context.eventLoop.makePromise(of: Void.self)
        context.write(wrapOutboundOut(bytes), promise: written)
        written.futureResult.whenComplete { _ in self.closeAfterLast() }
    }

    /// Closes once the client has taken what is written.
    private func closeWhenWritten() {
        guard let context else { return }
        writeLast(ByteBuffer(), context)
        context.flush()
    }

    /// Closing a socket with bytes that nobody has read resets the connection, and the client may lose the answer: where
    /// the client is still sending, only our side is closed until it has closed its own.
    private func closeAfterLast() {
        guard let context else { return }
        guard incoming.isCutOff, !isInputClosed else { return context.close(promise: nil) }
        isLingering = true
        context.close(mode: .output, promise: nil)
        context.eventLoop.scheduleTask(in: Self.lingerDuration) { self.close() }
    }

    private func writeContinue() {
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
    }

    private func flushOwed() {
        guard isFlushOwed else { return }
        isFlushOwed = false
        context?.flush()
    }
}
