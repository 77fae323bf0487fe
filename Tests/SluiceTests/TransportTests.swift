import AWSClient
import ArgumentParser
import Certificates
import Clocks
import Engine
import Foundation
import HTTPServing
import NIOCore
import NIOHTTP1
import Testing

@testable import sluice

/// How what is sent is protected on its way: the engine's options, and what commands that ask it trust.
@Suite(.timeLimit(.minutes(1))) struct TransportTests {
    @Test(arguments: [
        ([], EngineOptions.Transport.plainOnThisMachine), (["--insecure-plaintext"], .plain),
        (["--tls-development"], .developmentCertificate),
        (["--tls-certificate", "a", "--tls-key", "b"], .certificate(path: "a", keyPath: "b")),
    ])
    func optionsSayWhatIsSpoken(_ arguments: [String], _ transport: EngineOptions.Transport) throws {
        #expect(try UpCommand.parse(arguments).transport.transport == transport)
    }

    @Test(arguments: [
        (["--tls-certificate", "a"], "--tls-key"), (["--tls-key", "a"], "--tls-certificate"),
        (["--tls-development", "--tls-certificate", "a", "--tls-key", "b"], "give one of them"),
        (["--tls-development", "--insecure-plaintext"], "--insecure-plaintext is for an endpoint without TLS"),
        (["--credentials", "a", "--console-password-file", "b"], "give one of them"),
    ])
    func optionsThatDoNotGoTogetherAreRefused(_ arguments: [String], _ words: String) {
        let error = #expect(throws: (any Error).self) { try UpCommand.parse(arguments) }
        #expect(error.map { UpCommand.message(for: $0).contains(words) } == true)
    }

    // MARK: Commands

    private final class Folder {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("transport-\(UUID())").path
        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    /// Asks a server that is called `127.0.0.1` and `localhost`.
    private func ask(
        _ host: String = "localhost", trusting isTrusted: Bool = true, hasTLS: Bool = true, scheme: String = "https"
    ) async throws -> (HTTPResponseStatus, Data) {
        let folder = try Folder()
        let development = DevelopmentCertificate(folder: folder.path, names: [])
        let certificate = try development.make(now: SystemTime().now())
        try development.keep(certificate)
        let server = try await HTTPServer.start(
            host: "127.0.0.1", port: 0,
            tls: hasTLS ? try ServerTLS(chainPEM: certificate.chainPEM, keyPEM: certificate.keyPEM) : nil,
            bodyBytesMax: 100
        ) { _, replier in replier.reply(HTTPReply(status: .ok)) }
        let connection = try EndpointConnection(
            url: "\(scheme)://\(host):\(server.port)",
            environment: isTrusted ? ["AWS_CA_BUNDLE": development.certificatePath] : [:])
        let result: Result<(HTTPResponseStatus, Data), any Error>
        do {
            result = .success(try await connection.send(.GET, ["x"], [:], nil, timeout: .seconds(20)))
        } catch {
            result = .failure(error)
        }
        await connection.shutDown()
        await server.stop()
        withExtendedLifetime(folder) {}
        return try result.get()
    }

    @Test(arguments: ["localhost", "127.0.0.1"]) func aCertificateOfTheBundleIsTrusted(_ host: String) async throws {
        #expect(try await ask(host).0 == .ok)
    }

    @Test func anotherOneIsNotAndTheRemedyIsSaid() async throws {
        let error = await #expect(throws: EndpointConnection.NotTrusted.self) { try await ask(trusting: false) }
        #expect(error?.reason == .certificate)
        #expect(error?.description.contains("is not trusted; name its file") == true)
        #expect(error?.description.contains("AWS_CA_BUNDLE") == true)
    }

    @Test func aServerWithoutTLSIsSaidToBeOne() async throws {
        let error = await #expect(throws: EndpointConnection.NotTrusted.self) { try await ask(hasTLS: false) }
        #expect(error?.reason == .plain)
        #expect(error?.description.contains("http://") == true)
    }

    @Test func aServerWithTLSSaysSoItself() async throws {
        let (status, body) = try await ask(scheme: "http")
        #expect(status == .badRequest)
        #expect(String(decoding: body, as: UTF8.self).contains("https://"))
    }

    @Test func aBundleWithoutCertificatesIsRefused() throws {
        let folder = try Folder()
        let file = folder.path + "/bundle.pem"
        try "hello".write(toFile: file, atomically: true, encoding: .utf8)
        for (path, reason) in [(file, "it holds none"), (folder.path + "/none", "it cannot be read")] {
            let error = #expect(throws: AWSError.self) {
                try EndpointConnection(url: "https://a.test", environment: ["AWS_CA_BUNDLE": path])
            }
            #expect(error?.message.contains("AWS_CA_BUNDLE names \(path)") == true)
            #expect(error?.message.contains(reason) == true)
        }
        let none = try TrustedRoots.configuration(environment: ["AWS_CA_BUNDLE": ""])
        #expect(none.map { _ in true } == nil)
    }
}
