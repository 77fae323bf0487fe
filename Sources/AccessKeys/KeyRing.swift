public import AWSSignature
public import Clocks
import Synchronization
import WholeFiles

/// Who has signed a request.
public struct Caller: Sendable, Hashable {
    public let accessKeyID: String
    public let name: String
    public let rights: AccessRights

    /// As AWS names users, and who has taken a role on.
    public func arn(accountID: String) -> String {
        if case .role(let role) = rights { return role.holderARN }
        return "arn:aws:iam::\(accountID):user/\(name)"
    }
}

/// What somebody has who came in with a key's id and secret. Never printed: the secret must not reach a log.
public struct KeyPass: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    public let accessKeyID: String
    fileprivate let secret: String

    public var description: String { "pass of key \(accessKeyID)" }
    public var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}

/// The keys that requests may be signed with: those of a file, looked at anew when the file changes, and those that the
/// engine makes for its own functions.
///
/// May be used from any thread. A look costs a `stat` once a second; a check some 16 microseconds in an optimised build.
public final class KeyRing: Sendable {
    /// The file is looked at no more often.
    static let lookInterval = Duration.seconds(1)
    /// Signing keys that are kept, each good for one key, day, region and service.
    static let signingKeysMax = 256

    private struct State {
        var keys: [String: AccessKey]
        var own: [String: AccessKey]
        var stamp: CredentialsFile.Stamp?
        var lookedAt: Timestamp
        var signingKeys: [SigningKeyName: SigningKey] = [:]
    }

    private struct SigningKeyName: Hashable {
        /// Empty for the one that stands in for unknown keys.
        var id: String
        var scope: SigningScope
    }

    /// Nil for a ring of own keys alone.
    public let path: String?
    private let time: any TimeSource
    private let complain: @Sendable (CredentialsError) -> Void
    private let state: Mutex<State>
    /// What requests with unknown ids are compared with. Nobody has this secret.
    private let decoy: AccessKey

    /// - Parameters:
    ///   - path: the credentials file; nil for none.
    ///   - own: keys that are in no file.
    ///   - time: the clock that signatures are compared with: the machine's, as clients sign by theirs.
    ///   - complain: told, once each time, of a file that was changed and cannot be used; the keys stay as they were.
    /// - Throws: ``CredentialsError`` for a file that cannot be used.
    public init(
        path: String?, own: [AccessKey] = [], time: any TimeSource = SystemTime(),
        complain: @escaping @Sendable (CredentialsError) -> Void = { _ in }
    ) throws(CredentialsError) {
        self.path = path
        self.time = time
        self.complain = complain
        var generator = SystemRandomNumberGenerator()
        decoy = .make(name: "nobody", now: time.now(), using: &generator)
        var keys: [String: AccessKey] = [:]
        var stamp: CredentialsFile.Stamp?
        if let path {
            let found = try CredentialsFile.readStamped(path)
            (keys, stamp) = (Self.byID(found.file), found.stamp)
        }
        state = Mutex(
            State(
                keys: keys, own: Dictionary(own.map { ($0.id, $0) }) { first, _ in first }, stamp: stamp,
                lookedAt: time.now()))
    }

    private static func byID(_ file: CredentialsFile) -> [String: AccessKey] {
        Dictionary(uniqueKeysWithValues: file.keys.map { ($0.id, $0) })
    }

    /// Whether the engine made a key itself.
    public func isOwn(_ id: String) -> Bool { state.withLock { $0.own[id] != nil } }

    /// Takes a key that the engine has made itself.
    public func add(own key: AccessKey) { state.withLock { $0.own[key.id] = key } }

    /// Takes no requests that are signed with an own key any more.
    public func remove(own id: String) {
        state.withLock { state in
            state.own[id] = nil
            state.signingKeys = state.signingKeys.filter { $0.key.id != id }
        }
    }

    /// Number of keys that are good now: the file's, without the engine's own.
    public var count: Int { state.withLock { $0.keys.values.count { $0.revoked == nil } } }

    // MARK: Checking

    /// Whether a key is good now, or was until it was revoked.
    public func knows(_ id: String) -> Bool {
        lookAtFile(time.now())
        return state.withLock { $0.own[id] != nil || $0.keys[id] != nil }
    }

