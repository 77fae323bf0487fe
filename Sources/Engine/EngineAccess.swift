import AccessKeys
import Clocks
import Console
import Functions
import Gateway
import Logging
import Permissions
import Stacks

/// Who may use the gateway, made ready before anything runs.
struct EngineAccess: Sendable {
    /// Nil where no request's signature is looked at.
    let door: AccessGuard?
    var ring: KeyRing? { door?.ring }
    /// What the functions sign with that are not held to their roles.
    let functionCredentials: FunctionCredentials
    private let isForAll: Bool
    private let enforcesRoles: Bool
    private let time: any TimeSource

    /// - Parameter time: the machine's clock, which those who sign go by.
    /// - Throws: `EngineError`, or ``CredentialsError`` for a file that cannot be used.
    init(_ options: EngineOptions, time: any TimeSource, logger: Logger) throws {
        self.time = time
        enforcesRoles = options.enforcesRoles
        if case .keys = options.access { isForAll = true } else { isForAll = false }
        // Without a file only the functions have keys, and with it other requests are looked at too.
        func ownDoor() throws -> AccessGuard? {
            options.enforcesRoles ? AccessGuard(ring: try KeyRing(path: nil, time: time), time: time) : nil
        }
        switch options.access {
        case .thisMachine:
            if let endpoint = options.endpoint, !endpoint.isLoopback {
                throw EngineError(
                    "The address \(endpoint.host) can be reached from other machines; name the keys that requests must be signed with by --credentials FILE and protect what is sent with --tls-certificate FILE and --tls-key FILE or with --tls-development, give --host a loopback address such as 127.0.0.1, or let everybody in with --insecure-unsigned."
                )
            }
            (door, functionCredentials) = (try ownDoor(), .unchecked)
        case .everybody: (door, functionCredentials) = (try ownDoor(), .unchecked)
        case .keys(let path):
            // Good for as long as the engine runs, in no file, with every right: functions are the stack's own.
            var generator = SystemRandomNumberGenerator()
            let key = AccessKey.make(
                name: "functions", hasSessionToken: true, now: time.now(), using: &generator)
            let ring = try KeyRing(path: path, own: options.enforcesRoles ? [] : [key], time: time) { error in
                logger.error(
                    "the credentials file has changed and cannot be used; the keys stay as they were",
                    metadata: ["error": "\(error)"])
            }
            door = AccessGuard(ring: ring, time: time)
            functionCredentials = FunctionCredentials(key)
        }
        try Self.checkTransport(options)
    }

    /// Whose keys open the console; nil where it has a login of its own.
    var consoleDoor: AccessGuard? { isForAll ? door : nil }

    /// How many keys requests may be signed with; nil where they need no signature.
    var keyCount: Int? { isForAll ? ring?.count : nil }

    /// Judges what functions and pipes do; nil where they may do everything.
    func judge(_ stack: Stack) -> RoleJudge? { enforcesRoles ? RoleJudge(stack) : nil }

    /// What the functions sign with.
    func functionKeys(_ judge: RoleJudge?) -> FunctionKeys {
        guard let judge, let ring else { return FunctionKeys(shared: functionCredentials) }
        return FunctionKeys(ring: ring, judge: judge, time: time)
    }

    /// What stands at the gateway's door; nil where everybody comes in.
    func gateway(_ stack: StackOptions, logger: Logger) -> GatewayAccess? {
        door.map { door in
            GatewayAccess(
                door: door, region: stack.region, accountID: stack.accountID, isForAll: isForAll,
                rolesBind: enforcesRoles, logger: logger)
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
