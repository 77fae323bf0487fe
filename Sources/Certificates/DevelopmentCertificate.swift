public import Clocks
import Crypto
import Foundation
import SwiftASN1
import WholeFiles
import X509

/// A certificate that nobody but its own server stands for, for machines that have none of an authority.
///
/// It is kept in a folder, so that clients that were told to trust it go on doing so:
///
///     certificate.pem   what clients are told to trust
///     key.pem           its key, for the owner alone
public struct DevelopmentCertificate: Sendable {
    /// How long one is good. Below the 398 and 825 days beyond which browsers and systems refuse a server's certificate.
    static let lifetime = Duration.seconds(365 * 86_400)
    /// How long before its end another one is made.
    static let renewalDuration = Duration.seconds(30 * 86_400)
    /// By how much clients' clocks may be behind.
    private static let clockDifference = Duration.seconds(86_400)

    private let folder: String
    private let names: Set<CertificateName>

    /// - Parameters:
    ///   - folder: where it is kept; made when it is new.
    ///   - names: what the server is called besides `localhost`, `127.0.0.1` and `::1`.
    public init(folder: String, names: Set<CertificateName>) {
        self.folder = folder
        self.names = names.union(["localhost", "127.0.0.1", "::1"].map { CertificateName($0) })
    }

    /// What clients are told to trust.
    public var certificatePath: String { folder + "/certificate.pem" }
    private var keyPath: String { folder + "/key.pem" }

    /// The one that is kept, unless it is near its end, lacks a name or cannot be used. Writes nothing.
    public func kept(now: Timestamp) -> ServerCertificate? {
        guard
            let read = try? ServerCertificate.read(certificatePath: certificatePath, keyPath: keyPath, now: now),
            !isNearItsEnd(read, now: now), names.isSubset(of: read.names)
        else { return nil }
        return read
    }

    /// Whether another one is to take its place.
    public func isNearItsEnd(_ certificate: ServerCertificate, now: Timestamp) -> Bool {
        certificate.ends - now <= Self.renewalDuration
    }

    /// A new one, which is nowhere but in memory.
    ///
    /// - Throws: ``CertificateFileError`` for a name that no certificate can have.
    public func make(now: Timestamp) throws(CertificateFileError) -> ServerCertificate {
        do { return try Self.make(names.sorted { "\($0)" < "\($1)" }, now: now) } catch {
            throw CertificateFileError(
                "A certificate for \(names.map { "\($0)" }.sorted().joined(separator: ", ")) cannot be made (\(error)); give --host an address in figures."
            )
        }
    }

    private static func make(_ names: [CertificateName], now: Timestamp) throws -> ServerCertificate {
        // ECDSA with P-256: what all clients know, and a handshake costs least with.
        let signingKey = P256.Signing.PrivateKey()
        let key = Certificate.PrivateKey(signingKey)
        // Its own name for each: a client that trusts an older one tells this one apart.
        let subject = try DistinguishedName {
            OrganizationName("Sluice")
            CommonName(
                "development \(signingKey.publicKey.rawRepresentation.prefix(4).map { String($0, radix: 16) }.joined())"
            )
        }
        func date(_ moment: Timestamp) -> Date { Date(timeIntervalSince1970: Double(moment.seconds)) }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
            notValidBefore: date(now - clockDifference), notValidAfter: date(now + lifetime), issuer: subject,
            subject: subject,
            extensions: Certificate.Extensions {
                // It stands for nobody else: who has its key can make no other certificates that are trusted.
                Critical(BasicConstraints.notCertificateAuthority)
                // Without KeyUsage: OpenSSL takes what may not sign certificates for not signed by itself.
                try ExtendedKeyUsage([.serverAuth])
                SubjectKeyIdentifier(hash: key.publicKey)
                SubjectAlternativeNames(names.map(\.generalName))
            }, issuerPrivateKey: key)
        return ServerCertificate(
            chainPEM: Array((try certificate.serializeAsPEM().pemString + "\n").utf8),
            keyPEM: Array((signingKey.pemRepresentation + "\n").utf8), certificate)
    }

    /// Keeps one in the folder.
    ///
    /// - Throws: ``CertificateFileError``.
    public func keep(_ certificate: ServerCertificate) throws(CertificateFileError) {
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
            throw CertificateFileError(
                "The folder \(folder) cannot be made (\(WholeFile.systemText(errno))); change the data folder's rights or choose another with --data."
            )
        }
        // The key first: what is interrupted in between does not fit together and is made anew.
        try PEMFile.write(certificate.keyPEM, to: keyPath, mode: 0o600)
        try PEMFile.write(certificate.chainPEM, to: certificatePath, mode: 0o644)
    }
}
