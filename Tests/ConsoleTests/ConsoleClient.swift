import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A client that sends one request and reads until the connection ends, or until it has seen enough.
final class ConsoleClient: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private struct State {
        var text = ""
        var hasEnded = false
        var waiter: CheckedContinuation<Void, Never>?
    }
    private let state = Mutex(State())
    private let channel = Mutex<(any Channel)?>(nil)

    struct Ended: Error { let text: String }

    static func send(_ text: String, to port: Int) async throws -> ConsoleClient {
        let client = ConsoleClient()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { $0.pipeline.addHandler(client) }
            .connect(host: "127.0.0.1", port: port).get()
        client.channel.withLock { $0 = channel }
        try await channel.writeAndFlush(ByteBuffer(string: text))
        return client
    }

    /// The text up to now, once it satisfies.
    ///
    /// - Throws: ``Ended`` when the connection ends before.
    func text(until isEnough: (String) -> Bool) async throws -> String {
        while true {
            let (text, hasEnded) = state.withLock { ($0.text, $0.hasEnded) }
            if isEnough(text) { return text }
            if hasEnded { throw Ended(text: text) }
            await withCheckedContinuation { waiter in
                let isNow = state.withLock { state in
                    if state.hasEnded || state.text != text { return true }
                    state.waiter = waiter
                    return false
                }
                if isNow { waiter.resume() }
            }
        }
    }

    /// All that comes before the connection ends.
    func whole() async -> String {
        do { return try await text { _ in false } } catch { return (error as? Ended)?.text ?? "" }
    }

    func close() async throws { try await channel.withLock { $0 }?.close() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let text = String(buffer: unwrapInboundIn(data))
        wake { $0.text += text }
    }

    func channelInactive(context: ChannelHandlerContext) { wake { $0.hasEnded = true } }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { wake { $0.hasEnded = true } }

    private func wake(_ change: (inout sending State) -> Void) {
        let waiter = state.withLock { state in
            change(&state)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
