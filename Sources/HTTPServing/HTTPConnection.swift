import NIOCore
import NIOHTTP1
import NIOSSL

/// One connection: takes requests from the decoder, hands them over one after the other, writes the answers.
///
/// The next request is handed over when the one before is answered, so pipelined requests are carried out in their order
/// and answered in it. While one waits for its turn, or the client does not read its answers, nothing more is read from the
/// socket: a connection holds the request under way, one being received, and what a single read has brought. What it holds and
/// how long its client may take is bounded by ``HTTPLimits``.
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
        let limits: HTTPLimits
        /// Whether a client may connect, by both ends of its connection.
        var mayConnect: @Sendable (_ client: SocketAddress?, _ server: SocketAddress?) -> Bool = { _, _ in true }
        /// Whether a request, whose body is still to come, may have one larger than ``HTTPLimits/smallBytes``.
        var mayBeLarge: @Sendable (HTTPRequest) -> Bool = { _ in true }
        let respond: @Sendable (HTTPRequest, HTTPReplier) -> Void
    }

    /// Most bytes of a request that is refused that are read and thrown away, so that the client, which reads no answer
    /// before it has sent all, gets it instead of a reset connection: twice the largest body there is.
    private static let discardedBytesMax = 32 << 20
    /// The same of a client that is not understood.
    private static let discardedNonsenseBytesMax = 1 << 20
    /// What a request that waits for its turn is counted for besides its body: hundreds of small ones fit into one read.
    private static let waitingBytes = 1 << 10

    let loop: ServerLoop
    private let configuration: Configuration
    private var context: ChannelHandlerContext?

    // What arrives.
    private var incoming: IncomingRequest
    /// Bytes of a header have come, and not all of it.
    private var isHeaderUnderWay = false
    private var hasReadPart = false
    private var discardedBytes = 0
    private var discardedBytesMax = HTTPConnection.discardedBytesMax
    private var isReading = false
    private var isReadHeld = false

    // What waits and what is being answered.
    private var waiting = CircularBuffer<Waiting>(initialCapacity: 1)
    private var current: ReplyForm?
    private var currentNumber: UInt64 = 0
    /// What the body of the request under way has taken of the budget, until its answer: also when its client has left.
    private var currentHeldBytes = 0
    private var clientLeft: (@Sendable () -> Void)?
    private var clientEnded: (@Sendable () -> Void)?
    /// The answer under way comes in pieces and ends with the connection.
    private var isStreaming = false

    // What leaves.
    private var writer = ReplyWriter()
    private var writtenBytes = 0
    private var watch = ClientWatch()
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
        case request(IncomingRequest.Arrived)
        /// The client is not understood, or was too slow, or there is no room for its request.
        case refusal(HTTPReply)

        var heldBytes: Int {
            switch self {
            case .request(let arrived): arrived.heldBytes + HTTPConnection.waitingBytes
            case .refusal: 0
            }
        }
    }

    init(_ configuration: Configuration, on loop: ServerLoop) {
        self.configuration = configuration
        self.loop = loop
        incoming = IncomingRequest(isSecure: configuration.tls != nil)
        isHandshaking = configuration.tls != nil
    }

    /// The decoder in front of this handler, with limits that hold a connection's header below 32 KiB, half of it in one field:
    /// room for the longest session tokens.
    func makeDecoder() -> ByteToMessageHandler<HTTPRequestDecoder> {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 16 << 10
        limits.maxHeaderListSize = 32 << 10
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
        dropWaiting()
        incoming.end(&loop.requestBytes)
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

    func handshakeHasEnded() {
        isHandshaking = false
        // The bytes that the read under way has brought were the handshake's, which has a limit of its own.
        hasReadPart = true
    }

    /// Closes at once.
    func close() { context?.close(promise: nil) }

    private var isIdle: Bool { current == nil && waiting.isEmpty && !incoming.isUnderWay && !isLastWritten }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
        isInputClosed = true
        end()
        tellOfEnd()
        if isLingering { context.close(promise: nil) } else if isIdle || isStreaming { closeWhenWritten() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case ByteToMessageDecoderError.dataReceivedInErrorState(_, let bytes):
            discard(bytes.readableBytes)
        case let error as HTTPParserError where !incoming.hasEnded:
            discardedBytesMax = Self.discardedNonsenseBytesMax
            refuse(HTTPReply(status: error == .headerOverflow ? .requestHeaderFieldsTooLarge : .badRequest))
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
        hasReadPart = true
        switch unwrapInboundIn(data) {
        case .head(let head):
            isHeaderUnderWay = false
            switch incoming.begin(
                head, bodyBytesMax: configuration.bodyBytesMax, mayBeLarge: configuration.mayBeLarge,
                &loop.requestBytes)
            {
            case .goOn: break
            case .goOnAfterContinue: advance()
            case .tooLarge(let request, let form): takeWithoutBody(request, form)
            case .malformed: refuse(HTTPReply(status: .badRequest))
            case .noRoom: refuse(configuration.limits.overloadReply)
            }
        case .body(let bytes):
            switch incoming.append(
                bytes, bodyBytesMax: configuration.bodyBytesMax, mayBeLarge: configuration.mayBeLarge,
                &loop.requestBytes)
            {
            case .goOn: break
            case .discard: discard(bytes.readableBytes)
            case .tooLarge(let request, let form): takeWithoutBody(request, form)
            case .noRoom: refuse(configuration.limits.overloadReply)
            }
        case .end:
            if let arrived = incoming.complete() { take(arrived) }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        // What has come and is no part of a request yet is the beginning of a header. One that a read has brought behind the end
        // of another request is seen with its next bytes, and is an idle connection until then.
        if !hasReadPart, !isHandshaking, !incoming.isUnderWay, !incoming.hasEnded { isHeaderUnderWay = true }
        hasReadPart = false
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
        if discardedBytes > discardedBytesMax { close() }
    }

    /// Takes nothing more of what is coming.
    private func end() {
        isHeaderUnderWay = false
        incoming.end(&loop.requestBytes)
    }

    /// Takes nothing more, and says why behind the answers before.
    private func refuse(_ reply: HTTPReply) {
        end()
        guard !isLastWritten else { return }
        waiting.append(.refusal(reply))
        advance()
    }

    private func dropWaiting() {
        for waiting in waiting { loop.requestBytes.giveBack(waiting.heldBytes) }
        waiting.removeAll()
    }

    // MARK: Patience

    /// Looks at what the client owes. Called once a second.
    func look(at second: Int, _ patience: Patience) {
        guard let context else { return }
        let isDeaf = watch.isDeaf(
            writtenBytes: writtenBytes, unsentBytes: Self.unsentBytes(context), at: second, patience)
        if isDeaf { return close() }
        // Closing has begun and ends by itself.
        guard !isLastWritten else { return }
        if incoming.isUnderWay { incoming.shrink() }
        guard watch.isOverdue(wait, after: incoming.count, at: second, patience) else { return }
        switch wait {
        case .header, .body: refuse(HTTPReply(status: .requestTimeout))
        case .request, .nothing: close()
        }
    }

    private var wait: ClientWatch.Wait {
        if isReadHeld || incoming.hasEnded { return .nothing }
        if incoming.isUnderWay {
            return incoming.isContinueOwed ? .nothing : .body(receivedBytes: incoming.receivedBytes)
        }
        if isHeaderUnderWay { return .header }
        if current != nil || !waiting.isEmpty { return .nothing }
        return .request
    }

    private static func unsentBytes(_ context: ChannelHandlerContext) -> Int {
        // A channel without the option, which none of NIO's sockets is, is taken to have sent all.
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    // MARK: Answering

    var clientAddress: String? {
        loop.eventLoop.preconditionInEventLoop()
        return context?.remoteAddress?.ipAddress
    }

    private func takeWithoutBody(_ request: HTTPRequest, _ form: ReplyForm) {
        take(IncomingRequest.Arrived(request: request, form: form, heldBytes: 0))
    }

    private func take(_ arrived: IncomingRequest.Arrived) {
        // The usual case keeps clear of the queue.
        if current == nil, waiting.isEmpty, !isAdvancing, !isLastWritten, context?.channel.isWritable == true {
            isAdvancing = true
            handOver(arrived)
            isAdvancing = false
            if !waiting.isEmpty { advance() }
        } else if !isLastWritten, loop.requestBytes.take(Self.waitingBytes) {
            waiting.append(.request(arrived))
            advance()
        } else {
            loop.requestBytes.giveBack(arrived.heldBytes)
            // Nobody answers requests out of their order: who sends more than there is room for is left.
            if !isLastWritten { abandon() }
        }
    }

    /// Closes at once and takes nothing more meanwhile.
    private func abandon() {
        isLastWritten = true
        end()
        dropWaiting()
        close()
    }

    /// Hands over what waits as long as answers come at once.
    private func advance() {
        // An answer that comes at once calls from inside: the loop below goes on by itself.
        guard !isAdvancing else { return }
        isAdvancing = true
        while current == nil, !isLastWritten, context?.channel.isWritable == true, let next = waiting.popFirst() {
            switch next {
            case .request(let arrived):
                loop.requestBytes.giveBack(Self.waitingBytes)
                handOver(arrived)
            case .refusal(let reply): write(reply, ReplyForm.refusal)
            }
        }
        isAdvancing = false
        if current == nil, waiting.isEmpty, incoming.takeContinue() { writeContinue() }
        if isReadHeld, mayRead {
            isReadHeld = false
            context?.read()
        }
    }

    private func handOver(_ arrived: IncomingRequest.Arrived) {
        current = arrived.form
        currentNumber &+= 1
        currentHeldBytes = arrived.heldBytes
        configuration.respond(arrived.request, HTTPReplier(connection: self, number: currentNumber))
    }

    private func giveBackCurrent() {
        guard currentHeldBytes > 0 else { return }
        loop.requestBytes.giveBack(currentHeldBytes)
        currentHeldBytes = 0
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
        if number == currentNumber { giveBackCurrent() }
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
        if number == currentNumber { giveBackCurrent() }
        guard let context else { return }
        guard current != nil, number == currentNumber, !isStreaming else {
            preconditionFailure("a request was answered twice")
        }
        isStreaming = true
        isFlushOwed = true
        write(writer.writeStreamHead(reply, date: loop.dateLine.current()), context)
        if !isReading { flushOwed() }
        if isStopping || isInputClosed { closeWhenWritten() }
    }

    /// Sends a piece; `sent` succeeds when the system has taken it. On the event loop.
    func send(_ number: UInt64, _ piece: ByteBuffer, _ sent: EventLoopPromise<Void>) {
        guard let context, isStreaming, number == currentNumber, !isLastWritten else {
            return sent.fail(ChannelError.ioOnClosedChannel)
        }
        write(piece, context, promise: sent)
        context.flush()
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
        var reply = reply
        let heldBytes = takeRoom(for: &reply, form)
        let (head, body) = writer.write(reply, form, date: loop.dateLine.current())
        if let body {
            write(head, context)
            writeEnd(body, form, context, heldBytes)
        } else {
            writeEnd(head, form, context, heldBytes)
        }
        isFlushOwed = true
        if !isReading { flushOwed() }
    }

    /// Takes room for a large answer until it is sent. Without any the client gets the answer that there is none: where others leave
    /// theirs unread, memory is not what pays.
    private func takeRoom(for reply: inout HTTPReply, _ form: ReplyForm) -> Int {
        let size = reply.body.readableBytes
        guard size > HTTPLimits.smallBytes, !form.isHead else { return 0 }
        if loop.answerBytes.take(size) { return size }
        reply = configuration.limits.overloadReply
        return 0
    }

    private func writeEnd(_ bytes: ByteBuffer, _ form: ReplyForm, _ context: ChannelHandlerContext, _ heldBytes: Int) {
        var written: EventLoopPromise<Void>?
        if heldBytes > 0 || !form.keepsAlive {
            written = context.eventLoop.makePromise()
            written?.futureResult.whenComplete { _ in
                if heldBytes > 0 { self.loop.answerBytes.giveBack(heldBytes) }
                if !form.keepsAlive { self.closeAfterLast() }
            }
        }
        if !form.keepsAlive { beginEnd() }
        write(bytes, context, promise: written)
    }

    private func write(_ bytes: ByteBuffer, _ context: ChannelHandlerContext, promise: EventLoopPromise<Void>? = nil) {
        writtenBytes &+= bytes.readableBytes
        context.write(wrapOutboundOut(bytes), promise: promise)
    }

    private func beginEnd() {
        isLastWritten = true
        dropWaiting()
    }

    /// Closes once the client has taken what is written.
    private func closeWhenWritten() {
        guard let context else { return }
        writeEnd(ByteBuffer(), .refusal, context, 0)
        context.flush()
    }

    /// Closing a socket with bytes that nobody has read resets the connection, and the client may lose the answer: where
    /// the client is still sending, only our side is closed until it has closed its own.
    private func closeAfterLast() {
        guard let context else { return }
        guard incoming.isCutOff, !isInputClosed else { return context.close(promise: nil) }
        isLingering = true
        context.close(mode: .output, promise: nil)
        context.eventLoop.scheduleTask(in: configuration.limits.lingerDuration) { self.close() }
    }

    private func writeContinue() {
        guard let context else { return }
        write(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"), context)
        context.flush()
    }

    private func flushOwed() {
        guard isFlushOwed else { return }
        isFlushOwed = false
        context?.flush()
    }
}
