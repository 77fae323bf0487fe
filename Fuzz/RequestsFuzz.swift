// Seeds: Fuzz/RequestsFuzz.seeds
// Dictionary: Fuzz/RequestsFuzz.dict

@testable import HTTPServing
import NIOCore
import NIOEmbedded
import NIOHTTP1

/// HTTP: however the network cuts a client's bytes, the same requests come of them and the same answers go out, one for each.
///
/// The input is the places of the cuts, a zero byte, and what a client sends.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = FuzzInput(start, count), let mark = input.rest.firstIndex(of: 0) else { return 0 }
    let cuts = input.rest[..<mark]
    let bytes = Array(input.rest[(mark + 1)...])
    let whole = Exchange([bytes])
    var pieces: [[UInt8]] = []
    var rest = bytes[...]
    for cut in cuts {
        pieces.append(Array(rest.prefix(Int(cut))))
        rest = rest.dropFirst(Int(cut))
    }
    let cut = Exchange(pieces + [Array(rest)])
    if cut.requests != whole.requests {
        finding("cut into pieces the requests are \(cut.requests), not \(whole.requests)")
    }
    if cut.answers != whole.answers { finding("cut into pieces the answers are \(cut.answers), not \(whole.answers)") }
    for request in whole.requests {
        if request.path.contains("?") { finding("a path with a query: \(request)") }
        if request.body.count > Exchange.bodyBytesMax { finding("a body beyond the limit") }
    }
    return 0
}

/// A connection's life with what a client sends, without a socket.
private struct Exchange {
    static let bodyBytesMax = 64

    struct Request: Equatable {
        var method: String
        var path: String
        var query: String?
        var headers: [String]
        var body: [UInt8]
        var isTooLarge: Bool
    }

    private final class Recorder: @unchecked Sendable {
        // Everything happens on this thread.
        var requests: [Request] = []
    }

    private(set) var requests: [Request] = []
    /// What went out, without dates.
    private(set) var answers = ""

    init(_ pieces: [[UInt8]]) {
        let recorder = Recorder()
        let channel = EmbeddedChannel()
        var limits = HTTPLimits()
        limits.secondDuration = nil
        let configuration = HTTPConnection.Configuration(bodyBytesMax: Self.bodyBytesMax, limits: limits) {
            request, replier in
            recorder.requests.append(
                Request(
                    method: request.method.rawValue, path: request.path, query: request.query,
                    headers: request.headers.map { "\($0.name): \($0.value)" }, body: Array(buffer: request.body),
                    isTooLarge: request.isBodyTooLarge))
            // What a client sends may come back in a header.
            replier.reply(HTTPReply(status: .ok, headers: ["X": request.path], body: request.body))
        }
        let loop = ServerLoop(
            channel.embeddedEventLoop, limits, count: ConnectionCount(countMax: 10), loopCount: 1,
            bodyBytesMax: Self.bodyBytesMax)
        let connection = HTTPConnection(configuration, on: loop)
        do {
            try channel.pipeline.syncOperations.addHandlers(connection.makeDecoder(), connection)
            channel.pipeline.fireChannelActive()
        } catch { fatalError("\(error)") }
        for piece in pieces where !piece.isEmpty {
            // Errors are answered, or end the connection.
            _ = try? channel.writeInbound(ByteBuffer(bytes: piece))
            channel.embeddedEventLoop.run()
        }
        var out: [UInt8] = []
        while let buffer = try? channel.readOutbound(as: ByteBuffer.self) { out += Array(buffer: buffer) }
        // A connection that lingers closes now.
        channel.embeddedEventLoop.advanceTime(by: .seconds(5))
        _ = try? channel.finish(acceptAlreadyClosed: true)
        requests = recorder.requests
        let text = String(decoding: out, as: UTF8.self)
        answers = text.split(separator: "\r\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("Date: ") }
            .joined(separator: "\r\n")
        let count = text.ranges(of: "HTTP/1.1 ").count
        if count < requests.count { finding("\(requests.count) requests get \(count) answers: \(text)") }
    }
}
