import Certificates
import Clocks
import Foundation
import HTTPServing
import Logging
import Synchronization
import Testing

@testable import Engine

/// The certificate that gateway and console show, from its files to its renewal.
@Suite struct EngineCertificateTests {
    private let time = ManualTime(start: Timestamp(seconds: 1_800_000_000))
    private let lines = Lines()
    private let folder: Folder

    init() throws { folder = try Folder() }

    private final class Folder: Sendable {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("certificate-\(UUID())").path
        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    private final class Lines: Sendable {
        private let texts = Mutex<[String]>([])
        func add(_ text: String) { texts.withLock { $0.append(text) } }
        var all: [String] { texts.withLock { $0 } }
    }

    private struct Handler: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) { lines.add("\(event.level) \(event.message)") }
    }

    private func certificate(
        _ transport: EngineOptions.Transport, host: String = "127.0.0.1", data: String = "data"
    ) throws -> EngineCertificate? {
        try EngineCertificate(
            EngineOptions(
                templatePath: "", dataPath: "\(folder.path)/\(data)", endpoint: .init(host: host, port: 0),
                transport: transport), time: time, logger: Logger(label: "test") { [lines] _ in Handler(lines: lines) })
    }

    private func files() throws -> (certificate: String, key: String) {
        let development = DevelopmentCertificate(folder: folder.path, names: [])
        try development.keep(try development.make(now: time.now()))
        return (development.certificatePath, "\(folder.path)/key.pem")
    }

    @Test func withoutTLSThereIsNone() throws {
        #expect(try certificate(.plainOnThisMachine) == nil)
        #expect(try certificate(.plain) == nil)
    }

    @Test func oneOfItsOwnIsWrittenOnceTheDataFolderIsOpenAndFoundAgain() throws {
        let first = try #require(try certificate(.developmentCertificate))
        let path = "\(folder.path)/data/tls/certificate.pem"
        #expect(first.trustPath == path)
        #expect(first.text == "\(path), made here, good until 2028-01-15")
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/data"))
        try FileManager.default.createDirectory(atPath: "\(folder.path)/data", withIntermediateDirectories: true)
        try first.keep()
        let written = try Data(contentsOf: URL(fileURLWithPath: path))
        try #require(try certificate(.developmentCertificate)).keep()
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == written)
        // Another name needs another one.
        try #require(try certificate(.developmentCertificate, host: "192.0.2.1")).keep()
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) != written)
    }

    @Test func oneOfItsOwnIsRenewedWhileTheEngineRuns() throws {
        let running = try #require(try certificate(.developmentCertificate))
        try FileManager.default.createDirectory(atPath: "\(folder.path)/data", withIntermediateDirectories: true)
        try running.keep()
        running.look()
        #expect(lines.all.isEmpty)
        time.advance(by: .seconds(340 * 86_400))
        running.look()
        #expect(lines.all == ["notice another certificate is shown from now on"])
        #expect(running.text.hasSuffix("good until 2028-12-20"))
        running.look()
        #expect(lines.all.count == 1)
    }

    @Test func filesThatChangeAreTakenAndWhatCannotBeUsedIsToldOnce() throws {
        let (path, key) = try files()
        let running = try #require(try certificate(.certificate(path: path, keyPath: key)))
        #expect(running.trustPath == nil)
        #expect(running.text == "\(path), good until 2028-01-15")
        try FileManager.default.removeItem(atPath: path)
        running.look()
        running.look()
        let complaint = "error the certificate's files cannot be used; the certificate stays as it was"
        #expect(lines.all == [complaint])
        time.advance(by: .seconds(86_400))
        _ = try files()
        running.look()
        #expect(lines.all == [complaint, "notice another certificate is shown from now on"])
        #expect(running.text == "\(path), good until 2028-01-16")
    }

    @Test func theEndIsToldOfInTime() throws {
        let (path, key) = try files()
        let running = try #require(try certificate(.certificate(path: path, keyPath: key)))
        time.advance(by: .seconds(358 * 86_400))
        running.look()
        #expect(lines.all.isEmpty)
        time.advance(by: .seconds(1))
        running.look()
        running.look()
        #expect(lines.all == ["warning the certificate ends soon; renew it"])
    }

    @Test func filesThatCannotBeUsedStopTheStart() throws {
        #expect(throws: CertificateFileError.self) {
            try certificate(.certificate(path: "/nowhere.pem", keyPath: "/nowhere.key"))
        }
    }

    @Test func onEveryAddressItHasThoseOfTheMachine() throws {
        let running = try #require(try certificate(.developmentCertificate, host: "0.0.0.0"))
        try FileManager.default.createDirectory(atPath: "\(folder.path)/data", withIntermediateDirectories: true)
        try running.keep()
        let names = try ServerCertificate.read(
            certificatePath: "\(folder.path)/data/tls/certificate.pem", keyPath: "\(folder.path)/data/tls/key.pem",
            now: time.now()
        ).names
        #expect(names.isSuperset(of: ["localhost", "127.0.0.1", "::1"].map { CertificateName($0) }))
        #expect(!names.contains(CertificateName("0.0.0.0")))
    }
}
