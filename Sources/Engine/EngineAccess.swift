import AccessKeys
import Clocks
import Functions
import Gateway
import Logging
import Stacks

/// Who may use the gateway, made ready before anything runs.
struct EngineAccess: Sendable {
    /// Nil where signatures are not looked at.
    let ring: KeyRing?
    /// What the functions sign with.
    let functionCredentials: FunctionCredentials
    private let time: any TimeSource

    /// - Parameter time: the machine's clock, which those who sign go by.
    /// - Throws: `EngineError`, or ``CredentialsError`` for a file that cannot be used.
    init(_ options: EngineOptions, time: any TimeSource, logger: Logger) throws {
        self.time = time
        switch options.access {
        case .thisMachine:
            if let endpoint = options.endpoint, !endpoint.isLoopback {
                throw EngineError(
                    "The address \(endpoint.host) can be reached from other machines; name the keys that requests must be signed with by --credentials FILE, give --host a loopback address such as 127.0.0.1, or let everybody in with --insecure-unsigned."
                )
            }
            (ring, functionCredentials) = (nil, .unchecked)
        case .everybody: (ring, functionCredentials) = (nil, .unchecked)
        case .keys(let path):
            // Good for as long as the engine runs, in no file, with every right: functions are the stack's own.
            var generator = SystemRandomNumberGenerator()
            let key = AccessKey.make(
                name: "functions", hasSessionToken: true, now: time.now(), using: &generator)
            ring = try KeyRing(path: path, own: [key], time: time) { error in
                logger.error(
                    "the credentials file has changed and cannot be used; the keys stay as they were",
                    metadata: ["error": "\(error)"])
            }
            functionCredentials = FunctionCredentials(
                accessKeyID: key.id, secretAccessKey: key.secret, sessionToken: key.sessionToken ?? "")
        }
    }

    /// How many keys requests may be signed with; nil where signatures are not looked at.
    var keyCount: Int? { ring?.count }

    /// What stands at the gateway's door; nil where everybody comes in.
    func gateway(_ stack: StackOptions, logger: Logger) -> GatewayAccess? {
        ring.map { ring in
            GatewayAccess(
                door: AccessGuard(ring: ring, time: time), region: stack.region, accountID: stack.accountID,
                logger: logger)
        }
    }
}
