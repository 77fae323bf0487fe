public import Clocks
import Foundation
import SwiftASN1
import X509

/// A certificate that a server shows, with those that lead to its authority, and its key. Never printed: the key must not
/// reach a log.
public struct ServerCertificate: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The server's own certificate first, in PEM form.
    public let chainPEM: [UInt8]
    /// Its key, in PEM form, without a passphrase.
    public let keyPEM: [UInt8]
    /// From when on it is good.
    public let begins: Timestamp
    /// Until when it is good.
    public let ends: Timestamp
    /// What it says that the server is called.
    public let names: Set<CertificateName>

    /// Reads a certificate and its key.
    ///
    /// - Parameters:
    ///   - certificatePath: the server's own certificate first, then those that lead to its authority, as certificate
    ///     authorities send them (`fullchain.pem`).
    ///   - keyPath: a file that not everybody may read.
    ///   - now: by this clock it must be good.
    /// - Throws: ``CertificateFileError`` for files that cannot be read or are not understood, for a key of another certificate,
    ///   and for a certificate that is not good now.
    public static func read(
        certificatePath: String, keyPath: String, now: Timestamp
    ) throws(CertificateFileError) -> ServerCertificate {
        let chain = try PEMFile.read(certificatePath, what: "certificate", isSecret: false)
        let key = try PEMFile.read(keyPath, what: "key", isSecret: true)
        let read = try ServerCertificate(
            chainPEM: chain, keyPEM: key, certificatePath: certificatePath, keyPath: keyPath)
        guard now < read.ends else {
            throw CertificateFileError(
                "The certificate in \(certificatePath) has expired on \(dayText(read.ends)); renew it.")
        }
        guard now >= read.begins else {
            throw CertificateFileError(
                "The certificate in \(certificatePath) is good from \(dayText(read.begins)) on, and it is \(dayText(now)) by this machine's clock; set the clock or name another one."
            )
        }
        return read
    }

    /// - Throws: ``CertificateFileError`` for what is not understood, and for a key of another certificate.
    init(
        chainPEM: [UInt8], keyPEM: [UInt8], certificatePath: String, keyPath: String
    ) throws(CertificateFileError) {
        let chain = Self.documents(chainPEM).filter { $0.discriminator == Certificate.defaultPEMDiscriminator }
        let certificates = chain.compactMap { try? Certificate(pemDocument: $0) }
        guard let certificate = certificates.first, certificates.count == chain.count else {
            throw CertificateFileError(
                "The certificate file \(certificatePath) holds no certificate in PEM form; give one with a BEGIN CERTIFICATE line, the server's own before those that lead to its authority."
            )
        }
        guard let document = Self.documents(keyPEM).first(where: { $0.discriminator.hasSuffix("PRIVATE KEY") }) else {
            throw CertificateFileError(
                "The key file \(keyPath) holds no key in PEM form; give one with a BEGIN PRIVATE KEY line.")
        }
        guard let key = try? Certificate.PrivateKey(pemDocument: document) else {
            throw CertificateFileError(
                "The key in \(keyPath) cannot be used, as one with a passphrase cannot; give an RSA, ECDSA or Ed25519 key without one (`openssl pkey -in \(keyPath)` takes it off)."
            )
        }
        guard key.publicKey == certificate.publicKey else {
            throw CertificateFileError(
                "The key in \(keyPath) is not that of the certificate in \(certificatePath); give the two that were made together."
            )
        }
        self.init(chainPEM: chainPEM, keyPEM: keyPEM, certificate)
    }

    init(chainPEM: [UInt8], keyPEM: [UInt8], _ certificate: Certificate) {
        self.chainPEM = chainPEM
        self.keyPEM = keyPEM
        begins = Timestamp(seconds: Int64(certificate.notValidBefore.timeIntervalSince1970))
        ends = Timestamp(seconds: Int64(certificate.notValidAfter.timeIntervalSince1970))
        let alternatives = (try? certificate.extensions.subjectAlternativeNames) ?? SubjectAlternativeNames()
        names = Set(alternatives.compactMap { CertificateName($0) })
    }

    private static func documents(_ pem: [UInt8]) -> [PEMDocument] {
        (try? PEMDocument.parseMultiple(pemString: String(decoding: pem, as: UTF8.self))) ?? []
    }

    /// The day of a moment, UTC: `2026-11-27`.
    static func dayText(_ moment: Timestamp) -> String {
        Date(timeIntervalSince1970: Double(moment.seconds)).formatted(.iso8601.year().month().day())
    }

    /// The last day on which it is good, UTC: `2026-11-27`.
    public var endText: String { Self.dayText(ends) }

    public var description: String { "certificate until \(endText)" }
    public var customMirror: Mirror { Mirror(self, children: ["ends": ends, "names": names]) }
}
