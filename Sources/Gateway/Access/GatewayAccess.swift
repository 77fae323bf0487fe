public import AccessKeys
import AWSSignature
import HTTPServing
public import Logging
import NIOCore
import NIOHTTP1

/// What stands at the gateway's door where requests must be signed.
///
/// Everything is signed but `GET /`, which tells load balancers that somebody answers, and `GET /metrics` of clients on
/// this machine, as no scraper can sign. Or only what is signed with one of the engine's own keys is looked at: functions are
/// held to their roles, and whoever else comes is not asked.
public struct GatewayAccess: Sendable {
    let door: AccessGuard
    let place: ResourcePlace
    private let isForAll: Bool
    fileprivate let rolesBind: Bool
    private let logger: Logger

    /// Longest text of a client's that is written down.
    private static let loggedLengthMax = 128
    /// Longest advice that is written down, with the names of a client's in it.
    private static let remedyLengthMax = 1_024

    /// - Parameters:
    ///   - region: of the resources here, not of signatures.
    ///   - isForAll: whether all requests must be signed; false looks at those with one of the ring's own keys alone.
    ///   - rolesBind: whether functions and pipes may do what their roles allow, or everything.
    ///   - logger: gets a line for each refusal, at a bounded rate.
    public init(
        door: AccessGuard, region: String, accountID: String, isForAll: Bool = true, rolesBind: Bool, logger: Logger
    ) {
        self.door = door
        (self.isForAll, self.rolesBind) = (isForAll, rolesBind)
        place = ResourcePlace(region: region, accountID: accountID)
        self.logger = logger
    }

    /// Checks who sent a request, which must be one that this ``concerns(_:)``.
    ///
    /// - Parameter isForFunctions: whether only the keys that the engine made itself are good.
    /// - Returns: nil for a request that everybody may send.
    func admit(
        _ request: HTTPRequest, from address: String?, isForFunctions: Bool = false
    ) throws(AccessGuard.Refusal) -> Caller? {
        let service = SignedService(of: request)
        if request.method == .GET, request.path == "/" { return nil }
        if service == .metrics, request.method == .GET, !request.headers.contains(name: "Authorization"),
            address.map(Self.isLoopback) == true, !request.hasForeignName
        {
            return nil
        }
        return try door.admit(
            SignedRequest(
                method: request.method.rawValue, path: request.path, query: request.query ?? "",
                headers: request.headers.map { ($0.name, $0.value) }, body: Array(buffer: request.body)),
            service: service.signingName, from: address ?? "", isOwnOnly: isForFunctions,
            skewSecondsMax: service.skewSecondsMax)
    }

    /// Whether a request's signature is looked at.
    func concerns(_ request: HTTPRequest) -> Bool {
        isForAll || Self.namedKey(request).map { door.ring.isOwn($0) } == true
    }

    /// Whether all that can be told of a request is that nobody here has sent it: its body is not worth waiting for.
    func isStrange(_ request: HTTPRequest) -> Bool {
        isForAll && Self.namedKey(request).map { door.ring.knows($0) } != true
    }

    /// The access key id that a request names, without a look at anything else.
    private static func namedKey(_ request: HTTPRequest) -> String? {
        let places = [
            (request.headers.first(name: "Authorization"), "Credential="), (request.query, "X-Amz-Credential="),
        ]
        for (text, mark) in places {
            guard let text, let start = text.firstRange(of: mark)?.upperBound else { continue }
            return String(text[start...].prefix { $0 != "/" && $0 != "%" })
        }
        return nil
    }

    static func isLoopback(_ address: String) -> Bool {
        address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
    }

    /// Writes a refusal down, unless there are too many: who, from where and what, never the signature nor what it is made
    /// with, which is why the query stays out.
    func log(_ refusal: AccessGuard.Refusal, of request: HTTPRequest, from address: String?, requestID: String) {
        guard let passedOver = door.takeLogLine() else { return }
        let words = AccessWords(refusal, place)
        var metadata: Logger.Metadata = [
            "error": "\(words.type)", "client": "\(address ?? "unknown")", "request-id": "\(requestID)",
            "request": "\(request.method) \(Self.excerpt(request.path))",
        ]
        if let target = request.headers.first(name: "X-Amz-Target") { metadata["target"] = "\(Self.excerpt(target))" }
        if let id = Self.accessKeyID(refusal, request) { metadata["access-key"] = "\(Self.excerpt(id))" }
        if case .denied(let caller, let action, let resource) = refusal {
            metadata["name"] = "\(caller.name)"
            metadata["action"] = "\(Self.excerpt(action))"
            metadata["resource"] = "\(Self.excerpt(resource.name))"
            metadata["remedy"] = Self.remedy(caller, action, resource).map { .string($0) }
        }
        if passedOver > 0 { metadata["not-logged-before"] = "\(passedOver)" }
        logger.warning("a request was refused", metadata: metadata)
    }

