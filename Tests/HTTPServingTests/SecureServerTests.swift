import Certificates
import Clocks
import Foundation
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOSSL
import NIOTLS
import Synchronization
import TestSupport
import Testing

@testable import HTTPServing

/// A server that speaks TLS.
@Suite(.timeLimit(.minutes(1))) struct SecureServerTests {
    private static func certificate() throws -> ServerCertificate {
        try DevelopmentCertificate(folder: "/nowhere", names: []).make(now: SystemTime().now())
    }

    private let certificate: ServerCertificate
    private let tls: ServerTLS

    init() throws {
        certificate = try Self.certificate()
        tls = try ServerTLS(chainPEM: certificate.chainPEM, keyPEM: certificate.keyPEM)
    }

    /// What a client speaks TLS with that trusts a certificate.
    private func trust(
        _ certificate: ServerCertificate? = nil, _ change: (inout TLSConfiguration) -> Void = { _ in }
    ) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(
            try NIOSSLCertificate.fromPEMBytes((certificate ?? self.certificate).chainPEM))
        change(&configuration)
        return try NIOSSLContext(configuration: configuration)
    }

    private func echoed(_ client: TestClient, _ body: String = "hello") async throws -> String {
        try await client.send(body: body)
        return try await client.answer().body
    }

    @Test func requestsAndAnswersOfAnySizePass() async throws {
        try await withServer(tls: tls, respond: echo) { server in
            let client = try await TestClient.connect(to: server, tls: try trust())
            #expect(try await echoed(client) == "POST / hello")
            let body = String(repeating: "x", count: 1 << 20)
            #expect(try await echoed(client, body) == "POST / \(body)")
            try await client.sendRaw(TestClient.request(body: "a") + TestClient.request(body: "b"))
            #expect(try await client.answer().body == "POST / a")
            #expect(try await client.answer().body == "POST / b")
        }
    }

    /// The handshake's bytes are no beginning of a header: a connection that is only made beforehand is an idle one.
    @Test func aConnectionThatHasOnlyShakenHandsIsIdle() async throws {
        var limits = HTTPLimits()
        limits.secondDuration = nil
        try await withServer(tls: tls, limits: limits, respond: echo) { server in
            let client = try await TestClient.connect(to: server, tls: try trust())
            // In the order of the connections: the server has ended this one's handshake before that of the other.
            let other = try await TestClient.connect(to: server, tls: try trust())
            #expect(try await echoed(other) == "POST / hello")
            try await server.pass(seconds: 100)
            #expect(try await echoed(client) == "POST / hello")
            try await client.sendRaw("GET / HTTP/1.1\r\n")
            #expect(try await echoed(other) == "POST / hello")
            try await server.pass(seconds: 11)
            #expect(try await client.answer().status == 408)
        }
    }

    @Test func aRequestKnowsWhetherItCameOverTLS() async throws {
        for tls in [tls, nil] {
            try await withServer(
                tls: tls,
                respond: { request, replier in
                    replier.reply(HTTPReply(status: .ok, body: ByteBuffer(string: "\(request.isSecure)")))
                }
            ) { server in
                let client = try await TestClient.connect(to: server, tls: tls == nil ? nil : try trust())
                #expect(try await echoed(client) == "\(tls != nil)")
            }
        }
    }

    @Test(arguments: [(TLSVersion.tlsv12, true), (.tlsv13, true), (.tlsv11, false), (.tlsv1, false)])
    func olderVersionsAreNotSpoken(_ version: TLSVersion, _ isSpoken: Bool) async throws {
        try await withServer(tls: tls, respond: echo) { server in
            let context = try trust {
                $0.minimumTLSVersion = .tlsv1
                $0.maximumTLSVersion = version
            }
            let client = try await TestClient.connect(to: server, tls: context)
            let answer = try? await echoed(client)
            #expect(answer == (isSpoken ? "POST / hello" : nil))
            if isSpoken { #expect(try await client.channel.nioSSL_tlsVersion().get() == version) }
        }
    }

    @Test(arguments: [["h2", "http/1.1"], ["http/1.1"], ["h2"], []])
    func whateverElseAClientWouldSpeakItIsHTTP11(_ protocols: [String]) async throws {
        try await withServer(tls: tls, respond: echo) { server in
            let client = try await TestClient.connect(
                to: server, tls: try trust { $0.applicationProtocols = protocols })
            #expect(try await echoed(client) == "POST / hello")
        }
    }

    @Test func aClientThatDoesNotTrustTheCertificateGoesAndOthersAreServed() async throws {
        try await withServer(tls: tls, respond: echo) { server in
            let stranger = try await TestClient.connect(to: server, tls: try trust(try Self.certificate()))
            await #expect(throws: (any Error).self) { try await echoed(stranger) }
            #expect(stranger.errors.withLock { $0.first?.contains("CERTIFICATE_VERIFY_FAILED") } == true)
            let client = try await TestClient.connect(to: server, tls: try trust())
            #expect(try await echoed(client) == "POST / hello")
        }
    }

    @Test func whoSpeaksNoTLSIsToldSo() async throws {
        try await withServer(tls: tls, respond: echo) { server in
            let client = try await TestClient.connect(to: server)
            // More than fits into one read: the answer must not be lost with what nobody reads.
            try await client.send(body: String(repeating: "x", count: 1 << 18))
            let answer = try await client.answer()
            #expect(answer.status == 400)
            #expect(answer.body.contains("https://"))
            #expect(await client.isClosedWithoutMore())
        }
    }

    @Test func whatIsNeitherIsClosed() async throws {
        try await withServer(tls: tls, respond: echo) { server in
            let client = try await TestClient.connect(to: server)
            try await client.sendRaw("\u{16}\u{3}\u{1}\u{0}\u{5}nonsense")
            _ = await client.isClosedWithoutMore()
            #expect(try await echoed(try await TestClient.connect(to: server, tls: try trust())) == "POST / hello")
        }
    }

    @Test func aClientThatHasClosedItsSideGetsItsAnswer() async throws {
        let held = Held()
        try await withServer(tls: tls, respond: held.respond) { server in
            let client = try await TestClient.connect(to: server, tls: try trust())
            try await client.send(body: "a")
            let (_, replier) = try await held.next()
            try await client.closeOutput()
            replier.reply(HTTPReply(status: .ok, body: ByteBuffer(string: "done")))
            #expect(try await client.answer().body == "done")
        }
    }

    @Test func aBodyThatIsTooLargeIsAnsweredBeforeTheConnectionEnds() async throws {
        try await withServer(
            bodyBytesMax: 10, tls: tls,
            respond: { request, replier in
                replier.reply(HTTPReply(status: request.isBodyTooLarge ? .payloadTooLarge : .ok))
            }
        ) { server in
            let client = try await TestClient.connect(to: server, tls: try trust())
            try await client.send(body: String(repeating: "x", count: 1 << 20))
            #expect(try await client.answer().status == 413)
        }
    }

    @Test func newConnectionsGetANewCertificate() async throws {
        let second = try Self.certificate()
        try await withServer(tls: tls, respond: echo) { server in
            let old = try await TestClient.connect(to: server, tls: try trust())
            #expect(try await echoed(old) == "POST / hello")
            #expect(throws: (any Error).self) { try tls.replace(chainPEM: second.chainPEM, keyPEM: Array("x".utf8)) }
            #expect(throws: (any Error).self) {
                try tls.replace(chainPEM: second.chainPEM, keyPEM: certificate.keyPEM)
            }
            // What cannot be used leaves what was.
            #expect(try await echoed(try await TestClient.connect(to: server, tls: try trust())) == "POST / hello")
            try tls.replace(chainPEM: second.chainPEM, keyPEM: second.keyPEM)
            #expect(try await echoed(old) == "POST / hello")
            #expect(
                try await echoed(try await TestClient.connect(to: server, tls: try trust(second))) == "POST / hello")
        }
    }

    // MARK: A handshake that does not end

    /// A connection on a loop whose time the test moves.
    private func embedded() throws -> (EmbeddedChannel, HTTPConnection) {
        let loop = EmbeddedEventLoop()
        var limits = HTTPLimits()
        limits.secondDuration = nil
        let configuration = HTTPConnection.Configuration(
            bodyBytesMax: 100, tls: tls, limits: limits, respond: echo)
        let serverLoop = ServerLoop(
            loop, limits, count: ConnectionCount(countMax: 10), loopCount: 1, bodyBytesMax: 100)
        let connection = HTTPConnection(configuration, on: serverLoop)
        let channel = EmbeddedChannel(loop: loop)
        try tls.addHandlers(to: channel.pipeline.syncOperations, before: connection)
        try channel.pipeline.syncOperations.addHandlers(connection.makeDecoder(), connection)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return (channel, connection)
    }

    @Test func aHandshakeThatTakesTooLongIsClosed() throws {
        let (channel, _) = try embedded()
        // Bytes that go on coming make it no longer.
        for byte in [0x16, 0x03, 0x01] as [UInt8] { try channel.writeInbound(ByteBuffer(bytes: [byte])) }
        channel.embeddedEventLoop.advanceTime(by: HandshakeWatch.durationMax - .nanoseconds(1))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .nanoseconds(1))
        #expect(!channel.isActive)
    }

    @Test func whoSpeaksNoTLSCannotHoldTheConnectionEither() throws {
        let (channel, _) = try embedded()
        try channel.writeInbound(ByteBuffer(string: "GET / HTTP/1.1\r\n"))
        let answer = try #require(try channel.readOutbound(as: ByteBuffer.self))
        #expect(String(buffer: answer).hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        try channel.writeInbound(ByteBuffer(string: "Host: a\r\n"))
        channel.embeddedEventLoop.advanceTime(by: HandshakeWatch.durationMax)
        #expect(!channel.isActive)
    }

    @Test func stoppingDoesNotWaitForAHandshake() throws {
        let (channel, connection) = try embedded()
        try channel.writeInbound(ByteBuffer(bytes: [0x16]))
        connection.stop()
        channel.embeddedEventLoop.run()
        #expect(!channel.isActive)
    }

    @Test func aHandshakeInTimeIsWatchedNoMore() async throws {
        try await withServer(tls: tls, respond: echo) { server in
            let client = try await TestClient.connect(to: server, tls: try trust())
            #expect(try await echoed(client) == "POST / hello")
        }
        let (channel, connection) = try embedded()
        channel.pipeline.fireUserInboundEventTriggered(TLSUserEvent.handshakeCompleted(negotiatedProtocol: nil))
        channel.embeddedEventLoop.advanceTime(by: HandshakeWatch.durationMax * 2)
        #expect(channel.isActive)
        withExtendedLifetime(connection) {}
    }
}