    /// Checks a request's signature.
    ///
    /// Unknown and revoked keys take as long as good ones: the request is compared with a secret all the same.
    ///
    /// - Parameters:
    ///   - request: the request as it arrived.
    ///   - claim: what the request says of its signature.
    ///   - service: the signing name of the service that the request is for.
    ///   - region: the one that requests must be signed for; nil takes any.
    ///   - skewSecondsMax: how far the request's time may be from this machine's.
    /// - Returns: who sent it.
    public func verify(
        _ request: SignedRequest, _ claim: SignatureClaim, service: String, region: String? = nil,
        skewSecondsMax: Int64 = SignedRequest.skewSecondsMax
    ) throws(SignatureRefusal) -> Caller {
        let now = time.now()
        try request.check(claim, service: service, region: region, now: now.seconds, skewSecondsMax: skewSecondsMax)
        lookAtFile(now)
        let (key, signingKey) = state.withLock { state in
            let key = state.own[claim.accessKeyID] ?? state.keys[claim.accessKeyID]
            return (key, Self.signingKey(of: key, or: decoy, claim.scope, &state))
        }
        let isSigned = request.isSigned(claim, by: signingKey)
        let hasToken = Self.isEqual(claim.sessionToken ?? "", (key ?? decoy).sessionToken ?? "")
        guard let key, key.revoked == nil, hasToken else { throw .unknownAccessKey }
        guard isSigned else { throw .mismatch }
        return Caller(accessKeyID: key.id, name: key.name, rights: key.rights)
    }

    // MARK: Secrets themselves

    /// Who has a key, by its id and its secret: for people, who cannot sign. Neither the engine's own keys nor those with a
    /// session token come in this way.
    ///
    /// - Returns: nil for a key that is unknown or revoked, and for another secret; all of them take as long.
    func pass(id: String, secret: String) -> KeyPass? {
        lookAtFile(time.now())
        let key = state.withLock { $0.keys[id] }
        let isSecret = Self.isEqual(secret, (key ?? decoy).secret)
        guard let key, isSecret, key.revoked == nil, key.sessionToken == nil else { return nil }
        return KeyPass(accessKeyID: id, secret: key.secret)
    }

    /// Who has come in with a pass, with the rights that the key has by now.
    ///
    /// - Returns: nil once the key is revoked, is gone or has another secret.
    public func caller(_ pass: KeyPass) -> Caller? {
        lookAtFile(time.now())
        guard let key = state.withLock({ $0.keys[pass.accessKeyID] }), key.revoked == nil,
            Self.isEqual(pass.secret, key.secret)
        else { return nil }
        return Caller(accessKeyID: key.id, name: key.name, rights: key.rights)
    }

    private static func signingKey(
        of key: AccessKey?, or decoy: AccessKey, _ scope: SigningScope, _ state: inout State
    ) -> SigningKey {
        let name = SigningKeyName(id: key?.id ?? "", scope: scope)
        if let kept = state.signingKeys[name] { return kept }
        let made = SigningKey(secretAccessKey: (key ?? decoy).secret, scope: scope)
        // Whoever asks for many regions makes room for nothing but more of the same.
        if state.signingKeys.count >= signingKeysMax { state.signingKeys.removeAll(keepingCapacity: true) }
        state.signingKeys[name] = made
        return made
    }

    /// Takes the same time wherever the first difference is.
    private static func isEqual(_ given: String, _ expected: String) -> Bool {
        let (given, expected) = (Array(given.utf8), Array(expected.utf8))
        var difference: UInt8 = given.count == expected.count ? 0 : 1
        for (place, byte) in given.enumerated() where !expected.isEmpty {
            difference |= byte ^ expected[place % expected.count]
        }
        return difference == 0
    }

    // MARK: The file

    private func lookAtFile(_ now: Timestamp) {
        guard let path else { return }
        let before: CredentialsFile.Stamp?? = state.withLock { state in
            let passed = now - state.lookedAt
            // A clock that was set back must not keep the file from being looked at.
            guard passed >= Self.lookInterval || passed < .zero else { return nil }
            state.lookedAt = now
            return .some(state.stamp)
        }
        guard let before else { return }
        let stamp = CredentialsFile.Stamp(path: path)
        guard stamp != before else { return }
        do throws(CredentialsError) {
            let found = try CredentialsFile.readStamped(path)
            state.withLock { state in
                state.keys = Self.byID(found.file)
                state.stamp = found.stamp
                // They may be those of a secret that has changed.
                state.signingKeys = [:]
            }
        } catch {
            state.withLock { $0.stamp = stamp }
            complain(error)
        }
    }
}
