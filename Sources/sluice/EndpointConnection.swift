import AWSClient
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

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

    /// - Throws: `AWSError` for an `AWS_CA_BUNDLE` that holds no certificates.
    init(url: String, environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        var configuration = HTTPClient.Configuration()
        configuration.timeout = .init(connect: Self.connectTimeout)
        if self.url.hasPrefix("https://") {
            configuration.tlsConfiguration = try TrustedRoots.configuration(environment: environment)
        }
        signer = RequestSigner(url: self.url, environment: environment)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func shutDown() async { try? await client.shutdown() }

    /// - Parameter path: the parts of the path, not escaped; none for `/`.
    /// - Throws: ``NoEngine`` or ``NotTrusted``.
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
            if let reason = NotTrusted.Reason(error) { throw NotTrusted(url: url, reason: reason) }
            let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
            throw NoEngine(url: url, reason: reason)
        }
    }

    /// Who answers cannot show to be the one that was asked.
    struct NotTrusted: Error, CustomStringConvertible {
        enum Reason: Equatable {
            /// No authority that is trusted stands for the certificate, or it is not good now.
            case certificate
            /// It is for another name.
            case name
            /// There is no TLS at all.
            case plain

            /// Nil for other errors.
            init?(_ error: any Error) {
                switch error {
                case let error as NIOSSLExtraError where error == .failedToValidateHostname: self = .name
                case NIOSSLError.handshakeFailed(let error):
                    // The codes of BoringSSL's errors are in their texts alone.
                    let text = "\(error)"
                    if text.contains("CERTIFICATE_VERIFY_FAILED") {
                        self = .certificate
                    } else if text.contains("WRONG_VERSION_NUMBER") {
                        self = .plain
                    } else {
                        return nil
                    }
                default: return nil
                }
            }
        }

        let url: String
        let reason: Reason

        var description: String {
            switch reason {
            case .certificate:
                "The certificate of \(url) is not trusted; name its file, or that of its authority, in \(TrustedRoots.variable), and if it is, renew the certificate, which may have expired."
            case .name:
                "The certificate of \(url) is for another name; give --endpoint-url a name that the certificate has, or the server another certificate."
            case .plain:
                "No TLS is spoken at \(url); give --endpoint-url an address that begins with http://."
            }
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
