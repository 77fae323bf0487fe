import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Connections to a running engine.
struct EndpointConnection: Sendable {
    /// Largest answer. The engine's own are smaller.
    private static let answerBytesMax = 256 << 20
    private static let connectTimeout = TimeAmount.seconds(3)

    /// The engine's address, without a slash at its end.
    let url: String
    private let client: HTTPClient
    /// Nil without credentials to sign with.
    private let signer: RequestSigner?

    init(url: String) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        var configuration = HTTPClient.Configuration()
        configuration.timeout = .init(connect: Self.connectTimeout)
        signer = RequestSigner(url: self.url, environment: ProcessInfo.processInfo.environment)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func shutDown() async { try? await client.shutdown() }

    /// - Parameter path: the parts of the path, not escaped; none for `/`.
    /// - Throws: ``NoEngine``.
    func send(
        _ method: HTTPMethod, _ path: [String], _ headers: HTTPHeaders, _ body: ByteBuffer?, timeout: TimeAmount
    ) async throws -> (HTTPResponseStatus, Data) {
        let escaped = path.map { $0.addingPercentEncoding(withAllowedCharacters: .urlHostAllowed) ?? $0 }
        var request = HTTPClientRequest(url: "\(url)/\(escaped.joined(separator: "/"))")
        request.method = method
        request.headers =
            signer?.signed(
                method, path: "/" + escaped.joined(separator: "/"), headers, Array(buffer: body ?? ByteBuffer()))
            ?? headers
        if let body { request.body = .bytes(body) }
        do {
            let response = try await client.execute(request, timeout: timeout)
            return (response.status, Data(try await response.body.collect(upTo: Self.answerBytesMax).readableBytesView))
        } catch {
            let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
            throw NoEngine(url: url, reason: reason)
        }
    }

    /// Nobody answers at the address.
    struct NoEngine: Error, CustomStringConvertible {
        let url: String
        let reason: String

        var description: String {
            "No engine answers at \(url) (\(reason)); start one with `sluice up`, or name its address with --endpoint-url."
        }
    }
}
