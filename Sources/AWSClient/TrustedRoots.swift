import Foundation
public import NIOSSL

/// Whom a client of TLS trusts: the system's certificate authorities and those of the file that `AWS_CA_BUNDLE` names, AWS's
/// own variable. With AWS's command line that file stands in the place of the others; here it stands beside them.
public enum TrustedRoots {
    public static let variable = "AWS_CA_BUNDLE"

    /// A client's settings; nil where the environment names no file, and the usual ones will do.
    ///
    /// Reads the file: not on an event loop.
    ///
    /// - Throws: ``AWSError`` with `configuration` for a file that holds no certificates in PEM form.
    public static func configuration(environment: [String: String]) throws(AWSError) -> TLSConfiguration? {
        guard let path = environment[variable], !path.isEmpty else { return nil }
        let certificates: [NIOSSLCertificate]
        do { certificates = try NIOSSLCertificate.fromPEMFile(path) } catch {
            let reason = FileManager.default.isReadableFile(atPath: path) ? "it holds none" : "it cannot be read"
            throw AWSError(
                code: .configuration,
                message: "\(variable) names \(path) for certificates in PEM form, and \(reason); name another file.")
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.additionalTrustRoots = [.certificates(certificates)]
        return configuration
    }
}
