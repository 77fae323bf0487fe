/// What is wrong with the files of a certificate.
public struct CertificateFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence: the thing, the place, the remedy.
    public let description: String
    init(_ description: String) { self.description = description }
}
