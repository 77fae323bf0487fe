/// A request's JSON as a tree: for the operations on tables and streams, which are small and rare.
indirect enum RequestValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// As it was written.
    case number(String)
    case string(String)
    case list([RequestValue])
    case object([String: RequestValue])

    /// A member; nil when it is missing or null, which AWS does not tell apart.
    subscript(_ name: String) -> RequestValue? {
        guard case .object(let members) = self, let value = members[name], value != .null else { return nil }
        return value
    }

    // What a checked request holds: a wrong type has been refused before.

    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// Digits behind the point are dropped, as AWS does.
    var integer: Int? {
        guard case .number(let text) = self else { return nil }
        return Int(text) ?? Double(text).flatMap { Int(exactly: $0.rounded(.towardZero)) }
    }

    var flag: Bool? {
        guard case .boolean(let flag) = self else { return nil }
        return flag
    }

    var elements: [RequestValue]? {
        guard case .list(let elements) = self else { return nil }
        return elements
    }
}
