/// What a key may do: everything, or what one of its statements allows. There are no prohibitions: what nothing allows is
/// not allowed.
public enum AccessRights: Sendable, Hashable {
    case everything
    case statements([Statement])

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

    /// Whether an action is allowed on a resource.
    ///
    /// - Parameters:
    ///   - action: `dynamodb:PutItem`.
    ///   - resource: an ARN; `*` for an action that concerns no resource, which only a pattern `*` covers.
    public func allow(_ action: String, on resource: String) -> Bool {
        guard case .statements(let statements) = self else { return true }
        let action = action.lowercased()
        return statements.contains { statement in
            statement.allow.contains { Wildcards.match($0.lowercased(), action) }
                && statement.on.contains { Wildcards.match($0, resource) }
        }
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