    /// What to do about a right that a role does not give; nil for other callers.
    private static func remedy(_ caller: Caller, _ action: String, _ resource: AccessGuard.Resource) -> String? {
        guard case .role(let role) = caller.rights else { return nil }
        switch resource {
        case .doubtful(let reason): return reason
        case .named(let name):
            guard case .denied(_, let remedy) = role.answer(to: escaped(action), on: escaped(name)) else { return nil }
            // Whole, as it is to be pasted; it has a client's names in it.
            return withoutControls(remedy, lengthMax: remedyLengthMax)
        }
    }

    private static func accessKeyID(_ refusal: AccessGuard.Refusal, _ request: HTTPRequest) -> String? {
        if case .denied(let caller, _, _) = refusal { return caller.accessKeyID }
        let claim = try? SignedRequest(
            method: "", path: "", query: request.query ?? "", headers: request.headers.map { ($0.name, $0.value) },
            body: []
        ).claim()
        return claim?.accessKeyID
    }

    /// The beginning of a client's text, as a value that ends where it seems to.
    private static func excerpt(_ text: String) -> String {
        escaped(withoutControls(text, lengthMax: loggedLengthMax))
    }

    /// Lines are `name=value name=value`.
    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            if scalar == "=" || scalar == "\"" || scalar.properties.isWhitespace {
                escaped += "\(scalar)".utf8.map { "%" + String($0, radix: 16, uppercase: true) }.joined()
            } else {
                escaped.unicodeScalars.append(scalar)
            }
        }
    }

    private static func withoutControls(_ text: String, lengthMax: Int) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(lengthMax).filter { $0.properties.generalCategory != .control }))
    }
}

/// Who asks: everybody where nothing must be signed, or whoever has signed.
struct Visitor: Sendable {
    /// Nil where nothing must be signed, or not for this.
    var access: GatewayAccess?
    var caller: Caller?
    /// Where from, in figures.
    var address: String?

    static let anybody = Visitor()

    /// Checks the rights that a request needs, which are only worked out where rights are limited.
    func check(_ needs: (ResourcePlace) -> [AccessGuard.Need]) throws(AccessGuard.Refusal) {
        guard let access, let caller, caller.rights != .everything else { return }
        let needs = needs(access.place)
        try access.door.check(caller, has: needs)
        if !access.rolesBind { try access.door.check(caller, has: NeededRights.whereRolesBindNobody(needs)) }
    }
}

/// What a request must be signed for.
enum SignedService: Hashable {
    case dynamoDB, queues, logs, cloudWatch, functions, pipes, control, metrics
    /// Nothing that there is here: whichever service the signature names will do to be told so.
    case unknown

    init(of request: HTTPRequest) {
        if request.method == .POST, CloudWatchWire.speaks(request) {
            self = .cloudWatch
            return
        }
        switch request.path {
        case let path where request.method == .POST && (path == "/" || QueueURL.isPath(path)):
            self = Self(target: request)
        case "/metrics": self = .metrics
        case let path where path.hasPrefix("/_sluice/"): self = .control
        case let path where path == "/v1/pipes" || path.hasPrefix("/v1/pipes/") || path.hasPrefix("/tags/"):
            self = .pipes
        case let path where path == FunctionOperations.prefix || path.hasPrefix(FunctionOperations.prefix + "/"):
            self = .functions
        default: self = .unknown
        }
    }

    private init(target request: HTTPRequest) {
        if request.isForm {
            self = .queues
            return
        }
        let target = request.headers.first(name: "X-Amz-Target") ?? ""
        switch RequestTarget.Service.allCases.first(where: { target.hasPrefix($0.rawValue) }) {
        case .dynamoDB, .streams: self = .dynamoDB
        case .queues: self = .queues
        case .logs: self = .logs
        case nil: self = .unknown
        }
    }

    /// Nil for whichever the signature names.
    var signingName: String? {
        switch self {
        case .dynamoDB: "dynamodb"
        case .queues: "sqs"
        case .logs: "logs"
        case .cloudWatch: "monitoring"
        case .functions: "lambda"
        case .pipes: "pipes"
        case .control, .metrics: "sluice"
        case .unknown: nil
        }
    }

    var skewSecondsMax: Int64 {
        switch self {
        case .queues, .cloudWatch: SignedRequest.longSkewSecondsMax
        default: SignedRequest.skewSecondsMax
        }
    }
}
