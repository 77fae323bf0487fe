import Certificates
import Clocks
import Console
import Foundation
import HTTPServing
import Logging
import NIOCore
import Synchronization

/// What the gateway and the console speak TLS with for as long as an engine runs.
///
/// A certificate of files is looked at once a minute, so that a renewed one needs no restart; one of the engine's own is
/// renewed by itself.
final class EngineCertificate: Sendable {
    /// Where the data folder keeps one of the engine's own.
    static func developmentPath(in dataPath: String) -> String { dataPath + "/tls" }

    /// Between two looks at the files.
    private static let lookInterval = Duration.seconds(60)
    /// Before a certificate's end, from when on the log tells of it.
    private static let warningDuration = Duration.seconds(7 * 86_400)

    private enum Source {
        case files(certificate: String, key: String)
        case development(DevelopmentCertificate)
    }
    private struct State {
        var certificate: ServerCertificate
        /// Nowhere but in memory, until the data folder is open.
        var isUnkept: Bool
        var complaint: String?
        var hasWarned = false
    }

    let tls: ServerTLS
    private let source: Source
    private let state: Mutex<State>
    private let time: any TimeSource
    private let logger: Logger

    /// Nil without TLS. Writes nothing.
    ///
    /// - Parameter time: the machine's clock, by which certificates are good.
    /// - Throws: `CertificateFileError` for files that cannot be used.
    init?(_ options: EngineOptions, time: any TimeSource, logger: Logger) throws {
        let certificate: ServerCertificate
        var isUnkept = false
        switch options.transport {
        case .plainOnThisMachine, .plain: return nil
        case .certificate(let path, let keyPath):
            source = .files(certificate: path, key: keyPath)
            certificate = try ServerCertificate.read(certificatePath: path, keyPath: keyPath, now: time.now())
        case .developmentCertificate:
            let dataPath = URL(fileURLWithPath: options.dataPath).standardizedFileURL.path
            let development = DevelopmentCertificate(
                folder: Self.developmentPath(in: dataPath), names: Self.names(options))
            source = .development(development)
            let kept = development.kept(now: time.now())
            certificate = try kept ?? development.make(now: time.now())
            isUnkept = kept == nil
        }
        self.time = time
        self.logger = logger
        tls = try Self.tls(certificate, source)
        state = Mutex(State(certificate: certificate, isUnkept: isUnkept))
    }

    private static func tls(_ certificate: ServerCertificate, _ source: Source) throws -> ServerTLS {
        do { return try ServerTLS(chainPEM: certificate.chainPEM, keyPEM: certificate.keyPEM) } catch {
            guard case .files(let path, _) = source else { throw error }
            throw EngineError(
                "The certificate in \(path) cannot be used for TLS (\(error)); give an RSA key of 2048 bits or more, or an ECDSA key."
            )
        }
    }

    /// What the gateway and the console are called, as far as this machine knows.
    private static func names(_ options: EngineOptions) -> Set<CertificateName> {
        let hosts = [options.endpoint?.host, options.console?.host].compactMap(\.self)
        var names = Set(hosts.filter { $0 != "0.0.0.0" && $0 != "::" }.map { CertificateName($0) })
        if names.count < Set(hosts).count {
            names.insert(CertificateName(ProcessInfo.processInfo.hostName))
            let addresses = (try? System.enumerateDevices())?.compactMap { $0.address?.ipAddress } ?? []
            names.formUnion(addresses.map { CertificateName($0) })
        }
        return names
    }

    /// The file that clients are to trust; nil for a certificate of files, which an authority stands for.
    var trustPath: String? {
        guard case .development(let development) = source else { return nil }
        return development.certificatePath
    }

    /// Where it comes from and until when it is good.
    var text: String {
        let end = state.withLock { $0.certificate.endText }
        switch source {
        case .files(let path, _): return "\(path), good until \(end)"
        case .development(let development): return "\(development.certificatePath), made here, good until \(end)"
        }
    }

    /// Keeps a certificate that was made, once the data folder is this engine's.
    func keep() throws {
        guard case .development(let development) = source else { return }
        let unkept = state.withLock { state -> ServerCertificate? in
            defer { state.isUnkept = false }
            return state.isUnkept ? state.certificate : nil
        }
        if let unkept { try development.keep(unkept) }
    }

    /// Looks at the files once a minute, until cancelled.
    func run() async {
        while (try? await time.sleep(for: Self.lookInterval)) != nil { look() }
    }

    func look() {
        let now = time.now()
        let current = state.withLock { $0.certificate }
        do {
            let found = try found(now, current)
            if let found {
                try tls.replace(chainPEM: found.chainPEM, keyPEM: found.keyPEM)
                logger.notice("another certificate is shown from now on", metadata: ["until": "\(found.endText)"])
            }
            state.withLock { state in
                state.complaint = nil
                if let found { (state.certificate, state.hasWarned) = (found, false) }
            }
        } catch {
            let isNew = state.withLock { state -> Bool in
                defer { state.complaint = "\(error)" }
                return state.complaint != "\(error)"
            }
            if isNew {
                logger.error(
                    "the certificate's files cannot be used; the certificate stays as it was",
                    metadata: ["error": "\(error)"])
            }
        }
        let ending = state.withLock { state -> ServerCertificate? in
            guard !state.hasWarned, state.certificate.ends - now < Self.warningDuration else { return nil }
            state.hasWarned = true
            return state.certificate
        }
        if let ending {
            logger.warning("the certificate ends soon; renew it", metadata: ["until": "\(ending.endText)"])
        }
    }

    /// Another certificate than the present one; nil when there is none.
    private func found(_ now: Timestamp, _ current: ServerCertificate) throws -> ServerCertificate? {
        switch source {
        case .files(let path, let keyPath):
            let read = try ServerCertificate.read(certificatePath: path, keyPath: keyPath, now: now)
            return read == current ? nil : read
        case .development(let development):
            guard development.isNearItsEnd(current, now: now) else { return nil }
            let made = try development.make(now: now)
            try development.keep(made)
            return made
        }
    }
}
