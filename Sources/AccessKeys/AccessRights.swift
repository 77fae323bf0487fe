/// What a key may do: everything, what one of its statements allows, or what a role allows. Statements have no prohibitions:
/// what nothing allows is not allowed.
public enum AccessRights: Sendable, Hashable {
    case everything
    case statements([Statement])
    /// By IAM's rules, which are somebody else's to know.
    case role(RoleRights)

    /// Actions on resources.
    public struct Statement: Sendable, Hashable {
        /// `dynamodb:PutItem`, with `*` for any characters and `?` for one; case does not matter.
        public var allow: [String]
        /// ARNs, with the same two; case matters.
        public var on: [String]

        public init(allow: [String], on: [String]) {
            self.allow = allow
            self.on = on
        }
    }

    /// Whether what a request needs is allowed. Where it leaves doubt, the right on everything will do for statements;
    /// a role may prohibit just what is meant, so that it allows nothing there.
    public func allow(_ need: AccessGuard.Need) -> Bool {
        switch (self, need.resource) {
        case (.role, .doubtful): false
        default: allow(need.action, on: need.resource.name)
        }
    }

    /// Whether an action is allowed on a resource.
    ///
    /// - Parameters:
    ///   - action: `dynamodb:PutItem`.
    ///   - resource: an ARN; `*` for an action that concerns no resource, which only a pattern `*` covers.
    public func allow(_ action: String, on resource: String) -> Bool {
        let statements: [Statement]
        switch self {
        case .everything: return true
        case .statements(let some): statements = some
        case .role(let role): return role.answer(to: action, on: resource) == .allowed
        }
        let action = action.lowercased()
        return statements.contains { statement in
            statement.allow.contains { Wildcards.match($0.lowercased(), action) }
                && statement.on.contains { Wildcards.match($0, resource) }
        }
    }
}

extension AccessRights {
    /// Why an action is not allowed, as the rest of AWS's sentence.
    ///
    /// - Parameter spelling: the action as the service writes it in its refusals.
    public func reason(against action: String, on resource: AccessGuard.Resource, spelling: String) -> String {
        switch (self, resource) {
        // Nothing that AWS would say: it is not the policies that lack something.
        case (.role, .doubtful(let reason)): return "because \(reason)"
        case (.role(let role), .named(let name)):
            guard case .denied(let reason, _) = role.answer(to: action, on: name) else { break }
            return reason.text(spelling)
        default: break
        }
        return RoleRights.Reason.noIdentityPolicy.text(spelling)
    }
}

/// Patterns with `*` for any characters and `?` for one.
enum Wildcards {
    /// Whether the pattern covers the whole text. Costs at most the product of both lengths.
    static func match(_ pattern: String, _ text: String) -> Bool {
        let (pattern, text) = (Array(pattern.utf8), Array(text.utf8))
        var (place, position) = (0, 0)
        // Where to go on when what follows the last `*` does not fit: one byte further.
        var retry: (place: Int, position: Int)?
        while position < text.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                place += 1
                retry = (place, position)
            } else if place < pattern.count, pattern[place] == UInt8(ascii: "?") || pattern[place] == text[position] {
                place += 1
                position += 1
            } else if let back = retry {
                (place, position) = (back.place, back.position + 1)
                retry = (place, position)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
