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
        case denied(caller: Caller, action: String, resource: String)
    }

    /// One of the rights that a request needs.
    public struct Need: Sendable, Hashable {
        /// `dynamodb:PutItem`.
        public var action: String
        /// An ARN, or `*` for an action that concerns no resource.
        public var resource: String

        public init(_ action: String, on resource: String) {
            self.action = action
            self.resource = resource
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
        for need in needs where !caller.rights.allow(need.action, on: need.resource) {
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
