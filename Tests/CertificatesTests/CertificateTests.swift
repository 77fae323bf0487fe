import Clocks
import Crypto
import Foundation
import Testing

@testable import Certificates

/// Certificates that are made here, and files that cannot be used.
@Suite struct CertificateTests {
    private static let now = Timestamp(seconds: 1_800_000_000)
    private let folder = TemporaryFolder()

    private func development(_ names: String..., folder: String = "tls") -> DevelopmentCertificate {
        DevelopmentCertificate(folder: "\(self.folder.path)/\(folder)", names: Set(names.map { CertificateName($0) }))
    }

    private func refusal(
        _ certificate: String, _ key: String, now: Timestamp = CertificateTests.now
    ) -> String? {
        do throws(CertificateFileError) {
            _ = try ServerCertificate.read(
                certificatePath: "\(folder.path)/\(certificate)", keyPath: "\(folder.path)/\(key)", now: now)
            return nil
        } catch {
            return error.description
        }
    }

    /// Keeps a certificate in `tls/certificate.pem` and `tls/key.pem`.
    private func keep() throws -> ServerCertificate {
        let made = try development().make(now: Self.now)
        try development().keep(made)
        return made
    }

    private func mode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(name)")
        return try #require(attributes[.posixPermissions] as? Int)
    }

    @Test func oneThatWasMadeIsKeptAndFoundAgain() throws {
        let made = try development("192.0.2.7", "Shop.example").make(now: Self.now)
        #expect(development("192.0.2.7").kept(now: Self.now) == nil)
        try development().keep(made)
        #expect(development("192.0.2.7", "shop.example").kept(now: Self.now) == made)
        let names = ["localhost", "127.0.0.1", "::1", "192.0.2.7", "shop.example"].map { CertificateName($0) }
        #expect(made.names == Set(names))
        #expect(made.ends == Self.now + .seconds(365 * 86_400))
        #expect(made.begins < Self.now)
        #expect(try mode("tls/key.pem") == 0o600)
        #expect(try mode("tls/certificate.pem") == 0o644)
        #expect(!"\(made)".contains("PRIVATE") && !String(reflecting: made).contains("PRIVATE"))
    }

    @Test func anotherOneIsMadeForANewNameAndNearTheEnd() throws {
        _ = try keep()
        #expect(development().kept(now: Self.now) != nil)
        #expect(development("192.0.2.8").kept(now: Self.now) == nil)
        let late = Self.now + DevelopmentCertificate.lifetime - DevelopmentCertificate.renewalDuration
        #expect(development().kept(now: late - .seconds(1)) != nil)
        #expect(development().kept(now: late) == nil)
    }

    @Test func whatIsHalfWrittenOrOpenToOthersIsMadeAnew() throws {
        let (first, second) = (try keep(), try development().make(now: Self.now))
        try second.keyPEM.write(to: "\(folder.path)/tls/key.pem")
        #expect(development().kept(now: Self.now) == nil)
        try development().keep(second)
        #expect(development().kept(now: Self.now) == second)
        #expect(first != second)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: "\(folder.path)/tls/key.pem")
        #expect(development().kept(now: Self.now) == nil)
    }

    @Test func aFileThatIsNotThereIsNamed() throws {
        _ = try keep()
        #expect(
            refusal("none.pem", "tls/key.pem")
                == "The certificate file \(folder.path)/none.pem cannot be read (No such file or directory); name a PEM file that sluice may read."
        )
        #expect(refusal("tls/certificate.pem", "none.pem")?.hasPrefix("The key file ") == true)
        #expect(refusal("tls", "tls/key.pem")?.contains("it is no file") == true)
    }

    @Test func aFileOfSomethingElseIsNamed() throws {
        _ = try keep()
        try Array("hello\n".utf8).write(to: "\(folder.path)/text.pem", mode: 0o600)
        try Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8)
            .write(to: "\(folder.path)/broken.pem")
        for file in ["text.pem", "broken.pem", "tls/key.pem"] {
            let said = refusal(file, "tls/key.pem")
            #expect(said?.hasPrefix("The certificate file \(folder.path)/\(file) holds no certificate") == true)
        }
        #expect(refusal("tls/certificate.pem", "text.pem")?.contains("holds no key in PEM form") == true)
        try [UInt8](repeating: 32, count: PEMFile.sizeBytesMax + 1).write(to: "\(folder.path)/large.pem")
        #expect(refusal("large.pem", "tls/key.pem")?.contains("it has 1048577 bytes") == true)
    }

    @Test func aKeyWithAPassphraseIsOfNoUse() throws {
        _ = try keep()
        try Array("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n".utf8)
            .write(to: "\(folder.path)/locked.pem", mode: 0o600)
        let said = refusal("tls/certificate.pem", "locked.pem")
        #expect(said?.contains("passphrase") == true && said?.contains("openssl pkey -in") == true)
    }

    @Test func aKeyOfAnotherCertificateIsRefused() throws {
        _ = try keep()
        try Array(P256.Signing.PrivateKey().pemRepresentation.utf8).write(to: "\(folder.path)/other.pem", mode: 0o600)
        let said = refusal("tls/certificate.pem", "other.pem")
        #expect(said?.contains("is not that of the certificate") == true)
    }

    @Test func aKeyMayFollowTheCertificateInOneFile() throws {
        let made = try keep()
        try (made.chainPEM + made.keyPEM).write(to: "\(folder.path)/both.pem", mode: 0o600)
        #expect(refusal("both.pem", "both.pem") == nil)
    }

    @Test(arguments: [(0o600, true), (0o400, true), (0o640, true), (0o644, false), (0o660, false), (0o604, false)])
    func aKeyThatEverybodyMayReadIsRefused(_ mode: Int, _ isTaken: Bool) throws {
        _ = try keep()
        try FileManager.default.setAttributes(
            [.posixPermissions: mode], ofItemAtPath: "\(folder.path)/tls/key.pem")
        let said = refusal("tls/certificate.pem", "tls/key.pem")
        #expect((said == nil) == isTaken)
        if !isTaken { #expect(said?.contains("chmod 600 \(folder.path)/tls/key.pem") == true) }
    }

    @Test func oneThatIsNotGoodNowIsRefused() throws {
        let made = try keep()
        func said(_ now: Timestamp) -> String? { refusal("tls/certificate.pem", "tls/key.pem", now: now) }
        #expect(said(made.ends - .seconds(1)) == nil)
        #expect(said(made.ends)?.contains("has expired on 2028-01-15; renew it.") == true)
        #expect(said(made.begins) == nil)
        #expect(said(made.begins - .seconds(1))?.contains("is good from 2027-01-14 on") == true)
    }

    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("0:0::1", "::1"), ("fe80::1%eth0", "fe80::1"),
        ("Shop.Example", "shop.example"), ("127.0.0", "127.0.0"),
    ])
    func namesAreWrittenInOneWay(_ host: String, _ text: String) {
        #expect(CertificateName(host).description == text)
        #expect(CertificateName(host) == CertificateName(text))
    }
}

extension [UInt8] {
    fileprivate func write(to path: String, mode: Int = 0o644) throws {
        try Data(self).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }
}

/// A folder that goes away with the test.
private final class TemporaryFolder: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("certificates-\(UUID())").path
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
