public import AWSSignature
public import Clocks
import Synchronization

/// Decides who may come in: signatures, their time, repeated failures and rights. No sockets, no logs.
///
/// May be used from any thread; nothing waits.
public final class AccessGuard: Sendable {
    /// Why a request is refused.
    public enum Refusal: Error, Sendable, Hashable {
        case signature(SignatureRefusal)
        /// Too many failures before; the whole seconds to wait.
        case heldUp(seconds: Int)
        /// The key does not have this right.
        case denied(caller: Caller, action: String, resource: Resource)
    }

    /// What a right is needed on.
    public enum Resource: Sendable, Hashable {
        /// An ARN, or `*` for an action that concerns no resource.
        case named(String)
        /// What a request does not name beyond doubt.
        ///
        /// Who may do something everywhere may do it there too, unless something is prohibited to them: that may be
        /// just what is meant.
        ///
        /// - Parameter reason: what leaves the doubt and what to do about it, as the end of a sentence. It has nothing
        ///   of a client's in it.
        case doubtful(reason: String)

        /// What patterns are compared with.
        public var name: String {
            switch self {
            case .named(let name): name
            case .doubtful: "*"
            }
        }
    }

    /// One of the rights that a request needs. It is short, whatever the request has in it: what is longer than any
    /// action and any ARN is neither compared nor kept nor told.
    public struct Need: Sendable, Hashable {
        /// `dynamodb:PutItem`.
        public let action: String
        public let resource: Resource

        /// Longest ARN, bytes. AWS: 2,048 characters.
        static let resourceBytesMax = 2_048
        /// Longest action, bytes. Ours: AWS's have some 60.
        static let actionBytesMax = 128

        /// - Parameters:
        ///   - action: `dynamodb:PutItem`.
        ///   - resource: an ARN, or `*` for an action that concerns no resource. One that is too long is doubtful.
        public init(_ action: String, on resource: String) {
            guard resource.utf8.count <= Self.resourceBytesMax else {
                let most = Self.resourceBytesMax
                self.init(action, doubt: "the request names a resource in more than \(most) bytes; give its name")
                return
            }
            self.init(action, .named(resource))
        }

        /// - Parameters:
        ///   - action: `dynamodb:PutItem`.
        ///   - reason: what leaves doubt about the resource: see ``Resource/doubtful(reason:)``.
        public init(_ action: String, doubt reason: String) { self.init(action, .doubtful(reason: reason)) }

        private init(_ action: String, _ resource: Resource) {
            guard action.utf8.count > Self.actionBytesMax else {
                (self.action, self.resource) = (action, resource)
                return
            }
            self.action = String(decoding: action.utf8.prefix(Self.actionBytesMax), as: UTF8.self)
            self.resource = .doubtful(
                reason: "the request names an operation in more than \(Self.actionBytesMax) bytes; give its name")
        }
    }

    public let ring: KeyRing
    private let region: String?
    private let time: any TimeSource
    private let lockout = Mutex(Lockout())
    private let limit = Mutex(RefusalLimit())

    /// - Parameters:
    ///   - region: the one that requests must be signed for; nil takes any.
    ///   - time: the ring's clock.
    public init(ring: KeyRing, region: String? = nil, time: any TimeSource = SystemTime()) {
        self.ring = ring
        self.region = region
        self.time = time
    }

    /// Checks who sent a request.
    ///
    /// - Parameters:
    ///   - request: the request as it arrived.
    ///   - service: the signing name of the service that it is for; nil takes whichever the signature names.
    ///   - address: where it came from, in figures.
    ///   - isOwnOnly: whether the keys of the file are as good as unknown.
    ///   - skewSecondsMax: how far the request's time may be from this machine's.
    /// - Returns: who sent it.
    public func admit(
        _ request: SignedRequest, service: String?, from address: String, isOwnOnly: Bool = false,
        skewSecondsMax: Int64 = SignedRequest.skewSecondsMax
    ) throws(Refusal) -> Caller {
        let claim: SignatureClaim
        do { claim = try request.claim() } catch {
            // Without a signature nothing was tried.
            if error != .missing { failed("", address) }
            throw .signature(error)
        }
        let origin = Lockout.origin(address)
        let isOwn = ring.isOwn(claim.accessKeyID)
        guard isOwn || !isOwnOnly else { throw .signature(.unknownAccessKey) }
        if !isOwn,
            let wait = lockout.withLock({ $0.wait(id: claim.accessKeyID, address: origin, now: time.now()) })
        {
            throw .heldUp(seconds: Int((wait.microseconds + 999_999) / 1_000_000))
        }
        do {
            let caller = try ring.verify(
                request, claim, service: service ?? claim.scope.service, region: region, skewSecondsMax: skewSecondsMax)
            if !isOwn {
                lockout.withLock { $0.succeeded(id: claim.accessKeyID, address: origin, now: time.now()) }
            }
            return caller
        } catch {
            // A wrong clock or service tells nothing of a secret, and nothing was computed for it.
            switch error {
            case .mismatch, .unknownAccessKey: failed(claim.accessKeyID, address)
            case .incomplete, .invalid, .missing: break
            }
            throw .signature(error)
        }
    }

    /// Checks who wants to come in with a key's id and its secret itself. What fails counts as a wrong signature does.
    ///
    /// - Parameter address: where it came from, in figures.
    public func admit(accessKeyID: String, secret: String, from address: String) throws(Refusal) -> KeyPass {
        let origin = Lockout.origin(address)
        // Nobody's id is longer, and what is counted is kept.
        let id = String(accessKeyID.prefix(AccessKey.idLengthRange.upperBound))
        if let wait = lockout.withLock({ $0.wait(id: id, address: origin, now: time.now()) }) {
            throw .heldUp(seconds: Int((wait.microseconds + 999_999) / 1_000_000))
        }
        guard let pass = ring.pass(id: accessKeyID, secret: secret) else {
            failed(id, address)
            throw .signature(.unknownAccessKey)
        }
        lockout.withLock { $0.succeeded(id: id, address: origin, now: time.now()) }
        return pass
    }

    /// Checks that a key has all of some rights.
    public func check(_ caller: Caller, has needs: [Need]) throws(Refusal) {
        for need in needs where !caller.rights.allow(need) {
            throw .denied(caller: caller, action: need.action, resource: need.resource)
        }
    }

    private func failed(_ id: String, _ address: String) {
        let id = String(id.prefix(AccessKey.idLengthRange.upperBound))
        let (origin, now) = (Lockout.origin(address), time.now())
        lockout.withLock { lockout in
            // What comes while somebody waits makes nobody wait longer: others may have this address too.
            guard lockout.wait(id: id, address: origin, now: now) == nil else { return }
            lockout.failed(id: id, address: origin, now: now)
        }
    }

    /// Whether a refusal is to be written down.
    ///
    /// - Returns: how many before it were not; nil when this one is not either.
    public func takeLogLine() -> Int? { limit.withLock { $0.take(time.now()) } }
}
