import NIOCore
import NIOSSL
import Synchronization

/// What a server speaks TLS with: a certificate, those that lead from it to its authority, and its key.
///
/// TLS 1.2 and 1.3, HTTP/1.1 alone. Another certificate may take its place while the server runs: connections that come
/// later get that one. May be used from any thread.
public final class ServerTLS: Sendable {
    /// How long a client may take to answer the word that a connection ends.
    private static let shutdownDuration = TimeAmount.seconds(2)
    /// Of TLS 1.2's only those with keys of their own for each connection and authenticated encryption (RFC 9325, 4.2).
    /// TLS 1.3 has no others.
    private static let cipherSuites: [NIOTLSCipher] = [
        .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]

    private let context: Mutex<NIOSSLContext>

    /// - Parameters:
    ///   - chainPEM: the server's certificate first, then those that lead to its authority.
    ///   - keyPEM: the certificate's key, without a passphrase.
    /// - Throws: NIOSSL's error for what cannot be used.
    public init(chainPEM: [UInt8], keyPEM: [UInt8]) throws {
        context = Mutex(try Self.context(chainPEM, keyPEM))
    }

    /// Puts another certificate in the place of the one that there is, which stays where this throws.
    public func replace(chainPEM: [UInt8], keyPEM: [UInt8]) throws {
        let made = try Self.context(chainPEM, keyPEM)
        context.withLock { $0 = made }
    }

    private static func context(_ chainPEM: [UInt8], _ keyPEM: [UInt8]) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(chainPEM).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: keyPEM, format: .pem)))
        configuration.minimumTLSVersion = .tlsv12
        configuration.cipherSuiteValues = cipherSuites
        configuration.applicationProtocols = ["http/1.1"]
        configuration.shutdownTimeout = shutdownDuration
        return try NIOSSLContext(configuration: configuration)
    }

    /// What stands in a connection's pipeline before the HTTP decoder.
    func addHandlers(
        to pipeline: ChannelPipeline.SynchronousOperations, before connection: HTTPConnection
    ) throws {
        try pipeline.addHandlers(
            PlainTextRefusal(), NIOSSLServerHandler(context: context.withLock { $0 }), HandshakeWatch(connection))
    }
}
