import NIOCore
import Synchronization

/// How many connections a server has; its loops share it.
final class ConnectionCount: Sendable {
    let countMax: Int
    private let count = Atomic(0)

    init(countMax: Int) { self.countMax = countMax }

    /// Two loops that ask at once may both be let in.
    var hasRoom: Bool { count.load(ordering: .relaxed) < countMax }
    /// Whether three quarters are taken.
    var isCrowded: Bool { count.load(ordering: .relaxed) > countMax / 4 * 3 }

    func add() { count.wrappingAdd(1, ordering: .relaxed) }
    func remove() { count.wrappingSubtract(1, ordering: .relaxed) }
}

/// Tells a connection too many that there is no room, and closes it.
final class SurplusConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let answer = ByteBuffer(
        string: "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(Self.answer), promise: nil)
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
