import AccessKeys
import Clocks
import Console
import Functions
import Gateway
import Logging
import Stacks

/// Who may use the gateway, made ready before anything runs.
struct EngineAccess: Sendable {
    /// Nil where signatures are not looked at.
    let door: AccessGuard?
    var ring: KeyRing? { door?.ring }
    /// What the functions sign with.
    let functionCredentials: FunctionCredentials

    /// - Parameter time: the machine's clock, which those who sign go by.
    /// - Throws: `EngineError`, or ``CredentialsError`` for a file that cannot be used.
    init(_ options: EngineOptions, time: any TimeSource, logger: Logger) throws {
        switch options.access {
        case .thisMachine:
            if let endpoint = options.endpoint, !endpoint.isLoopback {
                throw EngineError(
                    "The address \(endpoint.host) can be reached from other machines; name the keys that requests must be signed with by --credentials FILE and protect what is sent with --tls-certificate FILE and --tls-key FILE or with --tls-development, give --host a loopback address such as 127.0.0.1, or let everybody in with --insecure-unsigned."
                )
            }
            (door, functionCredentials) = (nil, .unchecked)
        case .everybody: (door, functionCredentials) = (nil, .unchecked)
        case .keys(let path):
            // Good for as long as the engine runs, in no file, with every right: functions are the stack's own.
            var generator = SystemRandomNumberGenerator()
            let key = AccessKey.make(
                name: "functions", hasSessionToken: true, now: time.now(), using: &generator)
            let ring = try KeyRing(path: path, own: [key], time: time) { error in
                logger.error(
                    "the credentials file has changed and cannot be used; the keys stay as they were",
                    metadata: ["error": "\(error)"])
            }
            door = AccessGuard(ring: ring, time: time)
            functionCredentials = FunctionCredentials(
                accessKeyID: key.id, secretAccessKey: key.secret, sessionToken: key.sessionToken ?? "")
        }
        try Self.checkTransport(options)
    }

    /// How many keys requests may be signed with; nil where signatures are not looked at.
    var keyCount: Int? { ring?.count }

    /// What stands at the gateway's door; nil where everybody comes in.
    func gateway(_ stack: StackOptions, logger: Logger) -> GatewayAccess? {
        door.map { door in
            GatewayAccess(door: door, region: stack.region, accountID: stack.accountID, logger: logger)
        }
    }

    /// What other machines send must not be open to everybody on the way, unless the user says so.
    private static func checkTransport(_ options: EngineOptions) throws(EngineError) {
        guard options.transport == .plainOnThisMachine else { return }
        let remedy =
            "give --tls-certificate FILE and --tls-key FILE, or --tls-development for a certificate of its own"
        if let endpoint = options.endpoint, !endpoint.isLoopback {
            throw EngineError(
                "The address \(endpoint.host) can be reached from other machines, and what they send could be read on its way; \(remedy), or let it be read with --insecure-plaintext."
            )
        }
        if let console = options.console, !console.isLoopback {
            throw EngineError(
                "The console's address \(console.host) can be reached from other machines, and what they send could be read on its way; \(remedy), let it be read with --insecure-plaintext, or give --console-host a loopback address such as 127.0.0.1."
            )
        }
    }
}
