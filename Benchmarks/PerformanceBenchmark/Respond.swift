import ArgumentParser
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// A server that answers each request alike and knows nothing but HTTP: what the endpoint would be without anything behind it.
/// It lives until its standard input ends.
struct Respond: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answer each HTTP request with 200 and a small body.", shouldDisplay: false)

    /// As many as the engine's endpoint has.
    private static let threadCount = 2
    private static let backlog: Int32 = 1_024

    func run() throws {
        let threads = MultiThreadedEventLoopGroup(numberOfThreads: Self.threadCount)
        let channel = try ServerBootstrap(group: threads)
            .serverChannelOption(.backlog, value: Self.backlog)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(
                        withPipeliningAssistance: false, withErrorHandling: false)
                    try channel.pipeline.syncOperations.addHandler(SameAnswer())
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        // It listens: whoever waits for the port may connect.
        print(channel.localAddress?.port ?? 0)
        fflush(nil)
        while readLine() != nil {}
        try channel.close().wait()
        try threads.syncShutdownGracefully()
    }
}

/// Answers as PutItem does when it is asked for nothing back.
private final class SameAnswer: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let head = HTTPResponseHead(
        version: .http1_1, status: .ok,
        headers: ["Content-Type": "application/x-amz-json-1.0", "Content-Length": "2"])
    private let body = ByteBuffer(string: "{}")

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = unwrapInboundIn(data) else { return }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
