import NIOCore
import NIOTLS

/// Closes a connection whose TLS handshake is not over in time, and leaves when it is.
final class HandshakeWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    /// How long a handshake may take. It is two ways there and back, three where a packet is lost; who needs longer only
    /// holds a connection.
    static let durationMax = TimeAmount.seconds(10)

    private let connection: HTTPConnection
    private var deadline: Scheduled<Void>?

    init(_ connection: HTTPConnection) { self.connection = connection }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: Self.durationMax) { channel.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        context.fireUserInboundEventTriggered(event)
        guard case TLSUserEvent.handshakeCompleted = event else { return }
        connection.handshakeHasEnded()
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }
}
