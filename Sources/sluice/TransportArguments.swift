import ArgumentParser
import Engine

/// How what is sent to the endpoint and the console is protected on its way.
struct TransportArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Speak TLS with the certificate of this PEM file.",
            discussion: """
                The server's own certificate first, then those that lead to its authority. A renewed one is taken within a \
                minute. The console speaks TLS too.
                """))
    var tlsCertificate: String?

    @Option(help: "File of the certificate's key, in PEM form and without a passphrase.")
    var tlsKey: String?

    @Flag(
        help: ArgumentHelp(
            "Speak TLS with a certificate made here, which the data folder keeps.",
            discussion: "Clients trust it when they are told to: with AWS_CA_BUNDLE, aws --ca-bundle, curl --cacert."))
    var tlsDevelopment = false

    @Flag(help: "Speak without TLS also where other machines reach the endpoint or the console.")
    var insecurePlaintext = false

    func validate() throws {
        if (tlsCertificate == nil) != (tlsKey == nil) {
            let (given, missing) =
                tlsKey == nil ? ("--tls-certificate", "--tls-key") : ("--tls-key", "--tls-certificate")
            throw ValidationError("\(given) needs \(missing); give the files of both.")
        }
        if tlsDevelopment, tlsCertificate != nil {
            throw ValidationError(
                "--tls-development makes a certificate, and --tls-certificate names one; give one of them.")
        }
        if insecurePlaintext, tlsDevelopment || tlsCertificate != nil {
            throw ValidationError(
                "--insecure-plaintext is for an endpoint without TLS; leave it out, or the options of TLS.")
        }
    }

    var transport: EngineOptions.Transport {
        if let tlsCertificate, let tlsKey { return .certificate(path: tlsCertificate, keyPath: tlsKey) }
        if tlsDevelopment { return .developmentCertificate }
        return insecurePlaintext ? .plain : .plainOnThisMachine
    }
}
