import AccessKeys
import Clocks
import Functions
import Permissions
import Stacks

/// What functions sign their requests with, and with it what they may do.
struct FunctionKeys: Sendable {
    /// One key of its own for each function, with the rights of its role.
    private struct Roles {
        var ring: KeyRing
        var judge: RoleJudge
        var time: any TimeSource
    }

    private enum Kind {
        /// One for all, with every right or looked at by nobody.
        case shared(FunctionCredentials)
        case ofRoles(Roles)
    }

    private let kind: Kind

    /// - Parameter shared: what all functions have.
    init(shared: FunctionCredentials) { kind = .shared(shared) }

    /// - Parameter ring: gets the keys.
    init(ring: KeyRing, judge: RoleJudge, time: any TimeSource) {
        kind = .ofRoles(Roles(ring: ring, judge: judge, time: time))
    }

    /// Makes what a function signs with for as long as its settings stay; give it back to ``revoke(_:)``.
    ///
    /// - Parameters:
    ///   - name: the function's, which is its role session's too.
    ///   - arn: the function's.
    func make(for name: String, arn: String, roleARN: String) -> FunctionCredentials {
        switch kind {
        case .shared(let credentials): return credentials
        case .ofRoles(let roles):
            let holder = RoleJudge.Holder(roleARN: roleARN, sessionName: name, functionARN: arn)
            let rights = RoleRights(holderARN: holder.arn) { [judge = roles.judge] action, resource in
                RoleRights.Answer(judge.verdict(on: action, resource, by: holder))
            }
            var generator = SystemRandomNumberGenerator()
            let key = AccessKey.make(
                name: name, rights: .role(rights), hasSessionToken: true, now: roles.time.now(), using: &generator)
            roles.ring.add(own: key)
            return FunctionCredentials(key)
        }
    }

    /// Takes back what a function had that is gone, or has got other settings.
    func revoke(_ credentials: FunctionCredentials) {
        guard case .ofRoles(let roles) = kind else { return }
        roles.ring.remove(own: credentials.accessKeyID)
    }
}

extension FunctionCredentials {
    init(_ key: AccessKey) {
        self.init(accessKeyID: key.id, secretAccessKey: key.secret, sessionToken: key.sessionToken ?? "")
    }
}

extension RoleRights.Answer {
    init(_ verdict: RoleVerdict) {
        self =
            switch verdict.outcome {
            case .allowed: .allowed
            case .noIdentityPolicy: .denied(.noIdentityPolicy, remedy: verdict.remedy)
            case .noBoundary: .denied(.noBoundary, remedy: verdict.remedy)
            case .explicitDeny: .denied(.explicitDeny, remedy: verdict.remedy)
            }
    }
}

extension RoleVerdict {
    /// AWS's sentence of a refusal.
    var message: String {
        let on = resource == "*" ? "" : "on resource: \(resource) "
        let reason: String
        if case .denied(let kind, _) = RoleRights.Answer(self) { reason = kind.text(action) } else { reason = "" }
        return "User: \(holder.arn) is not authorized to perform: \(action) \(on)\(reason)"
    }
}
